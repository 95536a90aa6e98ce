"""Contracts: what events look like on the wire, coming in and going out. CloudEvents 1.0, JSON.

Start at `parse`; `docs/events.md` and the schemas beside it are made from these models by `publish`.
"""

from consumers.contracts.binary import structured
from consumers.contracts.envelope import Known
from consumers.contracts.incoming import INCOMING, IncomingEvent
from consumers.contracts.parsing import Parsed, ParsedEvent, Unreadable, parse
from consumers.contracts.problems import Problem, UnfitEvent

__all__ = [
    "INCOMING",
    "IncomingEvent",
    "Known",
    "Parsed",
    "ParsedEvent",
    "Problem",
    "UnfitEvent",
    "Unreadable",
    "parse",
    "structured",
]
