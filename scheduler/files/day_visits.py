"""A visit entry of a day file becomes a `Visit`; what it leaves out comes from its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId, VisitId
from scheduler.domain.time import TimeWindow
from scheduler.domain.visit import Link, Pin, Told, Visit, VisitType
from scheduler.files.day_model import DayFile, LinkEntry, VisitEntry, WindowEntry
from scheduler.files.moments import moment_at


def visit_from(entry: VisitEntry, file: DayFile, types: Mapping[str, VisitType], zone: ZoneInfo) -> Visit:
    kind = types[entry.type]

    def at(text: str | None) -> datetime | None:
        return moment_at(text, file.date, zone) if text else None

    def window(said: WindowEntry) -> TimeWindow:
        return TimeWindow(opens=moment_at(said.opens, file.date, zone), closes=moment_at(said.closes, file.date, zone))

    return Visit(
        id=VisitId(entry.id),
        branch=BranchId(file.branch),
        patient=PatientId(entry.patient),
        type=entry.type,
        date=file.date,
        minutes=entry.minutes if entry.minutes is not None else kind.minutes,
        centipoints=round(entry.points * 100) if entry.points is not None else kind.centipoints,
        licences=entry.licences if entry.licences is not None else kind.licences,
        credentials=entry.credentials if entry.credentials is not None else kind.credentials,
        discipline=entry.discipline or kind.licences[0].discipline,
        windows=tuple(sorted(map(window, entry.windows), key=lambda w: w.opens)),
        late_by_price=entry.late_by_price,
        must_end_by_close=entry.must_end_by_close,
        wished=window(entry.wished) if entry.wished else None,
        priority=entry.priority or kind.priority,
        is_remote=entry.is_remote if entry.is_remote is not None else kind.is_remote,
        place=PlaceId(entry.place.id or f"visit:{entry.id}") if entry.place else None,
        links=tuple(map(_link, entry.links)),
        preferred=tuple(map(CaseManagerId, entry.preferred)),
        pin=_pin(entry, file, zone),
        may_share_day=entry.may_share_day,
        status=entry.status,
        told=_told(entry, file, zone),
        case_manager=CaseManagerId(entry.case_manager) if entry.case_manager else None,
        started_at=at(entry.started_at),
        ended_at=at(entry.ended_at),
    )


def _pin(entry: VisitEntry, file: DayFile, zone: ZoneInfo) -> Pin | None:
    if entry.pin is None:
        return None
    return Pin(
        case_manager=CaseManagerId(entry.pin.case_manager) if entry.pin.case_manager else None,
        starts=moment_at(entry.pin.starts, file.date, zone) if entry.pin.starts else None,
    )


def _told(entry: VisitEntry, file: DayFile, zone: ZoneInfo) -> Told | None:
    if entry.told is None:
        return None
    return Told(
        case_manager=CaseManagerId(entry.told.case_manager), starts=moment_at(entry.told.starts, file.date, zone)
    )


def _link(entry: LinkEntry) -> Link:
    return Link(
        kind=entry.kind,
        other=VisitId(entry.other),
        min_gap_minutes=entry.min_gap_minutes,
        max_gap_minutes=entry.max_gap_minutes,
        different_people=entry.different_people,
        both_or_none=entry.both_or_none,
    )
