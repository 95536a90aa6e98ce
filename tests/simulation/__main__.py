"""`python -m tests.simulation SEED` shows one night; `python -m tests.simulation --seeds 10000` lives many.

Ends with 1 when something was wrong about any of them, and says with which seed to have it again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.night import Night
from tests.simulation.nights import many_nights, told
from tests.simulation.story import CHANGES


def main(words: list[str]) -> int:
    asked = _arguments(words)
    seeds = [asked.seed] if asked.seed is not None else range(asked.first, asked.first + asked.seeds)
    began, totals, wrong = time.monotonic(), Counter[str](), 0
    for night in many_nights(seeds, changes=asked.changes, processes=asked.processes):
        totals.update(_counted(night))
        if night.wrongs or asked.seed is not None:
            wrong += bool(night.wrongs)
            print(told(night), flush=True)  # noqa: T201 - a command prints
    said = ", ".join(f"{count} {what}" for what, count in sorted(totals.items()))
    print(f"{said}; {wrong} nights with something wrong; {time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if wrong else 0


def _counted(night: Night) -> Counter[str]:
    own = {"nights": 1, "events": night.events, "steps": night.steps, "repeats on the wire": night.wire_duplicates}
    return Counter({**night.counts, **own})


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Nights of simulated trouble.")
    parser.add_argument("seed", nargs="?", type=int, help="one night, with its last steps")
    parser.add_argument("--seeds", type=int, default=200, help="how many nights")
    parser.add_argument("--first", type=int, default=1, help="the first night's seed")
    parser.add_argument("--changes", type=int, default=CHANGES, help="events of a night beside those that begin it")
    parser.add_argument("--processes", type=int, help="as many as there are cores unless given")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
