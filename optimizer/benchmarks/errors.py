"""What a benchmark refuses: files that are not what they claim, and numbers it could not keep exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.errors import EngineError


class UnreadableInstance(EngineError):
    """A file is not an instance, or not a solution, of the family it was read as."""

    code = "bench.unreadable"
    remedy = "Give a file of this family as its authors published it."

    def __init__(self, path: Path, fact: str) -> None:
        self.path, self.fact = path, fact
        super().__init__(f"{path.name}: {fact}.")


class InexactNumbers(EngineError):
    """The engine's whole numbers could not hold the file's fractions, so its prices would not be the official ones."""

    code = "bench.inexact"
    remedy = "Leave the instance out, or publish it with at most three decimals."

    def __init__(self, path: Path, number: object) -> None:
        self.path, self.number = path, number
        super().__init__(f"{path.name}: {number} is not a whole number of thousandths.")


class UnknownFamily(EngineError):
    """There is no reader for this family of instances."""

    code = "bench.unknown_family"
    remedy = "Name one of the families listed."

    def __init__(self, family: str, known: Sequence[str]) -> None:
        self.family, self.known = family, tuple(known)
        super().__init__(f"{family!r} is none of {', '.join(known)}.")
