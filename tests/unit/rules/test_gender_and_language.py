"""The gender a patient asks for, and a language in common."""

from __future__ import annotations

from scheduler.domain.people import Gender
from scheduler.planning import rules
from scheduler.planning.rules import gender, language
from tests.builders import a_case_manager, a_day, a_patient, a_plan, a_policy, a_shift
from tests.unit.rules.asking import forbidden, pair_prices, told

ASKS = a_patient("ada", gender_wanted=Gender.FEMALE)
PEOPLE = (
    a_shift(a_case_manager("kim", gender=Gender.FEMALE)),
    a_shift(a_case_manager("lee", gender=Gender.MALE)),
    a_shift("max"),
)
SPEAKS_SPANISH = a_patient("ada", languages=("es", "pt"))
SPEAKERS = (a_shift(a_case_manager("kim", languages=("en", "es"))), a_shift("lee"))


def test_only_the_gender_asked_for_is_sent_and_unknown_is_neither() -> None:
    day = a_day(visits=["ada", "ben"], shifts=PEOPLE, patients=[ASKS])

    assert forbidden(gender, day) == {("ada", "lee"): ["gender.required"], ("ada", "max"): ["gender.required"]}
    assert told(gender, day, a_plan(day, kim="09:00 ada", lee="09:00 ben")) == []
    assert told(gender, day, a_plan(day, lee="09:00 ada")) == [
        ("gender.required", "Visit ada asks for a female case manager; Lee is male.")
    ]
    assert rules.reason("gender.required", day, day.visits[0], day.shifts[2]) == (
        "Visit ada asks for a female case manager; Max's gender is not recorded."
    )


def test_a_policy_can_make_the_gender_a_wish_with_a_price() -> None:
    policy = a_policy(limits={"gender_is_hard": False}, prices={"not_preferred": 900})
    day = a_day(visits=["ada"], shifts=PEOPLE, patients=[ASKS], policy=policy)

    assert forbidden(gender, day) == {}
    assert pair_prices(gender, day) == {("ada", "lee"): 900, ("ada", "max"): 900}
    assert told(gender, day, a_plan(day, lee="09:00 ada")) == [
        ("gender.wished", "Visit ada asks for a female case manager; Lee is male.")
    ]


def test_no_common_language_costs_an_interpreter() -> None:
    policy = a_policy(prices={"wrong_language": 1500})
    day = a_day(visits=["ada", "ben"], shifts=SPEAKERS, patients=[SPEAKS_SPANISH], policy=policy)

    assert forbidden(language, day) == {}
    assert pair_prices(language, day) == {("ada", "lee"): 1500}
    assert told(language, day, a_plan(day, kim="09:00 ada", lee="09:00 ben")) == []
    assert told(language, day, a_plan(day, lee="09:00 ada")) == [
        ("language.interpreter", "Visit ada needs es or pt; Lee speaks en.")
    ]


def test_a_policy_can_require_a_common_language() -> None:
    policy = a_policy(limits={"language_is_hard": True})
    day = a_day(visits=["ada"], shifts=SPEAKERS, patients=[SPEAKS_SPANISH], policy=policy)

    assert forbidden(language, day) == {("ada", "lee"): ["language.required"]}
    assert pair_prices(language, day) == {}
    assert told(language, day, a_plan(day, lee="09:00 ada")) == [
        ("language.required", "Visit ada needs es or pt; Lee speaks en.")
    ]
