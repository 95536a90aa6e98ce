"""Every code an event can be refused with, and what to do then; read from the code itself, so the list is whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from consumers.contracts import problems
from scheduler.domain.errors import Conflict, Invalid, NotFound, RoundsError
from scheduler.files import strict_json

_HERE: Final = Path(__file__).parent
_SPEAKERS: Final = ("fault", "whole", "_problem")
"""Functions that make a problem from code, sentence and remedy."""
_MODULES: Final = (
    "consumers.intake",
    "scheduler.domain.missing",
    "scheduler.domain.orders",
    "scheduler.domain.visit_types",
    "scheduler.handlers.bus",
)
_ROOMS: Final = ("scheduler.domain.", "scheduler.handlers.", "consumers.intake")
_NOT_OF_EVENTS: Final = (
    "plan.moved_on", "work.lease_lost", "event.unknown", "dead_letter.unknown", "dead_letter.outgoing",
    "dead_letter.replayed", "dead_letter.not_whole",
)  # fmt: skip


def refusals() -> dict[str, str]:
    """Code → remedy, by code."""
    found = {error.code: error.remedy for error in _errors()}
    found |= {code: re.sub(r"\{\w+\}", "…", remedy) for code, _, remedy in problems.SAID.values()}
    found["field.wrong_type"] = "Give the kind of value named."
    for path in (*sorted(_HERE.glob("*.py")), _HERE.parent / "loop.py", Path(strict_json.__file__)):
        found = _said_in(ast.parse(path.read_text(encoding="utf-8"))) | found
    return {code: found[code] for code in sorted(found)}


def _said_in(tree: ast.AST) -> dict[str, str]:
    said: dict[str, str] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in _SPEAKERS and len(call.args) > 2:
            code, _, remedy = call.args[:3]
        elif isinstance(call.func, ast.Name) and call.func.id == "Problem":
            named = {word.arg: word.value for word in call.keywords}
            code, remedy = named["code"], named["remedy"]
        else:
            continue
        if isinstance(code, ast.Constant):
            said[str(code.value)] = _text(remedy)
    return said


def _text(node: ast.expr) -> str:
    """The words of a remedy; what is filled in at run time is an ellipsis."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Constant):
        return str(node.value)
    return str(vars(strict_json).get(getattr(node, "id", ""), "…"))


def _errors() -> Iterator[type[RoundsError]]:
    for module in _MODULES:
        import_module(module)
    waiting: list[type[RoundsError]] = [Invalid, Conflict, NotFound]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(_ROOMS) and kind.code not in _NOT_OF_EVENTS and "." in kind.code:
            yield kind
