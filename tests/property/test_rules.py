"""Whole days drawn at random: what the engine plans keeps every hard rule, on the eve and in the middle of the day.

The days are small and crowded on purpose: short shifts, low caps, links, pins and conflicting wishes, so that some
visits cannot be served. Rules are the judge; they share nothing with the engine but the primitives they wrote.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduler.domain.day import Day, PastVisit, Shift
from scheduler.domain.ids import CaseManagerId, PatientId, ShiftId, VisitId
from scheduler.domain.people import Absence, CaseManager, Credential, Gender, Hold, Licence, Patient
from scheduler.domain.plan import Plan
from scheduler.domain.policy import Policy
from scheduler.domain.time import TimeWindow, after
from scheduler.domain.violation import Severity
from scheduler.domain.visit import Link, LinkKind, Pin, Priority, Told, Visit, VisitStatus
from scheduler.planning import rules
from scheduler.planning.planner import compiled, plan_day
from tests.builders import DAY, a_case_manager, a_day, a_patient, a_policy, a_shift, a_visit, at, given_travel

SECRET = "Zebulon"
"""Every patient's name; no sentence may hold it."""
PEOPLE = [CaseManagerId(name) for name in ("kim", "lee", "max")]
PATIENTS = ("ada", "ben", "cyd", "dot")
MINUTE = st.integers(min_value=0, max_value=36).map(lambda quarter: 15 * quarter)
EFFORT = 0.1


def seldom(*rare: Any, usual: Any) -> st.SearchStrategy[Any]:
    """One of the rare values once in a while, so that most pairs stay possible and the days are served."""
    return st.sampled_from((*[usual] * (7 * len(rare)), *rare))


def moment(minutes_after_seven: int) -> datetime:
    return at("07:00") + timedelta(minutes=minutes_after_seven)


@st.composite
def time_windows(draw: st.DrawFn) -> TimeWindow:
    opens = draw(MINUTE)
    return TimeWindow(opens=moment(opens), closes=moment(opens + draw(st.sampled_from((300, 120, 30)))))


@st.composite
def case_managers(draw: st.DrawFn, name: CaseManagerId) -> CaseManager:
    ran_out = seldom(DAY, DAY - timedelta(days=1), usual=None)
    return a_case_manager(
        name,
        licence=draw(seldom(Licence.LPN, Licence.LCSW, usual=Licence.RN)),
        licence_expires=draw(ran_out),
        credentials=draw(seldom((), usual=(Credential(code="wound_care", expires=draw(ran_out)),))),
        languages=draw(seldom(("en",), usual=("en", "es"))),
        gender=draw(seldom(None, Gender.MALE, usual=Gender.FEMALE)),
        territory=draw(seldom(("432",), usual=())),
        max_visits_a_day=draw(seldom(2, usual=None)),
        max_centipoints_a_day=draw(seldom(250, usual=None)),
    )


@st.composite
def shifts(draw: st.DrawFn, name: CaseManagerId) -> list[Shift]:
    """One shift, or the two that an absence at noon leaves."""
    person = draw(case_managers(name))
    if draw(st.booleans()):
        return [a_shift(person, draw(st.sampled_from(("08:00-16:00", "07:00-12:00", "12:00-19:00"))))]
    away = replace(person, absences=(Absence(starts=at("11:00"), ends=at("13:00")),))
    return [a_shift(away, "08:00-11:00"), a_shift(away, "13:00-16:00", id=ShiftId(f"{name}-2"))]


@st.composite
def patients(draw: st.DrawFn, name: str) -> Patient:
    someone = seldom((PEOPLE[0],), (PEOPLE[1], PEOPLE[2]), usual=())
    return replace(
        a_patient(name),
        name=SECRET,
        languages=draw(seldom(("es",), usual=())),
        gender_wanted=draw(seldom(Gender.FEMALE, usual=None)),
        primary=draw(st.sampled_from((None, *PEOPLE))),
        required=draw(someone),
        preferred=draw(someone),
        barred=draw(someone),
        holds=draw(seldom((Hold(starts=DAY),), usual=())),
    )


@st.composite
def links(draw: st.DrawFn, name: str) -> tuple[Link, ...]:
    others = [VisitId(other) for other in PATIENTS if not name.startswith(other)]
    if draw(st.integers(min_value=0, max_value=2)):
        return ()
    least = draw(st.sampled_from((None, 0, 60)))
    most = draw(st.sampled_from((None, 120)))
    return (
        Link(
            kind=draw(st.sampled_from(LinkKind)),
            other=draw(st.sampled_from(others)),
            min_gap_minutes=least,
            max_gap_minutes=most,
            different_people=draw(st.booleans()),
            both_or_none=draw(st.booleans()),
        ),
    )


