"""One case manager's day as iCalendar (RFC 5545). Titles hold the visit's id only: feeds leave the organisation.

Times are UTC, so no time zone definition is needed and every calendar shows them right.
"""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event

from scheduler.domain.plan import Plan, Route


def itinerary_calendar(plan: Plan, route: Route, *, revision: int, made_at: datetime) -> bytes:
    """`SEQUENCE` is the revision, so a later file replaces an earlier one. Same inputs, same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rounds//Itinerary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for stop in route.stops:
        event = Event()
        event.add("uid", f"{plan.branch}-{stop.visit}@rounds")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", stop.starts.astimezone(UTC))
        event.add("dtend", stop.ends.astimezone(UTC))
        event.add("summary", f"Visit {stop.visit}")
        event.add("sequence", revision)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
