"""What the engine refuses. It speaks of indexes and numbers only; the planner turns them into names."""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """Root of the engine's errors."""

    code: ClassVar[str] = "engine.error"
    remedy: ClassVar[str] = "Report this with the problem that caused it."


class InvalidProblem(EngineError):
    """The arrays of a problem do not fit together, or a number is out of range."""

    code = "engine.invalid_problem"
    remedy = "Correct the named field; every fault found is listed."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class InvalidSolution(EngineError):
    """A solution does not belong to its problem: another number of tours, visits without starts, unknown indexes."""

    code = "engine.invalid_solution"
    remedy = "Give one tour per route, one start per visit, and indexes of this problem only."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class NoStopwatch(EngineError):
    """An effort has a limit in seconds, but nothing was passed in that could measure them."""

    code = "engine.no_stopwatch"
    remedy = "Pass a stopwatch to `solve`, or leave the seconds out of the effort."

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The effort stops after {seconds} seconds, but there is no stopwatch.")


class NoEnd(EngineError):
    """An effort has neither rounds nor seconds, so nothing would end the search."""

    code = "engine.no_end"
    remedy = "Give the effort a number of rounds, or seconds and a stopwatch."

    def __init__(self) -> None:
        super().__init__("The effort has neither rounds nor seconds.")
