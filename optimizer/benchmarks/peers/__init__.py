"""The peers Rounds is measured against. Their libraries are an optional extra and loaded only when asked."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from optimizer.benchmarks.peers.ortools_routing import OrToolsRouting
from optimizer.benchmarks.peers.peer import Allowance, Peer, PeerMissing, UnknownPeer
from optimizer.benchmarks.peers.pyvrp import PyVrp
from optimizer.benchmarks.peers.vroom import Vroom

PEERS: Final[tuple[Peer, ...]] = (PyVrp(), OrToolsRouting(), Vroom())

__all__ = ["PEERS", "Allowance", "Peer", "PeerMissing", "UnknownPeer", "peers_named"]


def peers_named(names: Sequence[str]) -> tuple[Peer, ...]:
    """In the order named, each once. Raises `UnknownPeer` or `PeerMissing`."""
    known = {peer.name: peer for peer in PEERS}
    for name in names:
        if name not in known:
            raise UnknownPeer(name, tuple(known))
        if find_spec(known[name].library.replace("pyvroom", "vroom")) is None:
            raise PeerMissing(name, known[name].library)
    return tuple(known[name] for name in dict.fromkeys(names))
