"""The whole of Rounds on three brokers and PostgreSQL while everything is killed, frozen, restarted and filled up.

    python -m tests.campaign.faults --seed 8 --minutes 25 --events 9000 --kills 520 --rows docs/reliability/runs.jsonl

A workload is sent throughout. Then all is healed and comes to rest, topics and tables are read back, and three
questions are asked: what does the ledger's checker find, does the audit's chain hold, and did every branch come to
what an undisturbed run of the same events comes to? The seed decides workload and faults; what meets what is up to
the machine. Exits with 1 when anything was found.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from scheduler.store.audit_check import verify_audit
from scheduler.store.engine import Store, open_store
from tests.campaign.command import run
from tests.campaign.nemesis import Fault, Kind, Nemesis, plan
from tests.campaign.quiet import Comparison, compared, outcome_of, undisturbed
from tests.campaign.reading import ledger_of, records_of, taken
from tests.campaign.rest import at_rest
from tests.campaign.sender import Sender
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Workload
from tests.campaign.world import PROVABLE, TOPICS, World, a_world
from tests.ledger import APPLIED, Ledger, findings

CREW: Final = {"consume": 3, "plan-worker": 3, "relay": 2, "clock": 1}
SESSION_SECONDS: Final = 6
PARTITIONS: Final = 6
LOOK_SECONDS: Final = 0.5
MOST_SHOWN: Final = 20
USUAL: Final = {
    Kind.KILL: 500,
    Kind.PAUSE: 20,
    Kind.BROKER_KILL: 50,
    Kind.BROKER_PAUSE: 4,
    Kind.BLACKOUT: 1,
    Kind.DATABASE: 50,
    Kind.DISK_FULL: 1,
    Kind.GUEST: 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How much of what, and for how long."""

    seed: int
    branches: int
    events: int
    seconds: float
    counts: Mapping[Kind, int]
    crew: Mapping[str, int] = field(default_factory=lambda: CREW)
    rest_seconds: float = 420
    keep: Path | None = None

    @property
    def faults(self) -> list[Fault]:
        return plan(self.seed, self.counts, seconds=self.seconds)


@dataclass
class Pulse:
    """The longest time during which no event was taken in although some were waiting to be."""

    longest: float = 0.0
    _taken: int = 0
    _since: float = field(default_factory=time.monotonic)

    def look(self, store: Store, sender: Sender) -> None:
        taken, now = self._count(store), time.monotonic()
        if taken != self._taken or taken >= len(sender.told):
            self._taken, self._since = max(taken, self._taken), now
        self.longest = max(self.longest, now - self._since)

    def _count(self, store: Store) -> int:
        try:
            return taken(store)
        except SQLAlchemyError:
            return self._taken


def campaign(asked: Asked) -> dict[str, Any]:
    """What was measured and found, as one row."""
    session = str(SESSION_SECONDS)
    with a_world(
        nodes=3,
        partitions=PARTITIONS,
        own_disk=True,
        keep=asked.keep,
        policy=PROVABLE,
        kafka_session_seconds=session,
    ) as world:
        now = datetime.now(UTC)
        made = Workload(seed=asked.seed, branches=asked.branches, now=now).events(asked.events)
        sent = world.home / "sent.jsonl"
        sender = Sender(
            world.brokers.settings(request_seconds=5, delivery_seconds=8),
            TOPICS["events"],
            made,
            per_second=asked.events / asked.seconds,
            ledger=sent,
        )
        with open_store(world.url) as store, _crew(world, asked) as supervisor:
            nemesis, pulse, begun = _disturbed(world, asked, supervisor, sender, store)
            healed = time.monotonic()
            restless = at_rest(world, store, seconds=asked.rest_seconds, meanwhile=supervisor.tend)
            rested = time.monotonic()
            supervisor.stop()
            incoming = records_of(world.brokers.settings(), TOPICS["events"])
            ledger = ledger_of(world, store, sent, incoming)
            quiet = undisturbed(incoming, policy=world.policy, now=now, home=world.home)
            comparison = compared(outcome_of(store), quiet)
            return {
                "seed": asked.seed,
                "disturbed_seconds": round(healed - begun),
                "to_rest_seconds": round(rested - healed),
                **_of_faults(nemesis, supervisor, pulse, world),
                **_of_ledger(ledger),
                **_of_comparison(comparison),
                **_verdict(ledger, comparison, restless, nemesis, sender, verify_audit(store).breaks),
            }


