"""What has a price and cannot be broken, and small rules with a price."""

from __future__ import annotations

from optimizer.problem import Measure
from scheduler.domain.ids import PlaceId
from scheduler.domain.people import Licence
from scheduler.domain.place import Place, Point
from scheduler.domain.visit import Priority, VisitStatus
from scheduler.planning.rules import costs, overqualified, priority, remote, territory
from tests.builders import a_case_manager, a_day, a_patient, a_plan, a_policy, a_shift, a_visit
from tests.unit.rules.asking import curves, drafted, engine_visit, pair_prices, said, told


def test_driving_kilometres_waiting_and_paid_time_have_their_prices() -> None:
    prices = {"drive_hour": 4200, "wait_hour": 2100, "kilometre": 45, "paid_hour": 3000}
    day = a_day(visits=["ada"], policy=a_policy(prices=prices))

    found = curves(costs, day)

    assert {measure: curve(36000) for measure, curve in found.items()} == {
        Measure.DRIVE: 42000, Measure.WAIT: 21000, Measure.PAID: 30000, Measure.METRES: 36 * 45,
    }  # fmt: skip


def test_what_costs_nothing_is_not_said() -> None:
    prices = dict.fromkeys(("drive_hour", "wait_hour", "kilometre", "paid_hour"), 0)
    day = a_day(visits=["ada"], policy=a_policy(prices=prices))

    assert curves(costs, day) == {}
    assert drafted(costs, day).build().worst_prices == ()


def test_whoever_is_worst_off_can_have_a_price() -> None:
    policy = a_policy(prices={"longest_idle_hour": 100, "latest_visit_hour": 200})

    worst = drafted(costs, a_day(visits=["ada"], policy=policy)).build().worst_prices

    assert [(term.measure, term.curve(3600)) for term in worst] == [(Measure.IDLE, 100), (Measure.LATENESS, 200)]


def test_costs_cannot_be_broken() -> None:
    day = a_day(visits=["ada"])

    assert said(costs, day, a_plan(day, kim="03:00 ada")) == []


def test_an_rn_on_an_lpns_visit_has_a_price() -> None:
    team = [a_shift("rae"), a_shift(a_case_manager("lou", licence=Licence.LPN))]
    day = a_day(visits=["ada", a_visit("ben", licences=(Licence.RN,))], shifts=team,
                policy=a_policy(prices={"wasted_rn": 800}))  # fmt: skip

    assert pair_prices(overqualified, day) == {("ada", "rae"): 800}
    assert said(overqualified, day, a_plan(day, lou="09:00 ada", rae="09:00 ben")) == []
    assert said(overqualified, day, a_plan(day, rae="09:00 ada")) == ["Rae is an RN; an LPN may do visit ada."]


def test_an_rn_is_not_wasted_where_no_lpn_works() -> None:
    assert pair_prices(overqualified, a_day(visits=["ada"], shifts=["kim", "lee"])) == {}


def test_a_visit_outside_the_territory_has_a_price() -> None:
    def home(name: str, code: str | None) -> Place:
        return Place(id=PlaceId(f"place-{name}"), point=Point(latitude=40.0, longitude=-83.0), postal_code=code)

    patients = [a_patient(n, home=home(n, c)) for n, c in (("ada", "43215-1001"), ("ben", "44101"), ("cyd", None))]
    kim = a_shift(a_case_manager("kim", territory=("432", "43001")))
    day = a_day(visits=["ada", "ben", "cyd", a_visit("ben/2", is_remote=True)], shifts=[kim, "lee"],
                patients=patients, policy=a_policy(prices={"outside_territory": 600}))  # fmt: skip

    assert pair_prices(territory, day) == {("ben", "kim"): 600}
    assert said(territory, day, a_plan(day, kim="09:00 ada, 10:00 cyd", lee="09:00 ben")) == []
    assert said(territory, day, a_plan(day, kim="09:00 ben")) == ["Visit ben lies outside the territory of Kim."]


def test_who_is_served_first_follows_from_the_priority() -> None:
    day = a_day(visits=[a_visit(level.value, priority=level) for level in Priority])

    ranks = [engine_visit(priority, day, level.value).unserved_class for level in Priority]

    assert ranks == [0, 1, 2, 3]


def test_visits_with_nobody_are_told_the_urgent_ones_first() -> None:
    day = a_day(
        visits=[
            "ada",
            a_visit("ben", priority=Priority.URGENT),
            a_visit("cyd", priority=Priority.OPTIONAL),
            a_visit("dot", status=VisitStatus.DONE),
            "eve",
        ]
    )

    assert told(priority, day, a_plan(day, kim="09:00 eve")) == [
        ("visit.unserved", "Visit ben, urgent priority, is with nobody."),
        ("visit.unserved", "Visit ada, normal priority, is with nobody."),
    ]


def test_nobody_drives_to_a_remote_visit() -> None:
    day = a_day(visits=["ada", a_visit("ben", is_remote=True)])
    at_home = a_day(visits=["ada", "ben"])

    assert said(remote, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == []
    assert said(remote, day, a_plan(at_home, kim="09:00 ada, 10:00 ben")) == [
        "Visit ben is remote, but Kim drives 10 min to it."
    ]
