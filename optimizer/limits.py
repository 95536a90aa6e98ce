"""The names of the hard limits a plan can break. The evaluator's faults and the insertion's obstacles share them."""

from __future__ import annotations

from enum import StrEnum


class Limit(StrEnum):
    ALLOWED = "allowed"
    WINDOW = "window"
    LATEST_END = "latest_end"
    TRAVEL = "travel"
    UNREACHABLE = "unreachable"
    OPENS = "opens"
    CLOSES = "closes"
    CAP = "cap"
    BREAK = "break"
    GAP = "relation.gap"
    PEOPLE = "relation.people"
    DAYS = "relation.days"
    BOTH_OR_NONE = "relation.both_or_none"
    SERVED_TWICE = "served_twice"
