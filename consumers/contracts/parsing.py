"""Bytes → an event, or every reason why it cannot be one. Never raises, whatever it is given.

What the event says is checked here; whether it fits the branch is asked later (`Incoming.command`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.incoming import IncomingEvent, model_of
from consumers.contracts.problems import Problem, path_of, problems_of
from consumers.contracts.reading import read_object
from scheduler.domain.commands import Command
from scheduler.domain.ids import BranchId, EventId

MOST_PROBLEMS: Final = 50
"""So many are told at once; a stream of noise gets no longer an answer than that."""

_EXTENSION_NAME = re.compile(r"[a-z0-9]{1,20}")
_VISIBLE = re.compile(r"[\x21-\x7e]{1,128}")
_CONTENT = ("type", "branch", "subject", "time", "entityversion", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEvent:
    """An event that says something. `digest` is of its content, however it was spaced and ordered."""

    model: IncomingEvent
    digest: str

    @property
    def id(self) -> EventId:
        return EventId(self.model.id)

    @property
    def source(self) -> str:
        return self.model.source

    @property
    def type(self) -> str:
        return self.model.type

    @property
    def branch(self) -> BranchId:
        return BranchId(self.model.branch)

    @property
    def time(self) -> datetime:
        return self.model.time

    def command(self, known: Known) -> Command:
        """Raises `UnfitEvent` with every reason."""
        return self.model.command(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Why these bytes are no event; `source` and `event` as far as they could be made out."""

    problems: tuple[Problem, ...]
    source: str = ""
    event: EventId | None = None


Parsed: TypeAlias = ParsedEvent | Unreadable


def parse(raw: bytes | None) -> Parsed:
    """Read one event in CloudEvents' structured JSON. None is a tombstone."""
    document, problems = read_object(raw or b"")
    if not document:
        return _unreadable(document, problems)
    model = model_of(document.get("type"))
    if isinstance(model, Problem):
        return _unreadable(document, [*problems, model])
    problems += _extension_problems(document, model)
    try:
        event = model.model_validate_json(raw or b"")
    except ValidationError as error:
        return _unreadable(document, [*problems, *problems_of(error)])
    return _unreadable(document, problems) if problems else ParsedEvent(model=event, digest=_digest(document))


def _extension_problems(document: Mapping[str, Any], model: type[Incoming[Any]]) -> Iterator[Problem]:
    for name, value in document.items():
        if name in model.model_fields:
            continue
        if not _EXTENSION_NAME.fullmatch(name):
            yield Problem(
                path=path_of([name]),
                code="event.no_attribute",
                sentence="There is no such attribute, and extensions are named with lower-case letters and digits.",
                remedy="Put facts into `data`, or rename the extension.",
            )
        elif not isinstance(value, str | int | bool) or len(str(value)) > 300:
            yield Problem(
                path=path_of([name]),
                code="event.extension_value",
                sentence="An extension holds a short text, a whole number, true or false.",
                remedy="Put structured facts into `data`.",
            )


def _digest(document: Mapping[str, Any]) -> str:
    # Extensions of others (a trace id, say) differ from one sending to the next; they are no content.
    content = {name: document[name] for name in _CONTENT if document.get(name) is not None}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _unreadable(document: Mapping[str, Any], problems: list[Problem]) -> Unreadable:
    name, source = _visible(document.get("id")), _visible(document.get("source"))
    return Unreadable(
        problems=tuple(problems[:MOST_PROBLEMS]), source=source or "", event=EventId(name) if name else None
    )


def _visible(said: object) -> str | None:
    return said if isinstance(said, str) and _VISIBLE.fullmatch(said) else None
