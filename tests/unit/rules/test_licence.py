"""Licence levels, disciplines, and licences that have run out."""

from __future__ import annotations

from datetime import date

from scheduler.domain.day import Day
from scheduler.domain.people import Licence
from scheduler.domain.visit import Visit
from scheduler.planning import rules
from scheduler.planning.rules import licence, licence_expiry
from tests.builders import a_case_manager, a_day, a_plan, a_shift, a_visit
from tests.unit.rules.asking import forbidden, said


def a_team(visit: Visit) -> Day:
    """An RN, an LPN and an LCSW."""
    team = [("rae", Licence.RN), ("lou", Licence.LPN), ("sky", Licence.LCSW)]
    return a_day(visits=[visit], shifts=[a_shift(a_case_manager(name, licence=held)) for name, held in team])


def kept_out(visit: Visit) -> set[str]:
    return {person for _, person in forbidden(licence, a_team(visit))}


def test_an_rn_may_do_an_lpns_visit_but_not_the_reverse() -> None:
    assert kept_out(a_visit("ada", licences=(Licence.LPN,))) == {"sky"}
    assert kept_out(a_visit("ada", licences=(Licence.RN,))) == {"lou", "sky"}


def test_social_work_is_for_an_lcsw() -> None:
    assert kept_out(a_visit("ada", licences=(Licence.LCSW,))) == {"rae", "lou"}
    assert kept_out(a_visit("ada", licences=(), discipline="social_work")) == {"rae", "lou"}


def test_a_visit_that_names_no_licence_asks_only_for_its_discipline() -> None:
    assert kept_out(a_visit("ada", licences=())) == {"sky"}
    assert kept_out(a_visit("ada", licences=(), discipline="chaplaincy")) == set()


def test_a_licence_too_low_is_told() -> None:
    day = a_team(a_visit("ada", licences=(Licence.RN,)))

    assert said(licence, day, a_plan(day, lou="09:00 ada")) == ["Lou is licensed as LPN; visit ada needs RN."]
    assert said(licence, day, a_plan(day, rae="09:00 ada")) == []


def test_the_reason_names_every_licence_that_would_do() -> None:
    day = a_team(a_visit("ada", licences=(Licence.LPN,)))

    assert rules.reason("licence.level", day, day.visits[0], day.shifts[2]) == (
        "Sky is licensed as LCSW; visit ada needs RN or LPN."
    )


def test_a_licence_holds_through_the_local_day_it_expires_on() -> None:
    last_day = a_case_manager("kim", licence_expires=date(2026, 3, 3))
    gone = a_case_manager("lee", licence_expires=date(2026, 3, 2))
    day = a_day(visits=["ada"], shifts=[a_shift(last_day), a_shift(gone)])

    assert forbidden(licence_expiry, day) == {("ada", "lee"): ["licence.expired"]}
    assert said(licence_expiry, day, a_plan(day, kim="09:00 ada")) == []
    assert said(licence_expiry, day, a_plan(day, lee="09:00 ada")) == [
        "Lee's licence expired on 2 Mar, before visit ada on 3 Mar."
    ]
