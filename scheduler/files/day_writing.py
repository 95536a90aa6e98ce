"""Day files as bytes: short, in the order people read, what is left to its default left out."""

from __future__ import annotations

from scheduler.files.day_model import DayFile


def day_bytes(file: DayFile) -> bytes:
    """Equal files give equal bytes."""
    return (file.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()
