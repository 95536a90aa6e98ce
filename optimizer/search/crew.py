"""Chains side by side, one thread each: they differ by their dice, and meet only when a stage is over.

What a chain does depends on its own rounds alone, so the number of threads, not their speed, decides the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from optimizer.kernel.frame import Frame
from optimizer.kernel.packed import Packed
from optimizer.search.chain import Chain, Orders
from optimizer.search.heat import Tuning
from optimizer.search.watch import Watch

_CALL_SECONDS = 0.08
_FIRST_CALL = 16
_LONGEST_CALL = 1 << 15
_UNTIMED_CALL = 1 << 8


class Crew:
    """`seconds` of a stage are used where its rounds are not limited."""

    def __init__(self, problem: Packed, frame: Frame, watch: Watch, *, seed: int, threads: int) -> None:
        self.watch, self.frame = watch, frame
        self.chains = [Chain(problem, frame, seed=seed, number=number) for number in range(threads)]
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="rounds-chain")
        self._per_call = _FIRST_CALL

    def tune(self, tuning: Tuning) -> None:
        for chain in self.chains:
            chain.tuning = tuning

    def begin(self, starts: Sequence[Orders]) -> None:
        """Chain after chain from the start of its number."""
        for chain, orders in zip(self.chains, starts, strict=True):
            self.watch.attend(self.executor.submit(chain.begin, orders))

    def run(self, rounds: int | None, heat: Decimal, *, until: float) -> None:
        """So many rounds each, or as many as fit until this second of the search."""
        work = [self.executor.submit(self._run, chain, rounds, heat, until) for chain in self.chains]
        for one in work:
            self.watch.attend(one)

    def _run(self, chain: Chain, rounds: int | None, heat: Decimal, until: float) -> None:
        began = self.watch.seconds
        done, tuning, per_call = 0, chain.tuning, self._per_call
        heats = tuning.heats(heat)
        while self.watch.stopped_by is None:
            calls = per_call if rounds is None else min(per_call, rounds - done)
            now = self.watch.seconds
            if calls <= 0 or (rounds is None and now >= until):
                break
            if rounds is None:
                passed = (now - began) / max(1e-9, until - began)
                chain.run(calls, tuning.heat_at(heat, passed), done=0, of=calls)
            else:
                chain.run(calls, heats, done=done, of=rounds)
            done += calls
            per_call = _longer_or_shorter(calls, self.watch.seconds - now)
        self._per_call = per_call

    @property
    def rounds(self) -> int:
        """Of the chain that has done most."""
        return max(chain.rounds for chain in self.chains)

    def best(self) -> Chain:
        return min(self.chains, key=lambda chain: chain.energy)

    def close(self) -> None:
        self.executor.shutdown(wait=True)


def _longer_or_shorter(calls: int, seconds: float) -> int:
    """How many rounds take about as long as one may wait for an answer to `cancel`; few where nobody reads a clock."""
    if seconds <= 0:
        return min(2 * calls, _UNTIMED_CALL)
    return max(1, min(2 * calls, int(calls * _CALL_SECONDS / seconds), _LONGEST_CALL))
