"""One caregiver's day by the rules of the UHHC model: what it adds up to, and what it breaks.

Reads the instance's own file and nothing of the engine's. A caregiver leaves as late as the first entry allows and
drives straight home after the last. Minutes, as fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Final

from optimizer.benchmarks.rules import Document, Done
from optimizer.solution import BreakTaken

NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a caregiver's day: a service, or lunch at the place of the next one."""

    start: Fraction
    end: Fraction
    place: int
    is_lunch: bool = False


@dataclass(slots=True)
class Account:
    """`free_wait` comes right after a lunch that opens the day: it is idle time, but nobody calls it waiting."""

    travel: Fraction = NONE
    waits: Fraction = NONE
    free_wait: Fraction = NONE
    extra: Fraction = NONE
    idle: Fraction = NONE
    misses_lunch: bool = False
    faults: list[str] = field(default_factory=list)


def account_of(
    document: Document, caregiver: Document, services: Sequence[Done], lunches: Sequence[BreakTaken]
) -> Account:
    account = Account()
    entries = _entries(document, services, lunches)
    account.misses_lunch = bool(caregiver.get("lunch_break")) and not any(entry.is_lunch for entry in entries)
    account.faults += _lunch_faults(document, caregiver, entries, lunches)
    opens, closes = caregiver["working_shift"]["start"], caregiver["working_shift"]["end"]
    if not entries:
        account.idle = Fraction(closes - opens)
        return account
    leaves, returns = _walk(document, caregiver, entries, account)
    if leaves < opens:
        account.faults.append("leaves before the shift")
    account.extra = max(NONE, returns - closes)
    account.idle = leaves - opens + account.waits + account.free_wait + max(NONE, closes - returns)
    return account


def _walk(
    document: Document, caregiver: Document, entries: Sequence[Entry], account: Account
) -> tuple[Fraction, Fraction]:
    """When the day begins and ends at the terminals; travel and waits go into the account."""
    way, terminals = document["distances"], _terminals(document, caregiver)
    first, last = entries[0], entries[-1]
    out, home = way[terminals[0]][first.place], way[last.place][terminals[1]]
    account.travel += out + home
    for index, (before, entry) in enumerate(pairwise(entries)):
        leg = 0 if before.is_lunch else way[before.place][entry.place]
        wait = entry.start - before.end - leg
        account.travel += leg
        if wait < 0:
            account.faults.append(f"cannot begin at minute {float(entry.start)}, comes {float(-wait)} later")
        elif before.is_lunch and not index:
            account.free_wait = wait
        else:
            account.waits += wait
    return first.start - out, last.end + home


def _terminals(document: Document, caregiver: Document) -> tuple[int, int]:
    places = {point["id"]: point["distance_matrix_index"] for point in document["terminal_points"]}
    return places[caregiver["departing_point"]], places[caregiver["arrival_point"]]


def _entries(document: Document, services: Sequence[Done], lunches: Sequence[BreakTaken]) -> list[Entry]:
    minutes = Fraction(document["lunch_breaks"]["min_duration"])
    entries: list[Entry] = []
    for position, one in enumerate(services):
        place = one.service.place
        begins = (Fraction(lunch.starts) for lunch in lunches if lunch.before == position)
        entries += [Entry(start, start + minutes, place, is_lunch=True) for start in begins]
        entries.append(Entry(one.start, one.end, place))
    return entries


def _lunch_faults(
    document: Document, caregiver: Document, entries: Sequence[Entry], lunches: Sequence[BreakTaken]
) -> Iterator[str]:
    said = document["lunch_breaks"]
    must_end = document["metadata"]["time_window_met"] == "at_service_end"
    taken = [entry for entry in entries if entry.is_lunch]
    if len(taken) < len(lunches):
        yield "has lunch with no patient after it"
    if len(taken) > bool(caregiver.get("lunch_break")):
        yield f"has {len(taken)} lunches"
    for lunch in taken:
        if lunch.start < said["start"] or (lunch.end if must_end else lunch.start) > said["end"]:
            yield f"has lunch at minute {float(lunch.start)}, outside its window"
