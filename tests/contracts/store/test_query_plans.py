"""No question about one branch, and none the loops ask all day, walks through a whole table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.domain.ids import CarePlanId, PatientId, VisitId
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.columns import metadata
from scheduler.store.engine import open_store
from tests.builders import BRANCH, DAY, at
from tests.contracts.store.given import a_place, met, unfit

NOW = at("06:00")
ADA, BEN = PatientId("ada"), PatientId("ben")
LATER = DAY + timedelta(days=7)

QUESTIONS: dict[str, Callable[[UnitOfWork], object]] = {
    "a patient": lambda uow: uow.patients.find(BRANCH, ADA),
    "patients": lambda uow: uow.patients.of(BRANCH, [ADA, BEN]),
    "case managers": lambda uow: uow.case_managers.of_branch(BRANCH),
    "a visit": lambda uow: uow.visits.find(BRANCH, VisitId("ada")),
    "visits of a day": lambda uow: uow.visits.on(BRANCH, DAY),
    "visits of a care plan": lambda uow: uow.visits.of_care_plan(BRANCH, CarePlanId("plan")),
    "visits of a patient": lambda uow: uow.visits.of_patient(BRANCH, ADA, DAY, LATER),
    "history": lambda uow: uow.visits.history(BRANCH, [ADA, BEN], DAY, 10),
    "open days": lambda uow: uow.visits.days_with_open_visits(BRANCH, DAY, LATER),
    "head": lambda uow: uow.plans.head(BRANCH, DAY),
    "published": lambda uow: uow.plans.published(BRANCH, DAY),
    "drafts": lambda uow: uow.plans.drafts(BRANCH, LATER),
    "an event met before": met,
    "claim": lambda uow: uow.work.claim(owner="planner", now=NOW, lease=timedelta(seconds=30)),
    "next due": lambda uow: uow.work.next_due(),
    "acknowledgements": lambda uow: uow.acknowledgements.of(BRANCH, DAY),
    "unsent": lambda uow: uow.outbox.unsent(200),
    "what waits": lambda uow: uow.backlogs.look(),
    "purge": lambda uow: uow.outbox.purge(NOW),
    "a letter again": lambda uow: uow.dead_letters.met_again(unfit(), is_arrival=True),
    "a new letter": lambda uow: uow.dead_letters.add(unfit()),
    "room for letters": lambda uow: uow.dead_letters.has_room(10_000),
    "room for a few letters": lambda uow: uow.dead_letters.has_room(1),
    "letters": lambda uow: uow.dead_letters.newest(100),
    "more letters": lambda uow: uow.dead_letters.newest(100, after=500),
    "letters with a code": lambda uow: uow.dead_letters.newest(100, after=500, code="patient.unknown"),
    "letters with a code, oldest first": lambda uow: uow.dead_letters.oldest(200, after=1, until=9, code="x.y"),
    "letters, oldest first": lambda uow: uow.dead_letters.oldest(200, after=1, until=9),
    "a record refused before": lambda uow: uow.refused_records.find(a_place()),
    "purge of letters": lambda uow: uow.dead_letters.purge(NOW),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_rows_by_an_index(question: str, sqlite_url: str) -> None:
    asked = list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append((statement, parameters))

    with open_store(sqlite_url) as store:
        event.listen(store.writer, "before_cursor_execute", note)
        with store.unit_of_work() as uow:
            QUESTIONS[question](uow)
            event.remove(store.writer, "before_cursor_execute", note)
        with store.reader.connect() as connection:
            steps = [
                step.detail
                for statement, parameters in asked
                for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
    assert asked
    assert not [step for step in steps if walks_through_a_table(step)], steps


def walks_through_a_table(step: str) -> bool:
    """`SCAN visit` does; `SCAN outbox USING INDEX …` reads what the index holds, `SCAN (subquery-3)` its rows."""
    what, _, rest = step.partition(" ")
    return what == "SCAN" and rest in metadata.tables
