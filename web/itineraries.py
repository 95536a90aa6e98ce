"""One case manager's day, and the map of all: as JSON, page, calendar and GeoJSON.

JSON and calendar hold ids only. The page holds patients' names and addresses and the map their coordinates, so each
look at those is written into the audit before it is answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import accumulate
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse

from scheduler.domain.day import Day
from scheduler.domain.errors import NotFound
from scheduler.domain.ids import BranchId, CaseManagerId
from scheduler.domain.plan import BreakTime, Plan, Revision, Route
from web.audited import record
from web.errors import documented
from web.exports.calendar import itinerary_calendar
from web.exports.geojson import plan_geojson
from web.exports.itinerary import itinerary_page
from web.pages import page_answer
from web.schedules import (
    A_DAY,
    ID_PATTERN,
    BranchPath,
    DatePath,
    RevisionQuery,
    RevisionShown,
    about,
    revision_of,
)
from web.services import Given, Services

routes = APIRouter(
    prefix="/api/branches",
    tags=["itineraries"],
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
)

ONE_PERSON: Final = A_DAY + "/itineraries/{case_manager}"

CaseManagerPath = Annotated[CaseManagerId, Path(max_length=64, pattern=ID_PATTERN)]


class NoItinerary(NotFound):
    """The plan has no day for this case manager: off, or unknown."""

    code = "itinerary.none"
    remedy = "Check the id; whoever does not work that day has no itinerary."

    def __init__(self, branch: BranchId, day: dt.date, case_manager: CaseManagerId) -> None:
        self.branch, self.day, self.case_manager = branch, day, case_manager
        super().__init__(f"The plan of {branch} for {day.isoformat()} has no itinerary for {case_manager}.")


class ItineraryShown(RevisionShown):
    """A case manager's routes of the day: one for each shift."""

    case_manager: CaseManagerId
    routes: tuple[Route, ...]


@routes.get(ONE_PERSON + ".html", response_class=HTMLResponse)
def itinerary_html(
    branch: BranchPath,
    date: DatePath,
    case_manager: CaseManagerPath,
    services: Given,
    revision: RevisionQuery = None,
) -> HTMLResponse:
    """The page to print or carry. With names and addresses: for that case manager only."""
    found, day = _with_day(services, branch, date, revision)
    route = whole_day(_routes_of(found.plan, case_manager))
    record(services, "itinerary.read", f"{date.isoformat()}/{case_manager}", branch)
    return page_answer(itinerary_page(day, found.plan, route, revision=found.number))


@routes.get(
    ONE_PERSON + ".ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}, "description": "RFC 5545"}},
)
def itinerary_ics(
    branch: BranchPath,
    date: DatePath,
    case_manager: CaseManagerPath,
    services: Given,
    revision: RevisionQuery = None,
) -> Response:
    """The day as a calendar file. Titles are visit ids."""
    with services.open_uow(read_only=True) as uow:
        found = revision_of(uow, branch, date, revision)
    route = whole_day(_routes_of(found.plan, case_manager))
    made_at = found.published_at or found.made_at
    calendar = itinerary_calendar(found.plan, route, revision=found.number, made_at=made_at)
    return Response(calendar, media_type="text/calendar")


@routes.get(ONE_PERSON)
def itinerary(
    branch: BranchPath,
    date: DatePath,
    case_manager: CaseManagerPath,
    services: Given,
    revision: RevisionQuery = None,
) -> ItineraryShown:
    """The day in ids and times."""
    with services.open_uow(read_only=True) as uow:
        found = revision_of(uow, branch, date, revision)
    mine = _routes_of(found.plan, case_manager)
    return ItineraryShown(**about(found), case_manager=case_manager, routes=tuple(mine))


@routes.get(
    A_DAY + "/map.geojson",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}, "description": "RFC 7946"}},
)
def day_map(branch: BranchPath, date: DatePath, services: Given, revision: RevisionQuery = None) -> Response:
    """Every route and stop with coordinates, by id."""
    found, day = _with_day(services, branch, date, revision)
    record(services, "map.read", date.isoformat(), branch)
    return Response(plan_geojson(day, found.plan), media_type="application/geo+json")


def whole_day(routes: Sequence[Route]) -> Route:
    """The routes of one case manager's day as one, from the first leaving to the last return."""
    stops_before = accumulate((len(route.stops) for route in routes), initial=0)
    return replace(
        routes[0],
        leaves=min(route.leaves for route in routes),
        returns=max(route.returns for route in routes),
        stops=tuple(stop for route in routes for stop in route.stops),
        breaks=tuple(
            _later(pause, by=before)
            for before, route in zip(stops_before, routes, strict=False)
            for pause in route.breaks
        ),
        home_seconds=sum(route.home_seconds for route in routes),
        home_metres=sum(route.home_metres for route in routes),
    )


def _later(pause: BreakTime, *, by: int) -> BreakTime:
    return replace(pause, before=pause.before + by)


def _routes_of(plan: Plan, case_manager: CaseManagerId) -> list[Route]:
    """By time; those with visits where there are any. Raises `NoItinerary`."""
    mine = sorted((r for r in plan.routes if r.case_manager == case_manager), key=lambda route: route.leaves)
    if not mine:
        raise NoItinerary(plan.branch, plan.date, case_manager)
    return [route for route in mine if route.stops] or mine[:1]


def _with_day(services: Services, branch: BranchId, date: dt.date, revision: int | None) -> tuple[Revision, Day]:
    with services.open_uow(read_only=True) as uow:
        return revision_of(uow, branch, date, revision), services.read_day(uow, branch, date)
