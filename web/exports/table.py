"""A plan as CSV: one line for each stop, ids only."""

from __future__ import annotations

import csv
import io

from scheduler.domain.plan import Plan

COLUMNS = ("case_manager", "stop", "visit", "arrives", "starts", "ends", "drive_seconds", "drive_metres")


def plan_csv(plan: Plan) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for route in plan.routes:
        for number, stop in enumerate(route.stops, start=1):
            times = (stop.arrives.isoformat(), stop.starts.isoformat(), stop.ends.isoformat())
            writer.writerow((route.case_manager, number, stop.visit, *times, stop.drive_seconds, stop.drive_metres))
    return text.getvalue().encode()
