"""What is wrong with an event. The words are those of files too (`scheduler/files/problems.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.domain.errors import Invalid
from scheduler.files.problems import SAID, Problem, counted, fault, path_of, problems_of

__all__ = ["SAID", "Problem", "UnfitEvent", "fault", "path_of", "problems_of"]


class UnfitEvent(Invalid):
    """An event that can be read, but does not fit what is configured or known; every reason is listed."""

    code = "event.unfit"
    remedy = "Correct what is listed and send the event again with a new id."

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"The event has {counted(len(self.problems), 'problem')}.")
