"""`rounds serve` as a process of its own: events by HTTP, a plan by itself, ends, kills and starts anew."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.command import PROGRAM, environment, quick_policy
from tests.made_up_events import EVERY_DAY, a_home
from tests.processes import LOOPBACK, end, wait_until

pytestmark = pytest.mark.external

LISTENS = re.compile(r"listens on (http://\S+)")
PATIENCE = 60


@dataclass
class Serving:
    """One `rounds serve` in `folder`; started again it works on the same data."""

    folder: Path
    settings: dict[str, str | Path]
    client: httpx.Client
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    url: str = ""

    def start(self) -> None:
        self.starts += 1
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", "0"],
                cwd=self.folder,
                env=environment(**self.settings),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_for("a port", lambda: LISTENS.search(self.log.read_text()) is not None)
        found = LISTENS.search(self.log.read_text())
        assert found is not None
        self.url = found[1]

    @property
    def log(self) -> Path:
        return self.folder / f"serve-{self.starts}.log"

    def wait_for(self, what: str, is_so: Callable[[], bool]) -> None:
        assert self.process is not None
        wait_until(is_so, process=self.process, log=self.log, seconds=PATIENCE, what=what)

    def send(self, kind: str, data: dict[str, Any], **attributes: Any) -> httpx.Response:
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"e-{next(_numbers)}",
            "source": "/ehr",
            "type": f"rounds.{kind}.v1",
            "time": datetime.now(UTC).isoformat(),
            "branch": "east",
            "data": data,
        }
        return self.client.post(f"{self.url}/api/events", json=event | attributes)

    def status_of(self, answer: httpx.Response) -> str:
        assert answer.status_code == 202, answer.text
        (receipt,) = answer.json()["receipts"]
        return str(receipt["status"])

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"{self.url}/api/branches/east/days/{tomorrow()}/{path}")

    def newest_revision(self) -> int:
        known = self.get("revisions").json()["revisions"]
        return int(known[0]["revision"]) if known else 0

    def planned(self) -> set[str]:
        """Visits the newest revision serves, told or not."""
        newest = self.newest_revision()
        routes = self.get(f"plan?revision={newest}").json()["plan"]["routes"] if newest else []
        return {stop["visit"] for route in routes for stop in route["stops"]}

    def settle_in(self) -> None:
        """A branch, a case manager who works at any hour, a patient."""
        hours = [{"weekday": day, "starts": "00:00", "ends": "23:30"} for day in EVERY_DAY]
        person = {"id": "CM-1", "name": "Kim Example", "licence": "RN", "begins_from": a_home(0), "hours": hours}
        for kind, data in (
            ("branch.changed", {"name": "East", "zone": "UTC"}),
            ("case_manager.changed", person),
            ("patient.changed", {"id": "P-1", "name": "Secret Person", "home": a_home(1)}),
        ):
            assert self.status_of(self.send(kind, data)) == "applied"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    settings: dict[str, str | Path] = {"policy_file": quick_policy(tmp_path, quiet_seconds=0, patience_seconds=0)}
    with httpx.Client(timeout=PATIENCE) as client:
        served = Serving(folder=tmp_path, settings=settings, client=client)
        try:
            served.start()
            yield served
        finally:
            if served.process is not None:
                end(served.process, signal=signal.SIGKILL)


def test_events_by_http_become_a_plan_an_itinerary_and_published_events(serving: Serving) -> None:
    serving.settle_in()
    assert serving.status_of(serving.send("visit.requested", a_request("V-1"))) == "applied"

    serving.wait_for("a plan", lambda: serving.planned() == {"V-1"})

    newest = serving.newest_revision()
    itinerary = serving.get(f"itineraries/CM-1?revision={newest}")
    assert itinerary.status_code == 200
    assert "V-1" in itinerary.text
    assert "Secret Person" not in itinerary.text
    assert serving.client.get(f"{serving.url}/readyz").json()["is_ready"]


def test_news_of_today_is_told_and_published_to_the_file(serving: Serving) -> None:
    serving.settle_in()
    today = datetime.now(UTC).date()
    remote = {"type": "phone", "minutes": 5}
    assert serving.status_of(serving.send("visit.requested", a_request("V-1", on=today) | remote)) == "applied"
    published = serving.folder / "var" / "published.jsonl"

    serving.wait_for("a published plan", lambda: published.is_file() and published.read_bytes().endswith(b"\n"))

    events = [json.loads(line) for line in published.read_text().splitlines()]
    assert "rounds.schedule.published.v1" in {event["type"] for event in events}
    assert "Secret Person" not in published.read_text() + serving.log.read_text()


def test_it_ends_well_when_told_to_and_goes_on_with_the_same_data(serving: Serving) -> None:
    serving.settle_in()
    assert serving.status_of(serving.send("visit.requested", a_request("V-1"))) == "applied"
    serving.wait_for("a plan", lambda: serving.planned() == {"V-1"})

    assert serving.process is not None
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(10) == 0

    serving.start()
    assert serving.planned() == {"V-1"}
    assert serving.status_of(serving.send("visit.requested", a_request("V-2"))) == "applied"
    serving.wait_for("both visits", lambda: serving.planned() == {"V-1", "V-2"})


def test_nothing_that_was_acknowledged_is_lost_when_it_is_killed(serving: Serving) -> None:
    serving.settle_in()
    sender = Sender(serving)
    thread = Thread(target=sender.send_until_nobody_answers)
    thread.start()
    serving.wait_for("events", lambda: len(sender.acknowledged) >= 5)
    assert serving.process is not None
    serving.process.kill()
    thread.join(PATIENCE)
    serving.process.wait()

    serving.start()

    again = {visit: serving.status_of(sender.send(visit)) for visit in [*sender.acknowledged, sender.in_doubt]}
    assert {again[visit] for visit in sender.acknowledged} == {"duplicate"}
    assert again[sender.in_doubt] in {"applied", "duplicate"}
    serving.wait_for("all visits", lambda: known_visits(serving) == set(again))


def test_a_port_in_use_is_an_outside_failure(serving: Serving, tmp_path: Path) -> None:
    port = serving.url.rpartition(":")[2]
    other = environment(database_url=f"sqlite:///{tmp_path / 'other.db'}", http_host=LOOPBACK)

    done = serve_in_vain("--port", port, folder=tmp_path, env=other)

    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == "http.cannot_listen"


def test_it_does_not_listen_beyond_this_machine_without_a_token(tmp_path: Path) -> None:
    env = environment(http_host="0.0.0.0")  # noqa: S104

    done = serve_in_vain(folder=tmp_path, env=env)

    assert done.returncode == 1
    assert "ROUNDS_API_TOKEN" in json.loads(done.stdout)["error"]["remedy"]


def test_a_role_that_cannot_work_takes_the_process_with_it(tmp_path: Path) -> None:
    done = serve_in_vain("--port", "0", folder=tmp_path, env=environment(kafka_bootstrap=","))

    assert done.returncode == 3
    assert b"bus.invalid_settings" in done.stderr


def serve_in_vain(*words: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [*PROGRAM, "serve", "--json", *words]
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, timeout=PATIENCE)


@dataclass
class Sender:
    """Sends one request after the other; `in_doubt` is the one nobody answered."""

    serving: Serving
    acknowledged: list[str] = field(default_factory=list)
    in_doubt: str = ""

    def send(self, visit: str) -> httpx.Response:
        moment = datetime.combine(tomorrow(), datetime.min.time(), UTC) - timedelta(days=1)
        return self.serving.send("visit.requested", a_request(visit), id=f"request-{visit}", time=moment.isoformat())

    def send_until_nobody_answers(self) -> None:
        for number in count(1):
            self.in_doubt = f"V-{number}"
            try:
                answer = self.send(self.in_doubt)
            except httpx.TransportError:
                return
            assert self.serving.status_of(answer) == "applied"
            self.acknowledged.append(self.in_doubt)


def known_visits(serving: Serving) -> set[str]:
    """Those of the newest revision, served or not."""
    newest = serving.newest_revision()
    if not newest:
        return set()
    unassigned = serving.get(f"unassigned?revision={newest}").json()["unassigned"]
    return serving.planned() | {each["visit"] for each in unassigned}


def tomorrow() -> date:
    return STARTED.date() + timedelta(days=1)


def a_request(name: str, *, on: date | None = None) -> dict[str, Any]:
    return {"id": name, "patient": "P-1", "type": "routine", "date": (on or tomorrow()).isoformat()}


STARTED = datetime.now(UTC)
_numbers = count(1)
