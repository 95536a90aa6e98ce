"""What every command has in common: help with an example, usage errors, one JSON document; and the installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import commands, rounds


@pytest.mark.parametrize("typed", [*commands()], ids=" ".join)
def test_every_command_has_help_with_an_example_and_speaks_json(typed: tuple[str, ...]) -> None:
    shown = rounds(*typed, "--help", env={"COLUMNS": "200", "TERM": "dumb"})

    assert shown.code == 0
    assert "Example: " in shown.out
    assert f"rounds {' '.join(typed)}" in shown.out.partition("Example: ")[2]
    assert "--json" in shown.out


def test_the_promised_commands_are_there() -> None:
    promised = {"plan", "check", "run", "serve", "migrate", "doctor", "demo", "consume", "relay", "clock", "web"}

    assert promised <= {typed[0] for typed in commands()}


def test_the_help_of_the_whole_tells_the_exit_codes() -> None:
    assert "Exit codes: 0 fine, 1" in " ".join(rounds("--help", env={"COLUMNS": "200"}).out.split())


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("dance",),
        ("plan",),
        ("plan", "day.json", "--wrong"),
        ("plan", "day.json", "--effort", "much"),
        ("plan", "day.json", "--effort", "-1"),
        ("plan", "day.json", "--gap", "-1"),
        ("plan", "day.json", "--threads", "0"),
        ("plan", "day.json", "--seconds", "0"),
        ("check", "day.json"),
        ("run", "events.jsonl"),
        ("serve", "--port", "70000"),
        ("export", "pdf", "day.json", "plan.json"),
        ("dead-letters", "show", "twelve"),
        ("topics", "create", "--replicas", "2", "--min-insync", "3"),
        ("dead-letters",),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    assert rounds(*words).code == 2


def test_migrating_twice_is_migrating_once(tmp_path: Path) -> None:
    env = {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'rounds.db'}"}

    first, second = rounds("migrate", "--json", env=env), rounds("migrate", "--json", env=env)

    assert (first.code, second.code) == (0, 0)
    assert first.said["before"] is None
    assert second.said == {"before": first.said["after"], "after": first.said["after"]}
    assert "current" in rounds("migrate", env=env).out


def test_a_healthy_installation_is_found_well(tmp_path: Path) -> None:
    env = {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'rounds.db'}"}
    rounds("migrate", env=env)

    found = rounds("doctor", "--json", env=env)

    assert found.code == 0
    assert {finding["name"]: finding["is_well"] for finding in found.said} == {
        "python": True, "time zones": True, "settings": True, "security": True, "policy": True, "engine": True,
        "database": True, "kafka": None,
    }  # fmt: skip
    assert rounds("doctor", env=env).code == 0


@pytest.mark.parametrize(
    ("setting", "value", "ill"),
    [
        ("ROUNDS_DATABASE_URL", "sqlite:///no/such/folder/rounds.db", "database"),
        ("ROUNDS_POLICY_FILE", "no-such-policy.toml", "policy"),
        ("ROUNDS_SOLVE_SECONDS", "soon", "settings"),
        ("ROUNDS_KAFKA_SECURITY", "SASL_SSL", "settings"),
    ],
)
def test_what_is_wrong_with_an_installation_is_found_with_a_remedy(setting: str, value: str, ill: str) -> None:
    found = rounds("doctor", "--json", env={setting: value})

    assert found.code == 3
    (finding,) = [finding for finding in found.said if finding["name"] == ill]
    assert finding["is_well"] is False
    assert finding["remedy"]
    assert rounds("doctor", env={setting: value}).code == 3


def test_wrong_settings_are_told_before_anything_starts() -> None:
    refused = rounds("serve", "--json", env={"ROUNDS_HTTP_PORT": "0x50", "ROUNDS_LOG_LEVEL": "LOUD"})

    assert (refused.code, refused.error["code"]) == (1, "file.invalid")
    assert {problem["path"] for problem in refused.error["problems"]} == {"http_port", "log_level"}


def test_a_role_without_tables_or_broker_says_what_to_do() -> None:
    env = {"ROUNDS_DATABASE_URL": "sqlite:///rounds.db"}
    unmigrated = rounds("plan-worker", "--json", env=env)
    assert unmigrated.code == 3
    assert "rounds migrate" in unmigrated.error["remedy"]

    rounds("migrate", env=env)
    assert rounds("consume", "--json", env=env).error["code"] == "kafka.not_configured"


def test_no_dead_letters_is_an_empty_list_and_an_unknown_one_is_not_found() -> None:
    env = {"ROUNDS_DATABASE_URL": "sqlite:///rounds.db"}
    rounds("migrate", env=env)

    assert rounds("dead-letters", "list", "--json", env=env).said == []
    unknown = rounds("dead-letters", "show", "404", "--json", env=env)
    assert (unknown.code, unknown.error["code"]) == (1, "dead_letter.unknown")


def test_what_is_no_public_instance_is_refused_and_one_that_is_missing_is_outside(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}")

    refused = rounds("import", "uhhc", tmp_path / "odd.json", "--json")

    assert (refused.code, refused.error["problems"][0]["code"]) == (1, "uhhc.format")
    assert rounds("import", "uhhc", tmp_path / "none.json", "--json").error["code"] == "file.trouble"


def test_an_imported_day_says_in_json_what_was_written(shared_data: Path, tmp_path: Path) -> None:
    instance = shared_data / "bench/hhcrsp/uhhc/i-077.json"

    imported = rounds("import", "uhhc", instance, "--out", tmp_path / "day.json", "--json")

    assert imported.code == 0
    assert (imported.said["visits"], imported.said["case_managers"]) == (120, 17)
    assert (tmp_path / "day.json").stat().st_size > 0
