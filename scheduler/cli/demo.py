"""`rounds demo`: a made-up agency's Monday. Everything comes in as events; a plan is made and told; the morning
brings a sick nurse, two cancellations and an urgent visit; what changed, and for whom, is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress

from scheduler.bootstrap.planning import planning_desk
from scheduler.bootstrap.process import Rounds
from scheduler.cli.demo_events import BRANCH, MONDAY, SUNDAY_NOON, demo_events
from scheduler.cli.output import Exit, console, notes, say_json, speaking_of_errors
from scheduler.cli.progress import get_ready
from scheduler.cli.run import PUBLISHED, Tally, fresh_rounds, relay_to_file, told_plans
from scheduler.cli.simulated import SimulatedDays
from scheduler.cli.tables import (
    Names,
    show_difference,
    show_itineraries,
    show_qualities,
    show_totals,
    show_unassigned,
    totals_of,
)
from scheduler.domain.day import Day
from scheduler.domain.errors import RoundsError
from scheduler.domain.ids import BranchId, CaseManagerId
from scheduler.domain.plan import Revision
from scheduler.planning.difference import PlanDifference, difference
from web.exports.bundle import write_bundle

EVENTS = "events.jsonl"
EVENING = timedelta(hours=6, minutes=5)  # after Sunday noon: five minutes past the hour the day is told


class DemoBroken(RoundsError):
    """The demo did not come out as it always does: something in this installation is wrong."""

    code = "demo.broken"
    remedy = "Run `rounds doctor`, and report what it says."


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds demo --out out/demo")(demo)


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder everything is written to.")] = Path("out/demo"),
    as_json: Annotated[bool, typer.Option("--json", help="What happened, as JSON.")] = False,
) -> None:
    """Plan a made-up Monday from events, publish it, then let the morning happen and show what changed."""
    with speaking_of_errors(as_json=as_json), fresh_rounds(out) as (rounds, clock):
        get_ready(notes)
        tally = Tally()
        days = SimulatedDays(rounds, clock, planning_desk(rounds), on_outcome=tally.planned)
        known, morning = demo_events()
        (out / EVENTS).write_bytes(b"".join(line + b"\n" for line in (*known, *morning)))
        _say(as_json, f"Taking in {len(known)} events: an office, its staff, its patients, their orders and requests.")
        _live_through(days, known, tally)
        days.work_until(SUNDAY_NOON + EVENING)
        evening, day = _told(rounds)
        names = _names(day)
        if not as_json:
            _show_plan(evening, day)
        steps = list(_morning(rounds, days, morning, tally, before=evening, as_json=as_json))
        told, day = _told(rounds)
        relay_to_file(rounds, out / PUBLISHED)
        files = write_bundle(out, day, told.plan, revision=told.number, made_at=told.made_at)
        change = difference(evening.plan, told.plan)
        if as_json:
            say_json(_said(evening, told, _counts(evening, told, change, day), steps, files))
        else:
            _show_change(evening, told, day, names | _names(day), change, out)
        if tally.refused or tally.failed:
            raise typer.Exit(Exit.FOUND)


def _live_through(days: SimulatedDays, events: Sequence[bytes], tally: Tally) -> None:
    with Progress(console=notes, transient=True, disable=not notes.is_terminal) as bar:
        for receipt in bar.track(days.live_through(events), total=len(events), description="taking in"):
            tally.taken_in(receipt)


def _morning(
    rounds: Rounds, days: SimulatedDays, events: Sequence[bytes], tally: Tally, *, before: Revision, as_json: bool
) -> Iterator[dict[str, Any]]:
    """One event after the other, each with the re-plan it causes."""
    for event in events:
        _live_through(days, [event], tally)
        days.settle()
        after, day = _told(rounds)
        change = difference(before.plan, after.plan)
        at = days.clock.now().astimezone(day.zone)
        step = {"at": at.isoformat(), "caused_by": list(after.caused_by), **_counts(before, after, change, day)}
        _say(as_json, f"[bold]{at:%H:%M}[/] {_headline(event)}: {_in_words(step)}")
        yield step
        before = after


def _headline(event: bytes) -> str:
    for words, text in (
        (b"case_manager.absent", "a case manager is ill"),
        (b"visit.cancelled", "a visit is cancelled"),
        (b"visit.requested", "an urgent visit is requested"),
    ):
        if words in event:
            return text
    return "something happened"


def _counts(before: Revision, after: Revision, change: PlanDifference, day: Day) -> dict[str, Any]:
    at_work = {shift.case_manager.id for shift in day.shifts}
    served = {stop.visit for _, stop in before.plan.stops()}
    return {
        "revision": after.number,
        "moved": len(change.moved),
        "had_to_move": len([item for item in change.moved if item.case_manager_before not in at_work]),
        "added": len(change.of_kind("added", "assigned")),
        "removed": len(change.of_kind("removed")),
        "unassigned": len(change.of_kind("unassigned")),
        "untouched": len(served - {item.visit for item in change.changes}),
        "case_managers_told": len(change.case_managers),
    }


def _in_words(step: dict[str, Any]) -> str:
    return (
        "revision {revision}, {moved} moved ({had_to_move} had to), {added} added, {removed} removed, "
        "{unassigned} unassigned, {untouched} untouched; {case_managers_told} case managers told"
    ).format(**step)


def _told(rounds: Rounds) -> tuple[Revision, Day]:
    for revision, day in told_plans(rounds):
        if (revision.plan.branch, revision.plan.date) == (BranchId(BRANCH), MONDAY):
            return revision, day
    raise DemoBroken("Monday was not published.")


def _names(day: Day) -> dict[CaseManagerId, str]:
    return {shift.case_manager.id: shift.label for shift in day.shifts}


def _show_plan(revision: Revision, day: Day) -> None:
    console.rule(f"{revision.plan.date:%A %d %B %Y}, told on Sunday evening")
    show_itineraries(console, revision.plan, _names(day))
    show_unassigned(console, revision.plan, _names(day))
    show_totals(console, revision.plan)
    console.rule("Monday morning")


def _show_change(before: Revision, after: Revision, day: Day, names: Names, change: PlanDifference, out: Path) -> None:
    console.rule("What changed since Sunday evening, for whom")
    show_difference(console, change, names)
    counts = _counts(before, after, change, day)
    console.print(
        f"[bold]{counts['moved']}[/] of {before.plan.totals.served} visits moved, {counts['had_to_move']} of them "
        f"because their case manager is away; "
        f"{counts['untouched']} stay exactly as they were told.",
        highlight=False,
    )
    show_unassigned(console, after.plan, names)
    for name, value in totals_of(before.plan.totals).items():
        console.print(f"[dim]{name:12}[/] {value} → {totals_of(after.plan.totals)[name]}", highlight=False)
    show_qualities(console, before.plan, after.plan)
    console.rule()
    files = f"plan.json, {PUBLISHED}, itineraries/, plan.geojson, routes.png, timeline.png"
    console.print(f"Written to {escape(str(out))}: {files}")


def _said(
    before: Revision, after: Revision, counts: dict[str, Any], steps: list[dict[str, Any]], files: list[Path]
) -> dict[str, Any]:
    return {
        "before": totals_of(before.plan.totals),
        "after": totals_of(after.plan.totals),
        "change": counts,
        "steps": steps,
        "files": [str(path) for path in files],
    }


def _say(as_json: bool, text: str) -> None:
    if not as_json:
        console.print(text, highlight=False)
