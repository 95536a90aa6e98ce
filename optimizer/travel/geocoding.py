"""From an address to a point: the answers there can be.

A geocoder that is not sure says so: a visit whose address was not located goes to the dispatcher's "needs
address" list and is never planned on a guess. Answers are values, because all of them are expected. Nothing
here logs; an address and a point never appear in a message or a `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.travel.provider import Point


class Precision(StrEnum):
    """What the point stands for. Only a house is a place to drive to; the others need a person's consent."""

    HOUSE = "house"
    STREET = "street"
    AREA = "area"


class WhyNotFound(StrEnum):
    """Why the visit needs an address, in words for the dispatcher."""

    NO_MATCH = "no place matches this address"
    TOO_COARSE = "only the street or the area was found"
    AMBIGUOUS = "several places far apart match this address"
    REFUSED = "the geocoder cannot read this address"


class WhyDown(StrEnum):
    """Why the geocoder gave no answer; the same address may be asked again later."""

    UNREACHABLE = "the geocoder cannot be reached or failed"
    TIMED_OUT = "the geocoder did not answer in time"
    TOO_MANY_REQUESTS = "the geocoder refused more requests for now"
    NOT_PERMITTED = "the geocoder refused our credentials"
    UNREADABLE = "the geocoder's answer could not be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the address is, how exactly, and who says so: a geocoder's name, or `person` when verified."""

    point: Point
    precision: Precision
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """The geocoder answered, but with no place fit to plan with: the visit needs an address."""

    reason: WhyNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """The geocoder did not answer. This says nothing about the address."""

    reason: WhyDown


Answer = Located | NotFound | Down