def _disturbed(
    world: World, asked: Asked, supervisor: Supervisor, sender: Sender, store: Store
) -> tuple[Nemesis, Pulse, float]:
    """Until every fault is done and every event acked, or twice the time has passed."""
    nemesis, pulse, begun = Nemesis(world, supervisor, _possible(asked.faults, world)), Pulse(), time.monotonic()
    nemesis.visit_group(Fault(at=0, kind=Kind.GUEST, draw=0, seconds=1))
    sender.start()
    nemesis.start()
    deadline = begun + 2 * asked.seconds + 60
    while (not nemesis.is_over or sender.is_alive()) and time.monotonic() < deadline:
        supervisor.tend()
        pulse.look(store, sender)
        time.sleep(LOOK_SECONDS)
    sender.give_up()
    sender.join(60)
    nemesis.visit_group(Fault(at=0, kind=Kind.GUEST, draw=0, seconds=1))
    return nemesis, pulse, begun


def _possible(faults: Sequence[Fault], world: World) -> list[Fault]:
    """Without a disk of its own, the database's cannot be filled."""
    return [fault for fault in faults if world.disk is not None or fault.kind is not Kind.DISK_FULL]


@contextmanager
def _crew(world: World, asked: Asked) -> Iterator[Supervisor]:
    supervisor = Supervisor(world.rounds, asked.crew)
    try:
        supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()


def _of_faults(nemesis: Nemesis, supervisor: Supervisor, pulse: Pulse, world: World) -> dict[str, Any]:
    return {
        "faults": dict(sorted(nemesis.done.items())),
        "rebalances": nemesis.rebalances,
        "ended_by_themselves": dict(sorted(supervisor.ended.items())),
        "longest_without_intake_seconds": round(pulse.longest),
        "logged": dict(logged(world)),
    }


def logged(world: World) -> Counter[str]:
    """How often roles said what a person should look into."""
    wanted = ("store.disk_full", "plan.refused", "event.failed", "planner.failed", "bus.lost", "role.ended")
    text = world.rounds.logs()
    return Counter({name: text.count(f'"{name}"') for name in wanted if f'"{name}"' in text})


def _of_ledger(ledger: Ledger) -> dict[str, Any]:
    published = max(1, len({held.event for held in ledger.published}))
    return {
        "events": len({each.event for each in ledger.sent}),
        "sends": len(ledger.sent),
        "acked": len({each.event for each in ledger.sent if each.answer == "acked"}),
        "records_in": len(ledger.incoming),
        "became": dict(sorted(Counter(ledger.taken.values()).items())),
        "effects": sum(ledger.effects.values()),
        "published": published,
        "wire_duplicates": ledger.wire_duplicates,
        "wire_duplicates_percent": round(100 * ledger.wire_duplicates / published, 2),
    }


def _of_comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "branch_days_compared": comparison.days,
        "both_proven_best": comparison.proven,
        "wrong_proofs": list(comparison.wrong_proofs),
        "same_routes": comparison.same_routes,
    }


def _verdict(
    ledger: Ledger, comparison: Comparison, restless: list[str], nemesis: Nemesis, sender: Sender, breaks: Sequence[Any]
) -> dict[str, Any]:
    found = [*map(str, findings(ledger)), *comparison.differences, *(f"restless: {each}" for each in restless)]
    found += [f"nemesis: {each}" for each in nemesis.failed] + [f"audit: {each}" for each in breaks]
    found += [f"sender: {sender.failed!r}"] if sender.failed else []
    if APPLIED not in ledger.taken.values():
        found.append("no event was applied, so nothing was shown")
    return {"found": len(found), "findings": found[:MOST_SHOWN]}


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    return campaign(
        Asked(
            seed=asked.seed,
            branches=asked.branches,
            events=asked.events,
            seconds=60 * asked.minutes,
            counts={kind: getattr(asked, f"{kind}s") for kind in Kind},
            rest_seconds=asked.rest_seconds,
            keep=asked.keep,
        )
    )


def main(words: Sequence[str] | None = None) -> None:
    """`--keep`: a folder for logs, the ledger and the brokers' data."""
    run("faults", _measured, words, about="Faults, and what they break.", seed=7, branches=12, events=12_000,
        minutes=18.0, rest_seconds=420.0, keep=None, **{f"{kind}s": USUAL[kind] for kind in Kind})  # fmt: skip


if __name__ == "__main__":
    main()
