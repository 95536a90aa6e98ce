"""What is planned: branches, the plan of a day, its revisions, and what nobody serves. Ids and times, no names."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from scheduler.domain.errors import NotFound
from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownRevision
from scheduler.domain.plan import Plan, Revision, Unassigned
from scheduler.planning.quality import Quality, quality_of
from scheduler.ports.unit_of_work import UnitOfWork
from web.errors import documented
from web.exports.overview import overview_page
from web.pages import page_answer
from web.services import Given

routes = APIRouter(
    prefix="/api/branches",
    tags=["schedules"],
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
)

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$"
A_DAY = "/{branch}/days/{date}"

BranchPath = Annotated[BranchId, Path(max_length=64, pattern=ID_PATTERN)]
DatePath = Annotated[dt.date, Path(description="The local date of the branch, such as 2026-03-03.")]
RevisionQuery = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="A revision, drafts included; none: the newest people were told.")
]


class NothingPublished(NotFound):
    """Nobody was told a plan of this day yet."""

    code = "plan.not_published"
    remedy = "Wait until the evening before, or ask for a draft by its number (see `revisions`)."

    def __init__(self, branch: BranchId, day: dt.date) -> None:
        self.branch, self.day = branch, day
        super().__init__(f"No plan of {branch} for {day.isoformat()} was published.")


class BranchShown(BaseModel):
    id: BranchId
    name: str
    zone: str


class BranchesShown(BaseModel):
    branches: list[BranchShown]


class RevisionShown(BaseModel):
    """`published_at` is when people were told; none is a draft."""

    revision: int
    made_at: dt.datetime
    published_at: dt.datetime | None
    caused_by: tuple[EventId, ...]


class PlanShown(RevisionShown):
    """`quality` says how good the plan is proven to be, in figures and in words."""

    plan: Plan
    quality: Quality


class RevisionsShown(BaseModel):
    revisions: list[RevisionShown]


class UnassignedShown(RevisionShown):
    unassigned: tuple[Unassigned, ...]


@routes.get("")
def branches(services: Given) -> BranchesShown:
    """Every branch, by id."""
    with services.open_uow(read_only=True) as uow:
        known = sorted(uow.branches.all(), key=lambda branch: branch.id)
    return BranchesShown(branches=[BranchShown(id=b.id, name=b.name, zone=b.zone.key) for b in known])


@routes.get(A_DAY + "/plan")
def plan(branch: BranchPath, date: DatePath, services: Given, revision: RevisionQuery = None) -> PlanShown:
    """Who drives where, when."""
    with services.open_uow(read_only=True) as uow:
        found = revision_of(uow, branch, date, revision)
    return PlanShown(**about(found), plan=found.plan, quality=quality_of(found.plan))


@routes.get(A_DAY + "/plan.html", response_class=HTMLResponse)
def plan_html(branch: BranchPath, date: DatePath, services: Given, revision: RevisionQuery = None) -> HTMLResponse:
    """The plan as one page, for whoever has to judge it: what it is worth and what was proven, and who goes where."""
    with services.open_uow(read_only=True) as uow:
        found = revision_of(uow, branch, date, revision)
    return page_answer(overview_page(found.plan, revision=found.number))


@routes.get(A_DAY + "/unassigned")
def unassigned(branch: BranchPath, date: DatePath, services: Given, revision: RevisionQuery = None) -> UnassignedShown:
    """Visits nobody serves, with the reasons."""
    with services.open_uow(read_only=True) as uow:
        found = revision_of(uow, branch, date, revision)
    return UnassignedShown(**about(found), unassigned=found.plan.unassigned)


@routes.get(A_DAY + "/revisions")
def revisions(
    branch: BranchPath,
    date: DatePath,
    services: Given,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Only revisions older than this one.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> RevisionsShown:
    """Revisions of the day, newest first."""
    with services.open_uow(read_only=True) as uow:
        uow.branches.get(branch)
        head = uow.plans.head(branch, date)
        newest = min(head.number, before - 1 if before else head.number) if head else 0
        numbers = range(newest, max(0, newest - limit), -1)
        found = [revision for number in numbers if (revision := uow.plans.get(branch, date, number))]
    return RevisionsShown(revisions=[RevisionShown(**about(revision)) for revision in found])


def revision_of(uow: UnitOfWork, branch: BranchId, day: dt.date, number: int | None) -> Revision:
    """The revision asked for, or the newest published. Raises `UnknownBranch` and what says there is none."""
    uow.branches.get(branch)
    if number is None:
        if published := uow.plans.published(branch, day):
            return published
        raise NothingPublished(branch, day)
    if found := uow.plans.get(branch, day, number):
        return found
    raise UnknownRevision(branch, day, number)


def about(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.number,
        "made_at": revision.made_at,
        "published_at": revision.published_at,
        "caused_by": revision.caused_by,
    }
