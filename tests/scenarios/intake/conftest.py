"""Every story begins in an office of its own."""

from __future__ import annotations

from tests.office import empty_database, office

__all__ = ["empty_database", "office"]
