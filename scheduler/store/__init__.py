"""What Rounds remembers: `scheduler/ports` over SQLite or PostgreSQL. The only home of SQLAlchemy and Alembic.

Never reads the clock and decides nothing about care: it keeps, finds, counts and locks. `engine.open_store` is the way
in, `docs/database.md` says what each table promises.
"""
