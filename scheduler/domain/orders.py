"""Orders in the trade's own notation, parsed with the exact place of an error.

    order      = [discipline] ( phase { [","] ["then"] phase } [ [","] ["then"] as-needed ] | as-needed )
    phase      = visits "w" ["x"] weeks | visits ["x"] "/" "wk" "x" weeks | "q" number "w" "x" times
               | "daily" "x" days
    visits     = number [ "-" number ]
    as-needed  = "PRN" "x" cap "for" symptom

Case and spaces do not matter. `docs/orders.md` lists the accepted spellings. Pure text to values: dates are
given by `obligations.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scheduler.domain.errors import Invalid
from scheduler.domain.order_phases import (
    AS_NEEDED_CAP,
    DAYS,
    SYMPTOM_CHARACTERS,
    TIMES,
    VISITS_PER_WEEK,
    WEEKS,
    WEEKS_BETWEEN,
    AsNeeded,
    Daily,
    EveryWeeks,
    Limits,
    OrderOutOfRange,
    Phase,
    Weekly,
)
from scheduler.domain.order_tokens import OrderReader, OrderSyntaxError

__all__ = [
    "AsNeeded",
    "Daily",
    "EmptyOrder",
    "EveryWeeks",
    "Order",
    "OrderSyntaxError",
    "Weekly",
    "parse_order",
]

DISCIPLINES = ("CM", "HHA", "MSW", "OT", "PT", "SLP", "SN", "ST")

_WEEK = ("w", "wk", "week", "wks", "weeks")
_ANOTHER = "another frequency, `PRN` or the end of the order"
_FREQUENCY_INSIDE = re.compile(
    r"""\b(?: [0-9]+ \s* (?: wk? | [x\xd7]? \s* / \s* w(?:k|eek)? ) \s* [x\xd7]? \s* [0-9]
          | q \s* [0-9]+ \s* w
          | daily \s* [x\xd7] \s* [0-9]
          | prn \b )""",
    re.IGNORECASE | re.VERBOSE,
)


class EmptyOrder(Invalid):
    """An order asks for no visit at all."""

    code = "order.empty"
    remedy = "Give the order at least one frequency or an as-needed part."


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one discipline is to do. `str(order)` is the canonical notation; `text` is as it was written.

    Two orders that ask for the same are equal, however they were written.
    """

    text: str = field(compare=False)
    discipline: str | None = None
    phases: tuple[Phase, ...] = ()
    as_needed: AsNeeded | None = None

    def __post_init__(self) -> None:
        if not self.phases and self.as_needed is None:
            raise EmptyOrder("the order asks for no visit")
        if self.phases and not WEEKS.admit(self.weeks):
            raise OrderOutOfRange(what="weeks of the whole order", number=self.weeks, limits=WEEKS)

    @property
    def weeks(self) -> int:
        return sum(phase.weeks for phase in self.phases)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.discipline, *self.phases, self.as_needed) if part is not None)


def parse_order(text: str) -> Order:
    """Read one order.

    Raises `OrderSyntaxError` at the first character that cannot be right: not the notation, a number
    beyond its limits, or an as-needed part without symptom or cap.
    """
    reader = OrderReader(text)
    discipline = reader.take(*(name.lower() for name in DISCIPLINES))
    phases, as_needed = _parts(reader)
    return Order(
        text=text,
        discipline=discipline.upper() if discipline else None,
        phases=phases,
        as_needed=as_needed,
    )


def _parts(reader: OrderReader) -> tuple[tuple[Phase, ...], AsNeeded | None]:
    phases: list[Phase] = []
    while not reader.sees("prn"):
        phases.append(_phase_within(reader, weeks_left=WEEKS.most - sum(phase.weeks for phase in phases)))
        if reader.is_at_end:
            return tuple(phases), None
        _skip_separator(reader)
    return tuple(phases), _as_needed(reader)


