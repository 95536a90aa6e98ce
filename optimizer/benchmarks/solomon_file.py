"""The text layout of Solomon: a VEHICLE block with number and capacity, a CUSTOMER block of seven columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from optimizer.benchmarks.errors import UnreadableInstance


class Customer(NamedTuple):
    """The columns of the file, in its order and its units. Number 0 is the depot."""

    number: int
    x: int
    y: int
    demand: int
    ready: int
    due: int
    service: int


class SolomonFile(NamedTuple):
    vehicles: int
    capacity: int
    customers: tuple[Customer, ...]


def read_solomon_file(path: Path) -> SolomonFile:
    """Raises `UnreadableInstance`; a fraction is refused too, since none of the sets has one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise UnreadableInstance(path, "it cannot be read as text") from None
    try:
        (vehicles, capacity), *rows = list(_rows(lines))
        customers = tuple(Customer(*row) for row in rows)
    except (ValueError, TypeError):
        raise UnreadableInstance(path, "it lacks the rows of whole numbers of a Solomon instance") from None
    if not customers or [customer.number for customer in customers] != list(range(len(customers))):
        raise UnreadableInstance(path, "its customers are not numbered from 0 without a gap")
    return SolomonFile(vehicles, capacity, customers)


def _rows(lines: list[str]) -> Iterator[list[int]]:
    """All lines of numbers; titles begin with a letter. The first line is the name, which may be anything."""
    for line in lines[1:]:
        words = line.split()
        if words and not words[0][0].isalpha():
            yield [int(word) for word in words]
