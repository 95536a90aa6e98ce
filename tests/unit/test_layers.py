"""Rooms and who may enter them (`docs/architecture.md`), read from the imports of every file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.source_tree import ENTRY_POINTS, TOP, Module, lies_in, modules

CORE: Final = ("scheduler.domain", "scheduler.ports")

MAY_IMPORT: Final[Mapping[str, tuple[str, ...]]] = {
    "config": (),
    "optimizer": (),
    "scheduler.domain": (),
    "scheduler.clock": (),
    "scheduler.ports": ("scheduler.domain",),
    "scheduler.planning": (*CORE, "optimizer"),
    "scheduler.files": ("scheduler.domain", "scheduler.planning", "optimizer"),
    "scheduler.handlers": (*CORE, "scheduler.planning"),
    "scheduler.store": CORE,
    "scheduler.jobs": (*CORE, "scheduler.clock", "scheduler.handlers", "scheduler.planning"),
    "consumers": (*CORE, "scheduler.files", "scheduler.handlers", "scheduler.planning"),
    "web": (*CORE, "scheduler.files", "scheduler.handlers", "scheduler.planning"),
}
"""Room → other rooms it may import from. Entry points stand outside: they may import all, and nobody them.

Edges reach the store and the clock through `scheduler.ports`; an entry point hands them in.
"""

HOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "ortools": ("optimizer.search", "optimizer.bound", "optimizer.benchmarks.peers"),
    "numba": ("optimizer.kernel",),
    "pyvrp": ("optimizer.benchmarks.peers",),
    "vroom": ("optimizer.benchmarks.peers",),
    "geopy": ("optimizer.travel",),
    "numpy": ("optimizer", "scheduler.planning"),
    "sqlalchemy": ("scheduler.store",),
    "alembic": ("scheduler.store",),
    "psycopg": ("scheduler.store",),
    "apscheduler": ("scheduler.jobs",),
    "kafka": ("consumers.broker", "consumers.broker_opening", "consumers.broker_topics"),
    "fastapi": ("web",),
    "starlette": ("web",),
    "uvicorn": ("web",),
    "jinja2": ("web",),
    "icalendar": ("web",),
    "matplotlib": ("web",),
    "prometheus_client": ("web.metrics",),
    "typer": ("scheduler.cli",),
    "rich": ("scheduler.cli",),
    "structlog": ("config",),
    "pydantic_settings": ("config",),
    "pydantic": (
        "config",
        "consumers",
        "scheduler.bootstrap",
        "scheduler.cli",
        "scheduler.files",
        "scheduler.store",
        "web",
    ),
    "pydantic_core": ("config", "consumers", "scheduler.files", "scheduler.store"),
    "tenacity": ("consumers", "scheduler.store"),
    "tzdata": (),
}
"""Library → its home. One that no file may import has none."""

MONOTONIC_CLOCKS: Final[Mapping[str, str]] = {
    "consumers/broker.py": "deadlines of sending, and the watch for a reader that stands still",
    "consumers/broker_log.py": "how often a library may repeat itself",
}
"""Where seconds are measured, beside entry points: how long something took is no time of day, so no clock knows it."""

WALL_CLOCKS: Final = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
TIME_OF_DAY: Final = ("time", "time_ns", "localtime", "gmtime")
STOPWATCHES: Final = ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time")
CHANCE: Final = ("uuid.uuid1", "uuid.uuid4", "secrets", "os.urandom", "random.SystemRandom")

INSIDE = tuple(module for module in modules() if not module.is_entry_point)


def test_every_file_belongs_to_a_room() -> None:
    rootless = {f"{top}" for top in TOP}

    assert [m.path for m in INSIDE if not room_of(m) and m.name not in rootless] == []


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    below = (room, *MAY_IMPORT[room])

    assert list(breaches((m for m in INSIDE if lies_in(m.name, room)), TOP, allowed=below)) == []


def test_nothing_imports_an_entry_point() -> None:
    assert list(breaches(INSIDE, ENTRY_POINTS, allowed=())) == []


def test_only_entry_points_read_the_configuration() -> None:
    others = (module for module in INSIDE if not lies_in(module.name, "config"))

    assert list(breaches(others, ("config",), allowed=())) == []


def test_the_domain_knows_the_standard_library_only() -> None:
    ours = (module for module in INSIDE if lies_in(module.name, "scheduler.domain"))

    assert [
        f"{module.path} imports {name}"
        for module in ours
        for name in sorted(module.imports)
        if not lies_in(name, "scheduler.domain") and name.split(".")[0] not in sys.stdlib_module_names
    ] == []


def test_no_product_code_imports_a_test() -> None:
    assert list(breaches(modules(), ("tests",), allowed=())) == []


def test_every_library_has_a_home() -> None:
    libraries = {name.split(".")[0] for module in modules() for name in module.imports}

    assert libraries - set(TOP) - set(sys.stdlib_module_names) - set(HOMES) == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_only(library: str) -> None:
    guests = (module for module in modules() if not lies_in(module.name, *HOMES[library]))

    assert [f"{module.path} imports {name}" for module in guests for name in module.imports_of(library)] == []


def test_one_file_knows_what_time_it_is() -> None:
    looking = {module.path for module in modules() if reads_the_time_of_day(module)}

    assert looking == {"scheduler/clock.py"}


def test_seconds_are_measured_only_where_it_is_said_why() -> None:
    measuring = {module.path for module in INSIDE if says_of("time", STOPWATCHES, module)}

    assert measuring <= set(MONOTONIC_CLOCKS)


def test_the_environment_is_read_by_the_configuration_only() -> None:
    readers = {
        m.name for m in INSIDE if m.says & {"os.environ", "os.getenv"} or m.imports_of("os.environ", "os.getenv")
    }

    assert {name for name in readers if not lies_in(name, "config")} == set()


def test_the_core_takes_no_chances_but_from_a_seed_it_was_given() -> None:
    core = (module for module in INSIDE if lies_in(module.name, "optimizer", "scheduler"))

    assert [f"{module.path} uses {name}" for module in core for name in chances(module)] == []


def test_only_the_command_line_prints() -> None:
    assert [module.path for module in INSIDE if "print" in module.calls] == []


def room_of(module: Module) -> str:
    return next((room for room in MAY_IMPORT if lies_in(module.name, room)), "")


def breaches(those: Iterator[Module] | tuple[Module, ...], rooms: tuple[str, ...], *, allowed: tuple[str, ...]
             ) -> Iterator[str]:  # fmt: skip
    for module in those:
        for name in module.imports_of(*rooms):
            if not lies_in(name, *allowed):
                yield f"{module.path} imports {name}"


def reads_the_time_of_day(module: Module) -> bool:
    tails = {".".join(name.split(".")[-2:]) for name in module.says}
    return bool(tails.intersection(WALL_CLOCKS)) or says_of("time", TIME_OF_DAY, module)


def says_of(library: str, names: tuple[str, ...], module: Module) -> bool:
    """Whether it uses one of these names of a library, as `time.time` or imported from it."""
    full = {f"{library}.{name}" for name in names}
    return bool(full & module.imports or (library in module.imports and full & module.says))


def chances(module: Module) -> list[str]:
    """What gives other values each time: the shared generator of `random`, and the machine's own randomness."""
    shared = {f"random.{name}" for name in ("random", "randint", "choice", "choices", "shuffle", "sample", "uniform")}
    return sorted(name for name in (module.imports | module.says) if name in shared or lies_in(name, *CHANCE))
