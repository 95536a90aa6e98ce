"""`POST /api/events`: what a producer is told about each event, whatever it sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scheduler.domain.ids import PatientId
from scheduler.store.engine import Store
from scheduler.store.errors import StoreUnavailable
from scheduler.store.tables import audit
from tests.builders import BRANCH
from tests.scenarios.web.conftest import Asking
from web.bodies import BATCH, MOST_BYTES, MOST_EVENTS, ONE, PLAIN

EVENTS = "/api/events"


def a_patient_event(name: str, **facts: Any) -> dict[str, Any]:
    data = {"id": name, "name": name.title(), "home": {"latitude": 40.0, "longitude": -75.0}}
    known = {"specversion": "1.0", "id": f"patient-{name}", "source": "/ehr/north", "branch": BRANCH,
             "type": "rounds.patient.changed.v1", "time": "2026-03-02T08:00:00-05:00", "data": data}  # fmt: skip
    return {**known, **facts}


def sent(event: object) -> bytes:
    return json.dumps(event).encode()


def outcomes(answer: Any) -> list[str]:
    return [receipt["status"] for receipt in answer.json()["receipts"]]


@pytest.mark.parametrize("media", [ONE, PLAIN, f"{ONE}; charset=utf-8"])
def test_one_event_is_applied_and_then_known(api: Asking, store: Store, media: str) -> None:
    first = api.post(EVENTS, sent(a_patient_event("ada")), media=media)
    again = api.post(EVENTS, sent(a_patient_event("ada")), media=media)

    assert (first.status_code, outcomes(first)) == (202, ["applied"])
    assert (again.status_code, outcomes(again)) == (202, ["duplicate"])
    assert first.json()["receipts"][0]["event"] == "patient-ada"
    with store.unit_of_work(read_only=True) as uow:
        assert [patient.name for patient in uow.patients.of(BRANCH, [PatientId("ada")])] == ["Ada"]


@pytest.mark.parametrize("media", [BATCH, PLAIN])
def test_a_batch_is_taken_in_in_order_and_each_event_is_judged_alone(api: Asking, media: str) -> None:
    unknown = a_patient_event("eve", type="rounds.weather.changed.v1")
    unfit = a_patient_event("dot", data={"id": "dot"})
    batch = [a_patient_event("ada"), unknown, a_patient_event("ada"), unfit, a_patient_event("ben")]

    answer = api.post(EVENTS, sent(batch), media=media)

    assert answer.status_code == 202
    assert outcomes(answer) == ["applied", "refused", "duplicate", "refused", "applied"]
    assert answer.json()["refused"] == 2
    assert answer.json()["receipts"][1]["problems"][0]["code"] == "event.unknown_type"
    assert all(problem["remedy"] for problem in answer.json()["receipts"][3]["problems"])


def test_an_empty_batch_is_fine(api: Asking) -> None:
    assert api.post(EVENTS, b" [ ] ", media=BATCH).json() == {"receipts": [], "refused": 0}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"specversion": "1.0",', "json.malformed"),
        (b'{"id": NaN}', "json.not_a_number"),
        (b"\xff\xfe{}", "json.not_utf8"),
        (b"", "event.empty"),
        (b"17", "json.not_an_object"),
        (sent(a_patient_event("eve", type="rounds.weather.changed.v1")), "event.unknown_type"),
    ],
)
def test_a_single_event_that_cannot_take_effect_is_refused_with_its_problems(
    api: Asking, body: bytes, code: str
) -> None:
    answer = api.post(EVENTS, body)

    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["code"] == "event.refused"
    assert error["problems"][0]["code"] == code
    assert error["remedy"]
    assert error["facts"]["letter"] >= 1


@pytest.mark.parametrize(
    "body",
    [
        b"[", b"[{}", b"[{},]", b"[{}]]", b"[{} {}]", b"{}", b"", b"[\xff]", b"[nul]",
        b"[" * 5000 + b"]" * 5000, b'[{"id": 1}, {"id"]',
    ],
)  # fmt: skip
def test_of_a_batch_that_is_no_array_nothing_is_taken_in(api: Asking, body: bytes) -> None:
    answer = api.post(EVENTS, body, media=BATCH)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "batch.malformed"
    assert api.get("/api/dead-letters").json() == {"letters": []}


def test_an_event_of_a_batch_keeps_its_bytes(api: Asking) -> None:
    odd = b'{"id": "x",  "id": "y", "n": 1e400, "long": ' + b"9" * 5000 + b"}"

    answer = api.post(EVENTS, b"[ " + odd + b" ]", media=BATCH)

    letter = answer.json()["receipts"][0]["letter"]
    assert api.get(f"/api/dead-letters/{letter}").json()["raw"].encode() == odd


@pytest.mark.parametrize("is_declared", [True, False])
def test_ten_megabytes_are_refused(api: Asking, is_declared: bool) -> None:
    body = b" " * 10_000_000

    async def in_pieces() -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    answer = api.post(EVENTS, body if is_declared else in_pieces())

    assert answer.status_code == 413
    assert answer.json()["error"]["facts"] == {"most_bytes": MOST_BYTES}


def test_a_batch_of_too_many_events_is_refused_before_the_first(api: Asking) -> None:
    answer = api.post(EVENTS, b"[" + b"{}," * MOST_EVENTS + b"{}]")

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "batch.too_many"
    assert api.get("/api/dead-letters").json() == {"letters": []}


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_page_could_post_from_a_browser_is_no_event(api: Asking, media: str) -> None:
    answer = api.post(EVENTS, sent(a_patient_event("ada")), media=media)

    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "body.unknown_media"


def test_while_the_store_is_away_the_producer_is_told_when_to_come_again(ask: Callable[..., Asking]) -> None:
    def away(raw: bytes | None, *, door: str) -> Any:
        del raw, door
        raise StoreUnavailable("test")

    answer = ask(take_in=away).post(EVENTS, sent(a_patient_event("ada")))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["error"]["code"] == "store.unavailable"


def test_a_dead_letter_is_listed_without_its_content_and_shown_with_it(api: Asking, store: Store) -> None:
    secret = a_patient_event("ada", branch="south")
    letter = api.post(EVENTS, sent(secret)).json()["error"]["facts"]["letter"]

    listed, shown = api.get("/api/dead-letters"), api.get(f"/api/dead-letters/{letter}")

    assert "Ada" not in listed.text
    assert listed.json()["letters"][0]["code"] == "branch.unknown"
    assert json.loads(shown.json()["raw"]) == secret
    assert audited(store) == [("dead_letter.read", str(letter))]


def test_a_dead_letter_is_replayed_once_its_cause_is_mended(api: Asking) -> None:
    letter = api.post(EVENTS, sent(a_patient_event("ada", branch="south"))).json()["error"]["facts"]["letter"]
    replay = f"/api/dead-letters/{letter}/replay"

    too_early = api.post(replay)
    opened = {"specversion": "1.0", "id": "b-1", "source": "/ehr", "branch": "south", "time": "2026-03-02T08:00:00Z",
              "type": "rounds.branch.changed.v1", "data": {"name": "South", "zone": "America/New_York"}}  # fmt: skip
    assert api.post(EVENTS, sent(opened)).status_code == 202
    mended, again = api.post(replay), api.post(replay)

    assert (too_early.status_code, too_early.json()["error"]["code"]) == (409, "dead_letter.still_refused")
    assert too_early.json()["error"]["problems"][0]["code"] == "branch.unknown"
    assert (mended.status_code, mended.json()["status"]) == (200, "applied")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "dead_letter.replayed")
    assert len(api.get("/api/dead-letters").json()["letters"]) == 1


def test_there_is_no_dead_letter_seventeen(api: Asking) -> None:
    assert api.get("/api/dead-letters/17").status_code == 404
    assert api.post("/api/dead-letters/17/replay").json()["error"]["code"] == "dead_letter.unknown"


def audited(store: Store) -> list[tuple[str, str]]:
    with store.unit_of_work(read_only=True) as uow:
        rows = uow.transaction.rows(audit.select().order_by(audit.c.chain, audit.c.number))
    return [(row.action, row.object) for row in rows if row.actor == "api"]
