"""`rounds check`, `explain`, `compare`: what can be asked about a day and its plan, from files, no database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.cli.output import Exit, console, say_json, speaking_of_errors
from scheduler.cli.tables import (
    show_difference,
    show_qualities,
    show_violations,
    totals_of,
)
from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, VisitId
from scheduler.domain.violation import Severity, Violation
from scheduler.files.day_reading import read_day
from scheduler.files.plan_file import read_plan
from scheduler.planning.check import violations
from scheduler.planning.difference import difference
from scheduler.planning.explain import explain
from scheduler.planning.quality import quality_of

DayPath = Annotated[Path, typer.Argument(metavar="DAY.json", help="A day file.", show_default=False)]
PlanPath = Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan file.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds check monday.json monday.plan.json")(check)
    app.command("explain", epilog="Example: rounds explain monday.json monday.plan.json V12")(explain_visit)
    app.command(epilog="Example: rounds compare before.plan.json after.plan.json")(compare)


def check(day_file: DayPath, plan_file: PlanPath, as_json: AsJson = False) -> None:
    """Check any plan, however it was made, against every rule. Exit 1 when it breaks a hard one."""
    with speaking_of_errors(as_json=as_json):
        day, plan = read_day_at(day_file), read_plan(plan_file.read_bytes(), name=str(plan_file))
        found = violations(day, plan)
        if as_json:
            say_json({"violations": [asdict(violation) for violation in found], "totals": totals_of(plan.totals)})
        else:
            show_violations(console, found)
            hard = sum(v.severity is Severity.HARD for v in found)
            console.print(f"{hard} hard, {len(found) - hard} soft violations")
        end_by(found)


def explain_visit(
    day_file: DayPath,
    plan_file: PlanPath,
    visit: Annotated[str, typer.Argument(help="The visit's id.")],
    as_json: AsJson = False,
) -> None:
    """Why this visit is with this case manager, or with nobody, and what the others would cost."""
    with speaking_of_errors(as_json=as_json):
        day, plan = read_day_at(day_file), read_plan(plan_file.read_bytes(), name=str(plan_file))
        answer = explain(day, plan, VisitId(visit))
        if as_json:
            say_json(answer.said() | {"plan": asdict(quality_of(plan))})
        else:
            for line in [*answer.lines(), "The plan as a whole:", *quality_of(plan).sentences]:
                console.print(line, highlight=False, markup=False)


def compare(
    before: Annotated[Path, typer.Argument(metavar="A.json")],
    after: Annotated[Path, typer.Argument(metavar="B.json")],
    as_json: AsJson = False,
) -> None:
    """What changed between two plans, by visit, the totals of both, and how good each is proven to be."""
    with speaking_of_errors(as_json=as_json):
        a = read_plan(before.read_bytes(), name=str(before))
        b = read_plan(after.read_bytes(), name=str(after))
        change = difference(a, b)
        if as_json:
            changes = [asdict(item) for item in change.changes]
            qualities = {"before": asdict(quality_of(a)), "after": asdict(quality_of(b))}
            totals = {"before": totals_of(a.totals), "after": totals_of(b.totals)}
            say_json({"changes": changes, **totals, "quality": qualities})
        else:
            show_difference(console, change, {})
            for name, value in totals_of(a.totals).items():
                console.print(f"[dim]{name:12}[/] {value} → {totals_of(b.totals)[name]}", highlight=False)
            show_qualities(console, a, b)


def read_day_at(path: Path) -> Day:
    return read_day(path.read_bytes(), read_agency(read_settings()), name=str(path))


def names_of(day: Day) -> dict[CaseManagerId, str]:
    return {shift.case_manager.id: shift.label for shift in day.shifts}


def end_by(found: list[Violation] | tuple[Violation, ...]) -> None:
    if any(violation.severity is Severity.HARD for violation in found):
        raise typer.Exit(Exit.FOUND)
