"""What an agency pays, allows and prefers. Values come from `config/policy.toml`; a day file may override any.

Prices are whole cents, so a dispatcher can argue with them. A soft limit has a price, a hard one has none.
Serving a visit is never traded against money. No number is negative; `metadata` bounds some further.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    drive_hour: int = 4200
    """An hour at the wheel: paid time of an RN."""
    paid_hour: int = 0
    """An hour between leaving and returning, driving included; 0 when shifts are paid in full anyway."""
    wait_hour: int = 2100
    """An hour of standing before a door that is not open yet."""
    kilometre: int = 45
    """72.5 cents a mile in 2026 (IRS)."""
    overtime_hour: int = 6300
    """An hour past the daily hours, or past the end of the shift."""
    late_hour: int = 12000
    """An hour past a window whose end is priced instead of hard."""
    latest_visit_hour: int = 0
    """An hour of the latest of all late visits: protects whoever is worst off."""
    longest_idle_hour: int = 0
    """An hour of the longest idle time of any case manager: a fair day."""
    wish_missed_hour: int = 1200
    """An hour outside the time a patient wished for."""
    told_moved_hour: int = 9000
    """An hour away from the time people were told."""
    told_other_person: int = 6000
    """Somebody else than the one people were told."""
    no_notice_times: int = 3
    """So many times as much do these two cost for a visit that is about to begin; in between, evenly less."""
    unplanned_move: int = 200
    """A change to a plan nobody was told yet; keeps quiet days quiet."""
    stranger: int = 1050
    """A case manager this patient has not met lately: 15 minutes of driving."""
    second_stranger: int = 1050
    """So much more when the patient met another new face shortly before."""
    not_preferred: int = 1050
    """A visit by somebody outside the list of preferred clinicians."""
    not_primary: int = 400
    """A visit by somebody other than the primary case manager."""
    wrong_language: int = 1500
    """No common language: an interpreter on the phone."""
    wasted_rn: int = 800
    """An RN on a visit an LPN may do."""
    missed_break: int = 15000
    """A long day without its break."""
    over_visit_target: int = 1500
    """Each visit over the daily target."""
    over_point_target: int = 2000
    """Each productivity point over the daily target."""
    outside_territory: int = 600
    """A visit outside the case manager's territory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    daily_hours: float = 8.0
    """Paid hours of a day after which overtime counts."""
    weekly_hours: float = 40.0
    """Paid hours of a week after which overtime counts."""
    most_overtime_minutes: int = 60
    """Nobody is planned longer past the shift than this."""
    break_minutes: int = 30
    break_opens: time = time(11, 0)
    break_closes: time = time(14, 0)
    break_after_hours: float = 6.0
    """A day shorter than this needs no break."""
    break_is_paid: bool = False
    break_is_hard: bool = False
    daily_visits: int = 8
    """Nobody is planned for more visits than this, unless the case manager's own cap says so."""
    daily_visits_target: int = 6
    daily_centipoints: int = 900
    """Hundredths of points; a hard cap, unless the case manager's own says otherwise."""
    daily_centipoints_target: int = 600
    continuity_visits: int = 10
    """How many past visits of a patient count as lately."""
    short_notice_hours: float = 24.0
    """Less notice than this makes a change of what was told dearer."""
    stranger_days: int = 14
    """A new face within so many days makes the next one dearer."""
    language_is_hard: bool = False
    gender_is_hard: bool = True
    one_discipline_a_day: bool = True
    """Two disciplines do not visit one patient on one day unless ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    freeze_minutes: int = 45
    """Stops starting sooner than this stay where they are unless a person moves them."""
    quiet_seconds: int = 20
    """A day is planned after this long without news ..."""
    patience_seconds: int = 180
    """... and at the latest this long after the first of it."""
    urgent_hours: int = 24
    """News about a visit starting this soon is planned at once."""
    publish_hour: time = time(18, 0)
    """The evening before, a day is published at this local time; later revisions at once."""
    horizon_days: int = 7
    """So many days ahead are planned."""
    effort: float = field(default=1.0, metadata={"le": 100})
    """Search effort: 1 is the default for the size of the day."""
    gap_percent: float = field(default=0.1, metadata={"le": 100})
    """The search ends once its plan is proven to be so near to the best possible; 0 asks for the best itself."""
    threads: int = field(default=2, metadata={"ge": 1, "le": 64})
    """So many searches side by side. A number, not the machine's cores: the same plan on any machine."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    prices: Prices = Prices()
    limits: Limits = Limits()
    planning: Planning = Planning()
