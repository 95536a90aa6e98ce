"""The itinerary in a real browser: every stop is there, it fits a phone, it prints, and it asks nobody for anything."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import a_day, a_patient, a_plan
from tests.demands import the_program
from web.exports.itinerary import itinerary_page

pytestmark = pytest.mark.external
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    ada = replace(a_patient("ada"), name="Ada <b>Example</b>")
    day = a_day(visits=["ada", "ben"], patients=[ada])
    plan = a_plan(day, kim="09:00 ada, 10:30 ben")
    path = tmp_path / "kim.html"
    path.write_text(itinerary_page(day, plan, plan.routes[0], revision=1), encoding="utf-8")
    return path


def browse(page: Path, *flags: str) -> bytes:
    chromium = the_program("chromium", package="chromium")
    profile = page.with_name("profile")
    words = (chromium, *FLAGS, f"--user-data-dir={profile}", "--virtual-time-budget=2000", *flags, page.as_uri())
    return subprocess.run(words, capture_output=True, timeout=60, check=True).stdout


def test_a_browser_shows_every_stop_and_names_are_text_not_markup(page: Path) -> None:
    shown = browse(page, "--dump-dom").decode()

    assert [clock in shown for clock in ("09:00", "10:30")] == [True, True]
    assert "Ada &lt;b&gt;Example&lt;/b&gt;" in shown
    assert not re.search(r"(src|href)=.https?:", shown)


def test_it_prints_as_a_pdf_and_shows_on_a_phone(page: Path) -> None:
    pdf, picture = page.with_name("kim.pdf"), page.with_name("kim.png")

    browse(page, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    browse(page, f"--screenshot={picture}", "--window-size=390,844")

    assert pdf.read_bytes().startswith(b"%PDF")
    assert picture.read_bytes().startswith(b"\x89PNG")
