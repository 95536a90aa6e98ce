"""The `rounds` command. An entry point: it may import every room, and nothing imports it."""

from scheduler.cli.main import main

__all__ = ["main"]
