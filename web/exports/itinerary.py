"""One case manager's day as a page to print or carry. Holds names and addresses: for that person only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.day import Day
from scheduler.domain.plan import BreakTime, Plan, Route, Stop
from web.exports.templates import PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the page: a stop, or a break."""

    kind: str
    number: str = ""
    starts: datetime
    ends: datetime
    arrives: datetime | None = None
    drive: str = ""
    title: str = ""
    patient: str = ""
    address: str = ""
    visit: str = ""
    navigate: str = ""


def itinerary_page(day: Day, plan: Plan, route: Route, *, revision: int | None) -> str:
    """HTML with its own style, no script, nothing loaded from elsewhere. Same inputs, same bytes."""
    shift = day.shift(route.shift)
    return PAGES.get_template("itinerary.html").render(
        name=shift.label if shift else route.case_manager,
        case_manager=route.case_manager,
        date=plan.date,
        zone=plan.zone,
        branch=plan.branch,
        revision=revision,
        route=route,
        lines=_lines(day, route),
        travel=plan.solve.travel,
        driven=f"{(sum(s.drive_metres for s in route.stops) + route.home_metres) / 1000:.1f}",
    )


def _lines(day: Day, route: Route) -> list[Line]:
    lines: list[Line] = []
    for number, stop in enumerate(route.stops):
        lines += [_pause(pause) for pause in route.breaks if pause.before == number]
        lines.append(_stop(day, stop, number + 1))
    lines += [_pause(pause) for pause in route.breaks if pause.before == len(route.stops)]
    return lines


def _pause(pause: BreakTime) -> Line:
    return Line(kind="break", title="Break", starts=pause.starts, ends=pause.ends)


def _stop(day: Day, stop: Stop, number: int) -> Line:
    visit = day.visit(stop.visit)
    if visit is None:
        title = f"Visit {stop.visit}"  # cancelled since: the page still says where its time was
        return Line(kind="visit", number=str(number), title=title, starts=stop.starts, ends=stop.ends)
    patient = day.patient_of(visit)
    place = day.place_of(visit)
    kind = day.visit_types.get(visit.type)
    point = place.point if not visit.is_remote else None
    return Line(
        kind="remote" if visit.is_remote else "visit",
        number=str(number),
        visit=stop.visit,
        arrives=stop.arrives,
        starts=stop.starts,
        ends=stop.ends,
        drive=f"{round(stop.drive_seconds / 60)} min, {stop.drive_metres / 1000:.1f} km" if stop.drive_seconds else "",
        title=kind.title if kind else visit.type,
        patient=patient.name or patient.id,
        address="by phone" if visit.is_remote else (place.address or ""),
        navigate=f"geo:{point.latitude},{point.longitude}" if point else "",
    )
