"""What holds for every route: who may ask, what every answer says, one shape for errors, a true description."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scheduler.store.engine import Store
from scheduler.store.errors import StoreUnavailable
from tests.builders import BRANCH, DAY
from tests.scenarios.web.conftest import NOW, Asking
from tests.web_services import services_that_only_live

GUARDED = [
    "/api/branches",
    "/api/branches/north/days/2026-03-03/plan",
    "/api/branches/north/days/2026-03-03/plan.html",
    "/api/branches/north/days/2026-03-03/revisions",
    "/api/branches/north/days/2026-03-03/unassigned",
    "/api/branches/north/days/2026-03-03/itineraries/kim",
    "/api/branches/north/days/2026-03-03/itineraries/kim.html",
    "/api/branches/north/days/2026-03-03/itineraries/kim.ics",
    "/api/branches/north/days/2026-03-03/map.geojson",
    "/api/dead-letters",
    "/api/dead-letters/1",
]
TOKEN = "correct horse"


def test_the_list_of_guarded_routes_is_whole(api: Asking) -> None:
    described = {path for path, ways in api.get("/openapi.json").json()["paths"].items() if "get" in ways}

    assert len(GUARDED) == len(described - {"/healthz", "/readyz", "/metrics"})


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("said", [None, "", "Bearer", "Bearer wrong", "Bearer ÿ", f"Basic {TOKEN}", TOKEN])
def test_without_the_right_token_nothing_is_told(path: str, said: str | None) -> None:
    headers = {} if said is None else {"authorization": said.encode("latin-1")}
    asking = Asking(services_that_only_live(api_token=TOKEN), host="localhost", headers={})

    answer = asking.get(path, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "access.not_signed_in"


def test_a_wrong_token_is_refused_before_the_body_is_read(ask: Callable[..., Asking]) -> None:
    was_read: list[bool] = []

    async def noted() -> Any:
        was_read.append(True)
        yield b"{}"

    answer = ask(api_token=TOKEN).post("/api/events", noted(), headers={"authorization": "Bearer wrong"})

    assert answer.status_code == 401
    assert not was_read


def test_the_right_token_is_let_in_under_any_name_of_the_host(ask: Callable[..., Asking]) -> None:
    asking = ask(api_token=TOKEN, host="rounds.example", headers={"authorization": f"Bearer {TOKEN}"})

    assert asking.get("/api/branches").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080"])
def test_without_a_token_this_machine_may_ask(ask: Callable[..., Asking], host: str) -> None:
    assert ask(host=host).get("/api/branches").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7", "localhost.evil.example"])
def test_without_a_token_a_page_under_a_foreign_name_is_told_nothing(ask: Callable[..., Asking], host: str) -> None:
    answer = ask(host=host).get("/api/branches")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "access.foreign_host"


def test_the_token_is_not_in_what_services_say_of_themselves(ask: Callable[..., Asking]) -> None:
    assert TOKEN not in repr(ask(api_token=TOKEN).services)


@pytest.mark.parametrize("path", [*GUARDED, "/healthz", "/readyz", "/openapi.json", "/nowhere"])
def test_every_answer_tells_browsers_to_keep_and_load_nothing(api: Asking, path: str) -> None:
    headers = api.get(path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_fault_of_ours_is_told_without_its_details_and_with_every_header(
    ask: Callable[..., Asking], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> Any:
        raise ValueError("Ada Lovelace, 12 Elm Street")

    answer = ask(open_uow=broken).get("/api/branches")

    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["error"]["code"] == "error"
    assert "Ada" not in answer.text + caplog.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "http.not_found"),
        ("/api/branches/south/days/2026-03-03/plan", 404, "branch.unknown"),
        ("/api/branches/north/days/2026-03-03/plan", 404, "plan.not_published"),
        ("/api/branches/north/days/2026-03-03/plan?revision=3", 404, "plan.unknown_revision"),
        ("/api/branches/north/days/someday/plan", 422, "request.unfit"),
        ("/api/branches/no%20rth/days/2026-03-03/plan", 422, "request.unfit"),
        ("/api/branches/north/days/2026-03-03/plan?revision=0", 422, "request.unfit"),
        ("/api/branches/north/days/2026-03-03/plan?revision=99999999999", 422, "request.unfit"),
        ("/api/dead-letters?limit=0", 422, "request.unfit"),
    ],
)
def test_errors_have_one_shape(api: Asking, path: str, status: int, code: str) -> None:
    answer = api.get(path)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["sentence"].endswith(".")
    assert error["remedy"]
    assert set(error) <= {"code", "sentence", "remedy", "facts", "problems"}


def test_a_wrong_method_is_told_as_such(api: Asking) -> None:
    assert api.post("/api/branches").json()["error"]["code"] == "http.method_not_allowed"


def test_the_description_is_openapi_and_names_its_errors(api: Asking) -> None:
    described = api.get("/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    operations = [way["operationId"] for ways in described["paths"].values() for way in ways.values()]
    assert len(operations) == len(set(operations))
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert set(described["paths"]["/api/events"]["post"]["requestBody"]["content"]) == {
        "application/json", "application/cloudevents+json", "application/cloudevents-batch+json",
    }  # fmt: skip


def test_a_living_process_says_so_to_anybody(ask: Callable[..., Asking]) -> None:
    assert ask(api_token=TOKEN, host="10.0.0.7").get("/healthz").json()["status"] == "alive"


def test_ready_tells_how_late_planning_is(api: Asking, store: Store) -> None:
    assert api.get("/readyz").json()["planning_late_seconds"] == 0
    with store.unit_of_work() as uow:
        early = NOW - timedelta(minutes=5)
        uow.work.mark_dirty(BRANCH, DAY, because=None, now=early, quiet=timedelta(0), patience=timedelta(0))
        uow.commit()

    answer = api.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "is_ready": True,
        "code": None,
        "store": "reachable",
        "is_migrated": True,
        "planning_late_seconds": 300,
        "outside": {},
        "roles": {},
    }


def test_not_ready_before_the_tables_are_made_or_while_the_store_is_away(ask: Callable[..., Asking]) -> None:
    def away() -> bool:
        raise StoreUnavailable("test")

    unmade, gone = ask(is_migrated=lambda: False).get("/readyz"), ask(is_migrated=away).get("/readyz")

    assert (unmade.status_code, unmade.json()["is_migrated"]) == (503, False)
    assert (gone.status_code, gone.json()["store"]) == (503, "store.unavailable")
