"""Keeps the roles of an installation running, as a service manager does, and kills and freezes them when told to.

Only processes it started. Safe to use from several threads.
"""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.integration.installation import Installation, Role
from tests.processes import end


@dataclass
class Post:
    """One place in the crew. `role` is who holds it now."""

    name: str
    role: Role
    is_frozen: bool = False


@dataclass
class Supervisor:
    """`crew` says how many of each role. `ended` counts those that ended without being killed, by role and code."""

    rounds: Installation
    crew: Mapping[str, int]
    posts: list[Post] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    _one_at_a_time: threading.RLock = field(default_factory=threading.RLock)

    def start(self) -> None:
        for name, count in self.crew.items():
            self.posts += [Post(name=name, role=self.rounds.start(name)) for _ in range(count)]

    def kill(self, chance: Random, weights: Mapping[str, int]) -> str:
        """`kill -9`, and another in its place at once. Answers which role it was."""
        with self._one_at_a_time:
            free = [post for post in self.posts if not post.is_frozen]
            post = chance.choices(free, [weights.get(post.name, 1) for post in free])[0]
            self._replace(post)
            return post.name

    def freeze(self, post: Post) -> None:
        with self._one_at_a_time:
            post.is_frozen = True
            post.role.process.send_signal(signal.SIGSTOP)

    def thaw(self, post: Post) -> None:
        with self._one_at_a_time:
            post.role.process.send_signal(signal.SIGCONT)
            post.is_frozen = False

    def of(self, *names: str) -> Sequence[Post]:
        return [post for post in self.posts if post.name in names]

    def tend(self) -> None:
        """Somebody new for everybody who ended by themselves."""
        with self._one_at_a_time:
            for post in self.posts:
                code = post.role.process.poll()
                if code is not None:
                    self.ended[f"{post.name} {code}"] += 1
                    post.role = self.rounds.start(post.name)

    def stop(self) -> None:
        """All at once, so that they end side by side."""
        with self._one_at_a_time:
            for post in self.posts:
                post.role.process.send_signal(signal.SIGCONT)
                post.role.process.send_signal(signal.SIGTERM)
            for post in self.posts:
                end(post.role.process, signal=signal.SIGTERM)

    def _replace(self, post: Post) -> None:
        end(post.role.process, signal=signal.SIGKILL)
        post.role = self.rounds.start(post.name)
