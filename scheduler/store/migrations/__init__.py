"""How the tables came to be, one numbered step after the other. Alembic runs them; `run.py` is the way in."""
