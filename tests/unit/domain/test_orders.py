from __future__ import annotations

import pytest

from scheduler.domain.errors import Invalid
from scheduler.domain.order_phases import AsNeeded, Daily, EveryWeeks, OrderOutOfRange, Weekly
from scheduler.domain.order_tokens import OrderSyntaxError
from scheduler.domain.orders import EmptyOrder, Order, parse_order


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2w4 1w5", "2w4 1w5"),
        ("3wk1", "3w1"),
        ("1x/wk x 9 wks", "1w9"),
        ("1x/wkx9wks", "1w9"),
        ("2/week x 4 weeks", "2w4"),
        ("2w x 4", "2w4"),
        ("SN 3w2 then 2w2", "SN 3w2 2w2"),
        ("sn 3W2, THEN 2W2", "SN 3w2 2w2"),
        ("2w4,1w5", "2w4 1w5"),
        ("  2 w 4\n1 w 5  ", "2w4 1w5"),
        ("02w04", "2w4"),
        ("q2w x3", "q2w x3"),
        ("Q 2 wks X 3", "q2w x3"),
        ("daily x5", "daily x5"),
        ("DAILYx5 days", "daily x5"),
        ("2-3w4", "2-3w4"),
        ("2–3x/wk × 4 wks", "2-3w4"),
        ("2-2w4", "2w4"),
        ("PRN x2 for pain", "PRN x2 for pain"),
        ("2w4 1w5 PRN x2 for wound leakage", "2w4 1w5 PRN x2 for wound leakage"),
        ("CM 1w9, then prnX2 FOR  fever,  chills", "CM 1w9 PRN x2 for fever, chills"),
    ],
)
def test_every_seen_way_of_writing_an_order_means_its_canonical_notation(written: str, canonical: str) -> None:
    order = parse_order(written)

    assert str(order) == canonical
    assert parse_order(canonical) == order
    assert order.text == written


def test_an_order_names_its_discipline_phases_and_as_needed_part() -> None:
    assert parse_order("SN 2-3w4 q2w x3 daily x5 PRN x2 for pain") == Order(
        text="",
        discipline="SN",
        phases=(Weekly(least=2, most=3, weeks=4), EveryWeeks(every_weeks=2, times=3), Daily(days=5)),
        as_needed=AsNeeded(cap=2, symptom="pain"),
    )


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2x4", "expected `w`, `wk` or `/wk` after 2 at character 2"),
        ("", "expected a frequency such as `2w4` at character 1"),
        ("   ", "expected a frequency such as `2w4` at character 1"),
        ("SN", "expected a frequency such as `2w4` after SN at character 3"),
        ("XX 2w4", "expected a frequency such as `2w4` at character 1"),
        ("2", "expected `w`, `wk` or `/wk` after 2 at character 2"),
        ("2 w", "expected the number of weeks after w at character 4"),
        ("2w4 1x5", "expected `w`, `wk` or `/wk` after 1 at character 6"),
        ("2w4,", "expected a frequency such as `2w4` after , at character 5"),
        ("2w4 then then 1w5", "expected a frequency such as `2w4` after then at character 10"),
        ("2w4 PT 1w3", "expected another frequency, `PRN` or the end of the order after 4 at character 5"),
        ("2w 1w", "expected another frequency, `PRN` or the end of the order after 1 at character 5"),
        ("1x/9", "expected `wk` after / at character 4"),
        ("1x/wk 9", "expected `x` and the number of weeks after wk at character 7"),
        ("q2 x3", "expected `w` or `wk` after 2 at character 4"),
        ("q2w", "expected `x` and how many times after w at character 4"),
        ("daily 5", "expected `x` and the number of days after daily at character 7"),
        ("0w4", "expected a number of visits from 1 to 21 at character 1"),
        ("2w4 22w1", "expected a number of visits from 1 to 21 after 4 at character 5"),
        ("2w61", "expected the number of weeks from 1 to 60 after w at character 3"),
        ("3-2w4", "expected a number of visits from 3 to 21 after - at character 3"),
        ("2w60 1w1", "expected no more than 60 weeks in all after 60 at character 6"),
        ("daily x61", "expected the number of days from 1 to 60 after x at character 8"),
        ("PRN for pain", "expected `x` and the most visits after PRN at character 5"),
        ("PRN x0 for pain", "expected the most visits from 1 to 20 after x at character 6"),
    ],
)
def test_a_syntax_error_says_what_was_expected_after_what_and_where(written: str, sentence: str) -> None:
    with pytest.raises(OrderSyntaxError) as caught:
        parse_order(written)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("written", "expected", "position"),
    [
        ("PRN x2", "`for` and a symptom", 7),
        ("2w4 PRN x2 ", "`for` and a symptom", 11),
        ("PRN x2 for", "a symptom", 11),
        ("PRN x2 for 12", "a symptom", 12),
    ],
)
def test_as_needed_visits_without_a_symptom_are_refused(written: str, expected: str, position: int) -> None:
    with pytest.raises(OrderSyntaxError) as caught:
        parse_order(written)

    assert (caught.value.expected, caught.value.position) == (expected, position)


@pytest.mark.parametrize("swallowed", ["2w4", "1x/wk x 9", "q2w x3", "daily x5", "PRN x2 for fever"])
def test_a_frequency_is_never_swallowed_by_the_symptom_before_it(swallowed: str) -> None:
    with pytest.raises(OrderSyntaxError, match="`PRN` as the last part") as caught:
        parse_order(f"PRN x2 for pain then {swallowed}")

    assert caught.value.position == len("PRN x2 for pain then ") + 1


def test_an_error_in_a_symptom_does_not_repeat_the_symptom() -> None:
    with pytest.raises(OrderSyntaxError) as caught:
        parse_order("PRN x2 for sore\0heel")

    assert caught.value.position == len("PRN x2 for sore") + 1
    assert "sore" not in f"{caught.value} {caught.value.facts()}"


def test_a_symptom_has_at_most_two_hundred_characters() -> None:
    assert parse_order("PRN x2 for " + "a" * 200).as_needed is not None
    with pytest.raises(OrderSyntaxError) as caught:
        parse_order("PRN x2 for " + "a" * 201)
    assert caught.value.position == 212


def test_a_number_of_thousands_of_digits_is_an_error_like_any_other() -> None:
    with pytest.raises(OrderSyntaxError, match="from 1 to 21 at character 1"):
        parse_order("9" * 5000 + "w4")


def test_a_syntax_error_carries_its_code_facts_and_remedy() -> None:
    with pytest.raises(Invalid) as caught:
        parse_order("2x4")

    assert caught.value.code == "order.syntax"
    assert caught.value.facts() == {"expected": "`w`, `wk` or `/wk`", "position": 2, "after": "2"}
    assert "`2w4 1w5`" in caught.value.remedy


def test_orders_that_ask_for_the_same_are_equal_however_they_were_written() -> None:
    assert parse_order("3wk1") == parse_order("3x/wk x 1 wk")
    assert parse_order("3wk1") != parse_order("3wk2")


def test_an_order_cannot_be_made_of_numbers_beyond_its_limits() -> None:
    with pytest.raises(OrderOutOfRange, match="visits per week must be from 1 to 21, not 0"):
        Weekly(least=0, most=1, weeks=1)
    with pytest.raises(OrderOutOfRange, match="weeks of the whole order must be from 1 to 60, not 80"):
        Order(text="", phases=(Weekly(least=1, most=1, weeks=40), Weekly(least=2, most=2, weeks=40)))


def test_an_order_for_no_visit_cannot_be_made() -> None:
    with pytest.raises(EmptyOrder):
        Order(text="")
