"""The rules of the test run itself: what is missing is told, and plain tests reach nothing."""

from __future__ import annotations

import socket

import pytest

from tests.demands import miss, the_program
from tests.processes import LOOPBACK


def test_what_is_missing_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUNDS_DEMAND_ALL", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no broker"):
        miss("no broker here")


def test_what_is_missing_fails_where_everything_is_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDS_DEMAND_ALL", "1")

    with pytest.raises(pytest.fail.Exception, match="no broker"):
        miss("no broker here")


def test_a_missing_program_names_the_package_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDS_DEMAND_ALL", "1")

    with pytest.raises(pytest.fail.Exception, match="Debian: rounds-nonesuch"):
        the_program("rounds-nonesuch-program", package="rounds-nonesuch")


def test_a_plain_test_cannot_connect_even_to_this_machine() -> None:
    with socket.socket() as plain, pytest.raises(pytest.fail.Exception, match="may not connect"):
        plain.connect((LOOPBACK, 9))


@pytest.mark.external
def test_an_external_test_cannot_connect_to_another_machine() -> None:
    with socket.socket() as plain, pytest.raises(pytest.fail.Exception, match="may not connect"):
        plain.connect(("192.0.2.1", 9))