def _skip_separator(reader: OrderReader) -> None:
    is_separated = [reader.take(","), reader.take("then")] != [None, None]
    if not is_separated and not _sees_part(reader):
        raise reader.error(_ANOTHER)


def _sees_part(reader: OrderReader) -> bool:
    return reader.sees_number() or reader.sees("q", "daily", "prn")


def _phase_within(reader: OrderReader, *, weeks_left: int) -> Phase:
    too_long = reader.error(f"no more than {WEEKS.most} weeks in all")
    phase = _phase(reader)
    if phase.weeks > weeks_left:
        raise too_long
    return phase


def _phase(reader: OrderReader) -> Phase:
    if reader.take("q"):
        return _every_weeks(reader)
    if reader.take("daily"):
        return _daily(reader)
    if reader.sees_number():
        return _weekly(reader)
    raise reader.error("a frequency such as `2w4`")


def _weekly(reader: OrderReader) -> Weekly:
    least = reader.number(VISITS_PER_WEEK, saying="a number of visits")
    most = least
    if reader.take("-"):
        most = reader.number(Limits(least=least, most=VISITS_PER_WEEK.most), saying="a number of visits")
    return Weekly(least=least, most=most, weeks=_weeks_of(reader))


def _weeks_of(reader: OrderReader) -> int:
    if reader.take("w", "wk"):
        is_spelled_out = reader.take("x") is not None
    else:
        # Only `x/` is a way to say `times a week`: the x of `2x4` is where that order goes wrong.
        if reader.sees("x") and reader.sees("/", ahead=1):
            reader.take("x")
        reader.expect("/", saying="`w`, `wk` or `/wk`")
        reader.expect("w", "wk", "week", saying="`wk`")
        reader.expect("x", saying="`x` and the number of weeks")
        is_spelled_out = True
    weeks = reader.number(WEEKS, saying="the number of weeks")
    if is_spelled_out:
        reader.take(*_WEEK)
    return weeks


def _every_weeks(reader: OrderReader) -> EveryWeeks:
    every_weeks = reader.number(WEEKS_BETWEEN, saying="the number of weeks between visits")
    reader.expect(*_WEEK, saying="`w` or `wk`")
    reader.expect("x", saying="`x` and how many times")
    return EveryWeeks(every_weeks=every_weeks, times=reader.number(TIMES, saying="how many times"))


def _daily(reader: OrderReader) -> Daily:
    reader.expect("x", saying="`x` and the number of days")
    days = reader.number(DAYS, saying="the number of days")
    reader.take("d", "day", "days")
    return Daily(days=days)


def _as_needed(reader: OrderReader) -> AsNeeded:
    reader.expect("prn", saying="`PRN`")
    reader.expect("x", saying="`x` and the most visits")
    cap = reader.number(AS_NEEDED_CAP, saying="the most visits")
    reader.expect("for", saying="`for` and a symptom")
    return AsNeeded(cap=cap, symptom=_symptom(reader))


def _symptom(reader: OrderReader) -> str:
    """The rest of the order. What it says is never repeated in an error: it may tell about a patient."""
    missing = reader.error("a symptom")
    symptom, position = reader.rest()
    if not any(character.isalpha() for character in symptom):
        raise missing
    if len(symptom) > SYMPTOM_CHARACTERS.most:
        too_far = position + SYMPTOM_CHARACTERS.most
        raise OrderSyntaxError(expected=f"at most {SYMPTOM_CHARACTERS.most} characters of symptom", position=too_far)
    for place, character in enumerate(symptom, position):
        if not (character.isprintable() or character.isspace()):
            raise OrderSyntaxError(expected="only printable characters in the symptom", position=place)
    # A frequency swallowed as part of a symptom would be visits lost without a word.
    if inside := _FREQUENCY_INSIDE.search(symptom):
        raise OrderSyntaxError(
            expected="`PRN` as the last part, its symptom without a frequency",
            position=position + inside.start(),
        )
    return " ".join(symptom.split())
