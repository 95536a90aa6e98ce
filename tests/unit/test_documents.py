"""Documents say what the code does: settings, codes, commands, files and links; and nothing that must not be told."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.settings import Settings
from optimizer.errors import EngineError
from scheduler.bootstrap.days import read_agency
from scheduler.cli.documents import errors_page, settings_page
from scheduler.cli.main import COMMANDS
from scheduler.domain.errors import RoundsError
from scheduler.domain.ids import PlaceId
from scheduler.domain.people import TravelProfile
from scheduler.files.day_reading import read_day
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.planner import plan_day
from scheduler.planning.rules import codes
from tests.source_tree import ROOT, TOP, modules

DOCS = ROOT / "docs"
ROOMS = "|".join(TOP)
CODE_SAID = re.compile(
    r"""(?:code=|fault\(\s*|_CODE = |_problem\(\s*(?:[\w.]+,\s*|f?"[^"]*",\s*)?)"([a-z_]+\.[a-z_0-9]+)\""""
)
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

MACHINE_PATH = re.compile(r"(?<![\w.~\-/}])/(?:root|home|Users|work)/\w|[A-Z]:\\\\?Users")
# In pieces, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("proxy", "golang", "org"),
        ("conda", "anaconda", "org"),
        ("index", "crates", "io"),
    )
]


@pytest.mark.parametrize(("page", "write"), [("settings.md", settings_page), ("errors.md", errors_page)])
def test_a_page_written_from_the_code_is_current(page: str, write: Callable[[], str]) -> None:
    written = (DOCS / page).read_text(encoding="utf-8")

    assert written == write(), "run python -m scheduler.cli.documents"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_explained(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"`ROUNDS_{name.upper()}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


def test_every_error_is_explained() -> None:
    told = told_codes("errors.md")

    assert {error.code for error in [*below(RoundsError), *below(EngineError)] if "code" in vars(error)} - told == set()


def test_every_problem_is_explained() -> None:
    said = {code for module in modules() for code in CODE_SAID.findall((ROOT / module.path).read_text("utf-8"))}

    assert len(said) > 50
    assert said - told_codes("errors.md") - told_codes("rules.md") == set()


def test_every_rule_is_explained() -> None:
    assert set(codes()) - told_codes("rules.md") == set()


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda page: page.name)
class TestAPage:
    def test_leads_only_to_what_is_there(self, page: Path) -> None:
        assert [link for link in LINK.findall(prose(page)) if not leads_somewhere(page, link)] == []

    def test_names_only_files_and_folders_that_are_there(self, page: Path) -> None:
        assert [name for name in SPAN.findall(prose(page)) if is_path(name) and not exists(name)] == []

    def test_names_only_modules_that_are_there(self, page: Path) -> None:
        named = re.findall(rf"python -m ((?:{ROOMS})[\w.]*)", whole(page))

        assert [name for name in named if find_spec(name) is None] == []

    def test_names_only_commands_that_are_there(self, page: Path) -> None:
        said = [*SPAN.findall(prose(page)), *re.findall(r"^(?:\$ )?(rounds .*)$", fenced(page), re.MULTILINE)]
        named = {words.split()[1] for words in said if re.match(r"rounds [a-z-]+\b", words)}

        assert named - set(COMMANDS) == set()

    def test_names_only_targets_of_the_makefile(self, page: Path) -> None:
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

        assert set(re.findall(r"(?:`|^)make ([a-z]+)", whole(page), re.MULTILINE)) - targets == set()


def test_a_log_line_to_watch_for_is_one_that_is_written() -> None:
    named = set(re.findall(r"log `([a-z_]+\.[a-z_]+)`", (DOCS / "operations.md").read_text(encoding="utf-8")))
    written = "".join((ROOT / module.path).read_text(encoding="utf-8") for module in modules())

    assert named
    assert [name for name in named if f'"{name}"' not in written] == []


def test_the_methods_named_for_rules_are_those_of_the_draft() -> None:
    step = re.search(
        r"seven primitives of `ProblemDraft`:(.*?)\.", (DOCS / "architecture.md").read_text("utf-8"), re.DOTALL
    )
    assert step
    named = SPAN.findall(step[1])

    assert len(named) > 5
    assert [name for name in named if not callable(getattr(ProblemDraft, name, None))] == []


def test_the_day_file_that_is_shown_can_be_planned_and_comes_out_as_said() -> None:
    shown = re.findall(r"^```json\n(.*?)^```", (DOCS / "day-file.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    agency = read_agency(Settings())

    plan = plan_day(read_day(shown[0].encode(), agency), effort=0.1).plan

    assert [(r.case_manager, s.visit, f"{s.starts:%H:%M}") for r, s in plan.stops()] == [("CM-1", "V-1", "09:00")]
    assert {why.code for why in plan.unassigned[0].reasons} == {"credential.missing", "clinician.barred"}


def test_the_matrix_that_is_shown_fits_a_day_file() -> None:
    shown = re.findall(r"^```json\n(.*?)^```", (DOCS / "day-file.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    said = json.loads(shown[0]) | {"travel": json.loads(shown[1])}
    said["case_managers"][0]["begins_from"] = {"id": "office"}

    day = read_day(json.dumps(said).encode(), read_agency(Settings()))

    assert day.travel.seconds(TravelProfile.CAR, PlaceId("office"), PlaceId("patient:P-2")) == 660


def test_no_file_tells_where_it_was_written() -> None:
    assert [f"{path}: {found}" for path, text in texts() for found in MACHINE_PATH.findall(text)] == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert [f"{path}: {host}" for path, text in texts() for host in REGISTRIES if host in text.lower()] == []


def below(error: type[Exception]) -> Iterator[type[RoundsError | EngineError]]:
    for child in error.__subclasses__():
        assert issubclass(child, RoundsError | EngineError)
        if child.__module__.split(".")[0] in TOP:
            yield child
        yield from below(child)


def told_codes(page: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE))


@cache
def whole(page: Path) -> str:
    return COMMENT.sub("", page.read_text(encoding="utf-8"))


def prose(page: Path) -> str:
    return FENCE.sub("", whole(page))


def fenced(page: Path) -> str:
    return "\n".join(FENCE.findall(whole(page)))


def leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"(https?|mailto):", link):
        return True
    place, _, heading = link.partition("#")
    target = (page.parent / place).resolve() if place else page
    return target.exists() and (not heading or heading in headings(target))


def headings(page: Path) -> set[str]:
    """As links name them: small letters, hyphens for spaces, no other signs."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def is_path(name: str) -> bool:
    return bool(re.fullmatch(rf"(?:{ROOMS}|docs|tests)/[\w./-]*", name))


def exists(name: str) -> bool:
    """`scheduler/planning/search` may stand for `search.py`."""
    return (ROOT / name).exists() or (ROOT / f"{name}.py").exists()


def texts() -> Iterator[tuple[str, str]]:
    """Every file that is ours to keep, as text."""
    for path in kept(ROOT):
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures


def kept(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name == ".git" or any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored()):
            continue
        if path.is_dir():
            yield from kept(path)
        elif path.is_file():
            yield path


@cache
def ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip("/") for line in lines if line and not line.startswith("#"))
