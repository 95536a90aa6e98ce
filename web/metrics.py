"""Counts and ages for Prometheus: `Measures` of this process, and what waits in the store, read when it is asked for.

The only home of the library. Labels are roles, topics, partitions, states and codes, so their number is bounded, and
nothing here is about anybody. Names begin with `rounds_`, in base units. May be told from any thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from scheduler.planning.outcome import Outcome, Result
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import OpenUnitOfWork
from web.pulse import Pulse
from web.waiting import gauges

SOLVE_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300)
GAPS = (0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)

TAKEN = "Events taken in by this process, by what became of them."
REFUSED = "Events that became dead letters, by the first reason."
LAG = "Records that wait in a partition this process reads, as far as its last fetch told."
REPLACED = "Readers given up because they were lost or stood still."
UNCOMMITTED = "Commits of offsets that the broker refused; the records come again and change nothing."
PAUSES = "Pauses of reading while the store could not take in more."
PLANS = "Branch-days that were claimed, by what became of them; idle turns do not count."
FAILURES = "Branch-days that could not be planned, by code; the plan before stays."
SOLVE = "Seconds that planning one branch-day took, from rules to checked plan."
GAP = "How far plans are at most from the best possible; plans without a proven bound do not count."
SENT = "Events the bus has confirmed, by topic."
PUT_ASIDE = "Events the bus never takes, now dead letters, by code."
HELD_UP = "Events the bus refused for now; they are sent again."
JOBS = "Jobs of the clock that were this process's to do."
SILENT = "Seconds since the loop of a role was last heard."
ALLOWED = "Seconds a role may be silent before /healthz says so."
WAITS = "Times a role had to wait for something outside, by code."


class Measures:
    """Fits the ports through which loops count (`consumers/measures.py`), and the callbacks of planner and clock."""

    def __init__(self) -> None:
        # Moments at which each count began would double what is told.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        ProcessCollector(namespace="rounds", registry=registry)
        self._lanes: set[tuple[str, int]] = set()
        self._taken = Counter("rounds_events_taken_in", TAKEN, ["status"], registry=registry)
        self._refused = Counter("rounds_events_refused", REFUSED, ["code"], registry=registry)
        self._lag = Gauge("rounds_consumer_lag_records", LAG, ["topic", "partition"], registry=registry)
        self._replaced = Counter("rounds_consumer_readers_replaced", REPLACED, registry=registry)
        self._uncommitted = Counter("rounds_consumer_commits_refused", UNCOMMITTED, registry=registry)
        self._pauses = Counter("rounds_consumer_pauses", PAUSES, registry=registry)
        self._plans = Counter("rounds_plans", PLANS, ["result"], registry=registry)
        self._failures = Counter("rounds_plans_failed", FAILURES, ["code"], registry=registry)
        self._solve = Histogram("rounds_plan_solve_seconds", SOLVE, buckets=SOLVE_SECONDS, registry=registry)
        self._gap = Histogram("rounds_plan_gap_ratio", GAP, buckets=GAPS, registry=registry)
        self._sent = Counter("rounds_relay_events_sent", SENT, ["topic"], registry=registry)
        self._put_aside = Counter("rounds_relay_events_put_aside", PUT_ASIDE, ["code"], registry=registry)
        self._held_up = Counter("rounds_relay_events_refused", HELD_UP, registry=registry)
        self._jobs = Counter("rounds_clock_jobs", JOBS, ["result", "code"], registry=registry)

    def watch_store(self, open_uow: OpenUnitOfWork, clock: Clock) -> None:
        """From now on each look reads what waits, in one transaction."""
        self._registry.register(_OfStore(open_uow, clock))

    def watch(self, pulses: Sequence[Pulse]) -> None:
        self._registry.register(_OfRoles(pulses))

    def told(self, accept: str) -> tuple[bytes, str]:
        """Everything, in the form that the header `Accept` asks for, and that form's name."""
        write, media = choose_encoder(accept)
        return write(self._registry), media

    def taken_in(self, status: str, code: str | None) -> None:
        self._taken.labels(status).inc()
        if code is not None:
            self._refused.labels(code).inc()

    def lag(self, records: Mapping[tuple[str, int], int]) -> None:
        for topic, number in self._lanes - records.keys():
            self._lag.remove(topic, str(number))
        for (topic, number), waiting in records.items():
            self._lag.labels(topic, str(number)).set(waiting)
        self._lanes = set(records)

    def reader_replaced(self) -> None:
        self._replaced.inc()

    def commit_refused(self) -> None:
        self._uncommitted.inc()

    def paused(self) -> None:
        self._pauses.inc()

    def planned(self, outcome: Outcome) -> None:
        """A turn in which nothing was due counts for nothing."""
        if outcome.result is Result.IDLE:
            return
        self._plans.labels(outcome.result.value).inc()
        if outcome.code is not None:
            self._failures.labels(outcome.code).inc()
        if outcome.seconds is not None:
            self._solve.observe(outcome.seconds)
        gap = outcome.planned.plan.solve.gap_percent if outcome.planned is not None else None
        if gap is not None:
            self._gap.observe(gap / 100)

    def sent(self, topic: str, events: int) -> None:
        self._sent.labels(topic).inc(events)

    def put_aside(self, code: str) -> None:
        self._put_aside.labels(code).inc()

    def refused(self, events: int) -> None:
        self._held_up.inc(events)

    def job(self, _name: str, code: str | None) -> None:
        self._jobs.labels("done" if code is None else "failed", code or "").inc()


class _OfStore(Collector):
    def __init__(self, open_uow: OpenUnitOfWork, clock: Clock) -> None:
        self._open_uow, self._clock = open_uow, clock

    def describe(self) -> Iterator[Metric]:
        """Nothing: the library would ask the store when it is told of us."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for gauge in gauges(self._open_uow, self._clock):
            yield GaugeMetricFamily(gauge.name, gauge.sentence, value=gauge.value)


class _OfRoles(Collector):
    def __init__(self, pulses: Sequence[Pulse]) -> None:
        self._pulses = pulses

    def describe(self) -> Iterator[Metric]:
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        silent = GaugeMetricFamily("rounds_role_silent_seconds", SILENT, labels=["role"])
        allowed = GaugeMetricFamily("rounds_role_silent_seconds_allowed", ALLOWED, labels=["role"])
        waits = CounterMetricFamily("rounds_role_waits", WAITS, labels=["role", "code"])
        for pulse in self._pulses:
            silent.add_metric([pulse.role], pulse.silent_seconds)
            allowed.add_metric([pulse.role], pulse.allowed_seconds)
            for code, times in dict(pulse.waited).items():
                waits.add_metric([pulse.role, code], times)
        return iter((silent, allowed, waits))
