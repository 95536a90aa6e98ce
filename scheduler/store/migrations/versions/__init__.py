"""The steps. One that was released never changes; `docs/database.md` has the rule for new ones."""
