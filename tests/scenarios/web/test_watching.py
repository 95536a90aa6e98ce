"""Health tells the truth about the loops behind it, and metrics are told to whoever may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import Any, cast

import httpx
import pytest

from consumers.bus import BusUnavailable
from optimizer.travel.straight_line import StraightLine
from scheduler.clock import ManualClock
from scheduler.domain.policy import Policy
from scheduler.planning.service import PlanningDesk
from scheduler.planning.worker import PlanningLoop
from scheduler.ports.unit_of_work import OpenUnitOfWork
from scheduler.store.engine import Store
from scheduler.store.errors import StoreRefused, StoreUnavailable
from tests.builders import VISIT_TYPES
from tests.scenarios.web.conftest import NOW, Asking
from web.metrics import Measures
from web.pulse import Pulse

TOKEN = "correct horse"
PATIENCE = 30


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pulse(seconds: Seconds) -> Pulse:
    return Pulse(role="plan-worker", limit_seconds=180, first_seconds=600, monotonic=seconds)


def a_metrics(**changed: Any) -> dict[str, Any]:
    return {"metrics": Measures().told, "is_on_loopback": True, **changed}


@dataclass
class StoreThatHangs:
    """A real store, until it is told to keep the next who ask waiting."""

    store: Store
    asked: Event
    hangs: Event
    goes_on: Event

    @contextmanager
    def unit_of_work(self, *, read_only: bool = False) -> Iterator[Any]:
        if self.hangs.is_set():
            self.asked.set()
            assert self.goes_on.wait(PATIENCE)
        with self.store.unit_of_work(read_only=read_only) as uow:
            yield uow


def test_a_planner_whose_database_call_hangs_is_stuck_until_it_turns_again(
    store: Store, ask: Callable[..., Asking], seconds: Seconds, pulse: Pulse
) -> None:
    api, stop, turned = ask(pulses=[pulse]), Event(), Event()
    hanging = StoreThatHangs(store, asked=Event(), hangs=Event(), goes_on=Event())
    desk = PlanningDesk(owner="p", policy=Policy(), visit_types=VISIT_TYPES, travel_provider=StraightLine())

    def naps(_: timedelta) -> None:
        turned.set()
        stop.wait(0.01)

    loop = PlanningLoop(
        open_uow=cast(OpenUnitOfWork, hanging.unit_of_work),
        clock=ManualClock(NOW),
        desk=desk,
        sleep=naps,
        heartbeat=pulse,
    )
    thread = Thread(target=loop.run, args=(stop,), daemon=True)
    thread.start()
    try:
        assert turned.wait(PATIENCE)
        assert api.get("/healthz").status_code == 200

        hanging.hangs.set()
        assert hanging.asked.wait(PATIENCE)
        seconds.now += 180
        assert api.get("/healthz").status_code == 200
        seconds.now += 1
        stuck = api.get("/healthz")
        assert (stuck.status_code, stuck.json()) == (
            503,
            {
                "status": "stuck",
                "silent": [{"role": "plan-worker", "silent_seconds": 181, "allowed_seconds": 180}],
            },
        )

        turned.clear()
        hanging.hangs.clear()
        hanging.goes_on.set()
        assert turned.wait(PATIENCE)
        assert api.get("/healthz").status_code == 200
    finally:
        hanging.goes_on.set()
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_one_role_of_many_that_is_stuck_makes_the_process_stuck(
    ask: Callable[..., Asking], seconds: Seconds, pulse: Pulse
) -> None:
    other = Pulse(role="relay", limit_seconds=60, first_seconds=60, monotonic=seconds)
    api = ask(pulses=[pulse, other])
    seconds.now += 61

    answer = api.get("/healthz")

    assert answer.status_code == 503
    assert [silent["role"] for silent in answer.json()["silent"]] == ["relay"]


def test_an_engine_that_is_being_compiled_is_no_hanging_planner(
    ask: Callable[..., Asking], seconds: Seconds, pulse: Pulse
) -> None:
    seconds.now += 599

    assert ask(pulses=[pulse]).get("/healthz").status_code == 200


def test_a_process_without_loops_lives_as_long_as_it_answers(api: Asking) -> None:
    assert (api.get("/healthz").status_code, api.get("/healthz").json()["silent"]) == (200, [])


def test_not_ready_while_the_broker_is_away_although_it_lives(ask: Callable[..., Asking]) -> None:
    def away() -> None:
        raise BusUnavailable("NoBrokersAvailable")

    api = ask(outside={"broker": away})

    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "bus.unavailable")
    assert (answer.json()["store"], answer.json()["outside"]) == ("reachable", {"broker": "bus.unavailable"})
    assert api.get("/healthz").status_code == 200


def test_not_ready_while_a_loop_waits_for_something(ask: Callable[..., Asking], pulse: Pulse) -> None:
    api = ask(pulses=[pulse])
    pulse.waits("store.busy")

    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "store.busy")
    assert answer.json()["roles"] == {"plan-worker": "store.busy"}

    pulse.beat()
    assert api.get("/readyz").status_code == 200


@pytest.mark.parametrize("error", [StoreUnavailable("test"), StoreRefused("test")])
def test_not_ready_for_whatever_reason_the_store_has(ask: Callable[..., Asking], error: Exception) -> None:
    def ill() -> bool:
        raise error

    answer = ask(is_migrated=ill).get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, getattr(error, "code", None))


def test_not_ready_with_tables_of_another_version(ask: Callable[..., Asking]) -> None:
    assert ask(is_migrated=lambda: False).get("/readyz").json()["code"] == "store.not_migrated"


def test_metrics_are_told_to_this_machine_without_a_token(ask: Callable[..., Asking]) -> None:
    answer = ask(**a_metrics(api_token="another")).get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert "# HELP rounds_events_taken_in_total" in answer.text


@pytest.mark.parametrize(
    ("host", "is_on_loopback"),
    [("localhost", False), ("rounds.example", True), ("10.0.0.7", True), ("10.0.0.7", False)],
)
def test_beyond_this_machine_metrics_need_a_token(
    ask: Callable[..., Asking], host: str, *, is_on_loopback: bool
) -> None:
    answer = ask(host=host, **a_metrics(is_on_loopback=is_on_loopback)).get("/metrics")

    assert is_closed(answer)


@pytest.mark.parametrize("said", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer ÿ"])
def test_where_a_token_is_set_no_other_is_let_in(ask: Callable[..., Asking], said: str | None) -> None:
    headers: Any = {} if said is None else {"authorization": said.encode("latin-1")}

    assert is_closed(ask(**a_metrics(metrics_token=TOKEN, api_token="another")).get("/metrics", headers=headers))


def test_the_token_of_the_metrics_opens_them_from_anywhere_and_nothing_else(ask: Callable[..., Asking]) -> None:
    asking = ask(
        host="rounds.example",
        headers={"authorization": f"Bearer {TOKEN}"},
        **a_metrics(metrics_token=TOKEN, is_on_loopback=False, api_token="another"),
    )

    assert asking.get("/metrics").status_code == 200
    assert asking.get("/api/branches").status_code == 401
    assert TOKEN not in repr(asking.services)


def is_closed(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["error"]["code"]) == (401, "access.metrics_closed")