@st.composite
def visits(draw: st.DrawFn, name: str) -> Visit:
    flag = seldom(True, usual=False)
    pin = Pin(
        case_manager=draw(st.sampled_from((None, *PEOPLE))),
        starts=moment(draw(MINUTE)) if draw(st.booleans()) else None,
    )
    told = Told(case_manager=draw(st.sampled_from(PEOPLE)), starts=moment(draw(MINUTE)))
    return a_visit(
        name,
        minutes=draw(st.sampled_from((15, 45, 90))),
        centipoints=draw(st.sampled_from((25, 100, 150))),
        licences=draw(seldom((), (Licence.RN,), (Licence.LCSW,), usual=(Licence.RN, Licence.LPN))),
        credentials=draw(seldom(("wound_care",), usual=())),
        discipline=draw(seldom("social_work", usual="nursing")),
        windows=tuple(draw(st.lists(time_windows(), max_size=2))),
        late_by_price=draw(st.booleans()),
        must_end_by_close=draw(st.booleans()),
        wished=draw(st.none() | time_windows()),
        priority=draw(st.sampled_from(Priority)),
        is_remote=draw(flag),
        links=draw(links(name)),
        pin=pin if draw(flag) else None,
        told=told if draw(flag) else None,
        may_share_day=draw(flag),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    limits: dict[str, Any] = {
        "language_is_hard": draw(st.booleans()),
        "gender_is_hard": draw(st.booleans()),
        "break_is_hard": draw(st.booleans()),
        "break_is_paid": draw(st.booleans()),
        "break_after_hours": draw(st.sampled_from((6.0, 2.0))),
        "most_overtime_minutes": draw(st.sampled_from((0, 60))),
        "daily_visits": draw(st.sampled_from((8, 3))),
        "daily_centipoints": draw(st.sampled_from((900, 250))),
        "daily_visits_target": 2,
    }
    return a_policy(limits=limits, prices={"longest_idle_hour": draw(st.sampled_from((0, 300)))})


@st.composite
def days(draw: st.DrawFn) -> Day:
    names = [*PATIENTS, "ada/2", "ben/2", "cyd/2", "dot/2"]
    pairs = [(a, b) for a in (*PEOPLE, *PATIENTS) for b in PATIENTS if a < b]
    minutes = {pair: draw(st.sampled_from((5, 20, 40, 80, None))) for pair in draw(st.lists(st.sampled_from(pairs)))}
    history = draw(st.lists(st.tuples(st.sampled_from(PATIENTS), st.sampled_from(PEOPLE)), max_size=4))
    past = date(2026, 2, 27)
    return a_day(
        visits=[draw(visits(name)) for name in names[: draw(st.integers(min_value=4, max_value=len(names)))]],
        shifts=[
            shift for name in PEOPLE[: draw(st.integers(min_value=2, max_value=3))] for shift in draw(shifts(name))
        ],
        patients=[draw(patients(name)) for name in PATIENTS],
        travel=given_travel(minutes),
        policy=draw(policies()),
        history=tuple(PastVisit(patient=PatientId(p), case_manager=c, date=past) for p, c in history),
    )


def hard(day: Day, plan: Plan) -> list[str]:
    return [f"{v.code}: {v.sentence}" for v in rules.check_all(day, plan) if v.severity is Severity.HARD]


def some_way_through(day: Day, plan: Plan, now: datetime) -> Day:
    """The day at `now`: what was planned to be over is done, what was planned to have begun is under way."""
    stops = {stop.visit: (route, stop) for route, stop in plan.stops()}

    def lived(visit: Visit) -> Visit:
        if visit.id not in stops or stops[visit.id][1].starts > now:
            return visit
        route, stop = stops[visit.id]
        begun = replace(visit, case_manager=route.case_manager, started_at=stop.starts)
        if stop.ends > now:
            return replace(begun, status=VisitStatus.UNDER_WAY)
        return replace(begun, status=VisitStatus.DONE, ended_at=stop.ends)

    return replace(day, visits=tuple(lived(visit) for visit in day.visits), current=plan, is_told=True, now=now)


@settings(max_examples=60)
@given(day=days())
def test_what_the_engine_plans_keeps_every_hard_rule(day: Day) -> None:
    planned = plan_day(day, effort=EFFORT)

    assert hard(day, planned.plan) == []
    assert planned.blocking == ()


@settings(max_examples=40)
@given(day=days(), minutes=MINUTE)
def test_a_day_planned_again_in_its_middle_keeps_every_hard_rule(day: Day, minutes: int) -> None:
    before = plan_day(day, effort=EFFORT).plan
    assume(any(route.stops for route in before.routes))
    later = some_way_through(day, before, after(moment(0), 60 * minutes))

    planned = plan_day(later, effort=EFFORT)

    assert [v.sentence for v in planned.blocking] == []


@settings(max_examples=30)
@given(day=days())
def test_every_forbidden_pair_has_a_reason_and_no_sentence_names_a_patient(day: Day) -> None:
    plan = plan_day(day, effort=EFFORT).plan
    sentences = [violation.sentence for violation in rules.check_all(day, plan)]
    for (visit, shift), codes in compiled(day).reasons.items():
        who, where = day.visit(visit), day.shift(shift)
        assert who is not None
        assert where is not None
        sentences += [rules.reason(code, day, who, where) for code in codes]

    assert [sentence for sentence in sentences if not sentence.endswith(".") or SECRET in sentence] == []
