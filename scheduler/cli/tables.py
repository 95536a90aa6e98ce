"""Plans on a terminal: itineraries, what is unassigned and why, totals, and the difference of two plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan, Reason, Route, SolveRecord, Totals
from scheduler.domain.violation import Violation
from scheduler.planning.difference import PlanDifference
from scheduler.planning.quality import money, quality_of

Names = Mapping[CaseManagerId, str]


def clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M}" if moment else "-"


def duration(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}:{minutes:02d}"


def show_itineraries(console: Console, plan: Plan, names: Names) -> None:
    for route in plan.routes:
        if route.stops:
            console.print(_itinerary(route, names))


def _itinerary(route: Route, names: Names) -> Table:
    who = _spoken(route.case_manager, names)
    title = f"{who}  [dim]{escape(route.case_manager)} · leaves {clock(route.leaves)} · back {clock(route.returns)}[/]"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="dim")
    for column in ("stop", "visit", "arrive", "start", "end", "drive", "km"):
        table.add_column(column, justify="left" if column == "visit" else "right", min_width=5)
    for number, stop in enumerate(route.stops, start=1):
        for pause in (pause for pause in route.breaks if pause.before == number - 1):
            table.add_row("", "[dim]break[/]", "", clock(pause.starts), clock(pause.ends), "", "")
        table.add_row(
            str(number),
            f"{escape(stop.visit)}{' [dim]fixed[/]' if stop.is_frozen else ''}",
            clock(stop.arrives),
            clock(stop.starts),
            clock(stop.ends),
            duration(stop.drive_seconds),
            f"{stop.drive_metres / 1000:.1f}",
        )
    for pause in (pause for pause in route.breaks if pause.before == len(route.stops)):
        table.add_row("", "[dim]break[/]", "", clock(pause.starts), clock(pause.ends), "", "")
    return table


def show_unassigned(console: Console, plan: Plan, names: Names) -> None:
    """Reasons that several case managers share are told once, with those they hold for."""
    for visit in plan.unassigned:
        console.print(f"[bold yellow]unassigned[/] {escape(visit.visit)}", highlight=False)
        shared: dict[str, list[Reason]] = {}
        for reason in visit.reasons:
            shared.setdefault(reason.code, []).append(reason)
        for code, reasons in shared.items():
            others = [_spoken(r.case_manager, names) for r in reasons[1:] if r.case_manager]
            also = f" [dim]Likewise {', '.join(others)}.[/]" if others else ""
            console.print(f"    {escape(reasons[0].sentence)}{also} [dim]{code}[/]", highlight=False)


def totals_of(totals: Totals) -> dict[str, str]:
    """What each total is called, and its value in words."""
    return {
        "served": str(totals.served),
        "unassigned": str(totals.unassigned),
        "drive time": duration(totals.drive_seconds),
        "distance": f"{totals.drive_metres / 1000:.1f} km",
        "waiting": duration(totals.wait_seconds),
        "overtime": duration(totals.overtime_seconds),
        "lateness": duration(totals.late_seconds),
        "continuity": f"{totals.continuity_per_mille / 10:.1f} %",
        "price": money(totals.price_cents),
    }


def show_totals(console: Console, plan: Plan) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in totals_of(plan.totals).items():
        table.add_row(f"[dim]{name}[/]", value)
    table.add_row("[dim]travel[/]", escape(plan.solve.travel))
    table.add_row("[dim]engine[/]", _engine(plan.solve))
    console.print(table)
    for sentence in quality_of(plan).sentences:
        console.print(sentence, highlight=False, markup=False)


def show_qualities(console: Console, before: Plan, after: Plan) -> None:
    for name, plan in (("before", before), ("after", after)):
        console.print(f"[dim]{name:12}[/] {' '.join(quality_of(plan).sentences)}", highlight=False)


def _engine(solve: SolveRecord) -> str:
    threads = "1 thread" if solve.threads == 1 else f"{solve.threads} threads"
    return f"{solve.engine}, seed {solve.seed}, {threads}, {solve.rounds:,} rounds"


def show_violations(console: Console, violations: Sequence[Violation]) -> None:
    colour = {"hard": "bold red", "soft": "yellow"}
    for violation in violations:
        severity = violation.severity.value
        console.print(
            f"[{colour[severity]}]{severity}[/] {escape(violation.sentence)} [dim]{violation.code}[/]", highlight=False
        )


def show_difference(console: Console, change: PlanDifference, names: Names) -> None:
    """What changed for whom, by visit."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("visit", "change", "from", "to"):
        table.add_column(column)
    for item in change.changes:
        table.add_row(
            escape(item.visit),
            item.kind.replace("_", " "),
            _side(item.case_manager_before, item.starts_before, names),
            _side(item.case_manager_after, item.starts_after, names),
        )
    console.print(table)


def _side(person: CaseManagerId | None, starts: datetime | None, names: Names) -> str:
    return f"{_spoken(person, names)} {clock(starts)}" if person else "-"


def _spoken(person: CaseManagerId, names: Names) -> str:
    """Names are data: a bracket in one is no markup."""
    return escape(names.get(person, person))
