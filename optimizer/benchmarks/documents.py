"""The JSON files of the home health families, read without losing a digit: fractions stay decimals.

Only what floating point arithmetic left behind is wiped off: a published window of 401.99999999999994 is 402. Every
checker of these families tolerates a thousandth of a minute; here a number is either exact or refused.

Knows the shape the families share (patients, services, caregivers, two services of one patient), not what it costs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

from optimizer.benchmarks.errors import InexactNumbers, UnreadableInstance

Document = Mapping[str, Any]
Number = int | Decimal
UNITS: Final = (1, 10, 100, 1000)
"""How finely a minute may be divided."""
TRACE: Final = Decimal("1e-9")
MALFORMED: Final = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a file of another shape raises."""


def read_document(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text, parse_float=_decimal, parse_constant=_no_number)
    except (OSError, ValueError, ArithmeticError, RecursionError):
        raise UnreadableInstance(path, "it cannot be read as JSON") from None
    if not isinstance(found, dict):
        raise UnreadableInstance(path, "it is no JSON object")
    return found


def name_of(path: Path) -> str:
    return path.name.removesuffix(".json").removesuffix(".instance")


def unit_of(path: Path, numbers: Iterable[Number], units: Iterable[int] = UNITS) -> int:
    """The smallest division of a minute in which every number is whole. Raises `InexactNumbers`."""
    offered = list(units)
    for number in numbers:
        while offered and number * offered[0] % 1:
            del offered[0]
        if not offered:
            raise InexactNumbers(path, number)
    return offered[0]


def durations(document: Document, services: Iterable[Document]) -> Iterator[Number]:
    """Of each service wanted; the service's own default where the patient tells none."""
    usual = {service["id"]: service.get("default_duration") for service in document["services"]}
    for service in services:
        minutes = service.get("duration")
        if minutes is None:
            minutes = usual[service["service"]]
        if minutes <= 0:
            raise ValueError(service["service"])
        yield minutes


def link_kind(patient: Document) -> str | None:
    """How the two services of a patient hang together; nothing where there is only one."""
    said = patient.get("synchronization")
    return None if said is None else str(said["type"])


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    whole = number.quantize(Decimal("0.001"))
    return whole if abs(number - whole) < TRACE else number


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
