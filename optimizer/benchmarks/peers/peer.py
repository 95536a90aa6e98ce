"""What a peer is: another route planner, asked the same problem, judged by the same evaluator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from optimizer.benchmarks.peers.asked import Asked, Orders
from optimizer.errors import EngineError
from optimizer.problem import Problem

ALL_THREADS: Final = "all threads"
ONE_CORE: Final = "one core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What every planner is given. `threads` is what may be used; `is_cancelled` is asked where the peer lets us."""

    seconds: float
    threads: int
    seed: int
    is_cancelled: Callable[[], bool] = bool


class Peer(Protocol):
    """`cores` is what it uses of the threads it is given: all, or one core."""

    name: str
    library: str
    cores: str

    def cannot(self, problem: Problem) -> list[str]:
        """What of this problem it is not asked."""
        ...

    def orders(self, asked: Asked, allowance: Allowance) -> Orders:
        """Visits by route, in driving order; empty routes throughout when it found nothing."""
        ...


class UnknownPeer(EngineError):
    """There is no planner of this name to compare with."""

    code = "bench.unknown_peer"
    remedy = "Name one of the peers listed, or leave --peers out."

    def __init__(self, peer: str, known: Sequence[str]) -> None:
        self.peer, self.known = peer, tuple(known)
        super().__init__(f"{peer!r} is none of {', '.join(known)}.")


class PeerMissing(EngineError):
    """The peer's library is not installed: peers are an optional extra."""

    code = "bench.peer_missing"
    remedy = "Install the extra with `pip install 'rounds[bench]'`, or leave the peer out of --peers."

    def __init__(self, peer: str, library: str) -> None:
        self.peer, self.library = peer, library
        super().__init__(f"{peer} needs the library {library}, which is not installed.")
