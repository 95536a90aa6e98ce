"""The root of every error Rounds raises on purpose.

    RoundsError
    ├── Invalid          what was given cannot be right; giving it again will not help
    ├── Conflict         right when it was read, no longer right now
    ├── NotFound         names something that is not there
    └── Unavailable      something outside failed; the same request may work later

The tree is open: each concern adds its own leaves next to the code that raises them. A leaf states its
`code`, what to do next (`remedy`) and, as plain attributes, its facts. Edges translate the four branches
into status and exit codes; the core mentions neither. Expected outcomes are values, not errors. Leaves are
named for what is wrong, without `Error` behind.

Facts travel into logs and answers, so they never hold a patient's name, address, coordinates or symptoms.
"""

from __future__ import annotations

from typing import ClassVar


class RoundsError(Exception):
    """Something a person has to know about: one sentence, a code, the facts and a remedy."""

    code: ClassVar[str] = "error"
    remedy: ClassVar[str] = "Report this together with its code and facts."

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)

    def facts(self) -> dict[str, object]:
        """The attributes the leaf was made with, by name."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


class Invalid(RoundsError):
    """What was given cannot be right."""

    code = "invalid"
    remedy = "Correct what was given and send it again."


class Conflict(RoundsError):
    """What was asked for no longer fits the present state."""

    code = "conflict"
    remedy = "Load the present state and decide again."


class NotFound(RoundsError):
    """What was named is not there."""

    code = "not_found"
    remedy = "Check the id, and that it belongs to this branch."


class Unavailable(RoundsError):
    """Something outside Rounds failed. It may pass."""

    code = "unavailable"
    remedy = "Wait a moment and try again."
