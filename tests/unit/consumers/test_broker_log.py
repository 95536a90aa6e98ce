"""The library's log lines are kept few and free of message bodies."""

from __future__ import annotations

import logging

from consumers.broker_log import OncePerInterval, tame_library_logs


def a_line(template: str) -> logging.LogRecord:
    return logging.LogRecord("kafka", logging.ERROR, __file__, 1, template, None, None)


def test_a_repeated_line_passes_once_per_interval() -> None:
    now = [0.0]
    once = OncePerInterval(10, lambda: now[0])

    passed = []
    for second in range(21):
        now[0] = float(second)
        passed.append(once.filter(a_line("no such broker")))

    assert [second for second, is_passed in enumerate(passed) if is_passed] == [0, 10, 20]


def test_a_line_that_differs_in_a_port_only_is_the_same_line() -> None:
    once = OncePerInterval(10, lambda: 0.0)
    once.filter(a_line("lost the connection from port 45632"))

    assert not once.filter(a_line("lost the connection from port 45633"))


def test_another_line_is_not_held_back() -> None:
    once = OncePerInterval(10, lambda: 0.0)
    once.filter(a_line("no such broker"))

    assert once.filter(a_line("broker is back"))


def test_lines_that_would_print_message_bodies_are_off() -> None:
    tame_library_logs()

    assert not logging.getLogger("kafka.producer.kafka").isEnabledFor(logging.DEBUG)


def test_taming_twice_adds_one_filter() -> None:
    tame_library_logs()
    tame_library_logs()

    filters = logging.getLogger("kafka.producer.sender").filters
    assert sum(isinstance(each, OncePerInterval) for each in filters) == 1
