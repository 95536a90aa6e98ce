"""Some parts are tried with a store behind them."""

from __future__ import annotations

from tests.office import empty_database, office

__all__ = ["empty_database", "office"]
