"""How the command line reads, what each exit code means, and that each command readies the database first."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from health_cloud.commands import group
from health_cloud.core import db, migrations, witness
from health_cloud.core.crypto import ring
from health_cloud.web import serving
from tests.commands.conftest import both
from tests.ingest.feed import NAME

ROOT = Path(__file__).parents[2]


def commands(of: click.Group = group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = [(path, of)]
    for name, command in of.commands.items():
        here = (*path, name)
        found += commands(command, here) if isinstance(command, click.Group) else [(here, command)]
    return found


ALL = commands()


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) or "all" for path, _ in ALL])
def test_help_says_everything(path, command):
    answer = CliRunner().invoke(group, [*path, "--help"])
    assert answer.exit_code == 0
    assert "..." not in answer.output.replace("PATH...", "").replace("ARGS]...", ""), "cut off in the list"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
    assert command.help


def test_exit_codes_are_in_the_help():
    answer = CliRunner().invoke(group, ["--help"])
    assert [line.split()[-2:] for line in answer.output.splitlines() if "0  done" in line] == [["0", "done"]]
    assert "3  checked, and found wanting" in answer.output


def test_the_commands_of_the_readme_exist():
    names = {" ".join(path) for path, _ in ALL}
    assert {"run", "migrate", "seed", "ingest fhir", "ledger verify", "status"} <= names
    assert {f"people {act}" for act in ("add", "code", "unlock", "disable")} <= names


def feed(folder: Path) -> str:
    path = folder / "feed.json"
    path.write_text(json.dumps(NAME))
    return str(path)


@both
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("migrate", 0),
        ("status", 0),
        ("ledger verify", 0),
        ("ledger key", 0),
        ("keys rotate", 0),
        ("ingest fhir FEED --organization H1", 0),
        ("remap", 0),
        ("remap --organization nowhere", 1),
        ("people add staff wang --name 王敏", 1),  # there is no hospital yet
        ("people code --login wang", 1),
        ("people unlock --login wang", 1),
        ("people disable --login wang", 1),
        ("run --port PORT", 0),
    ],
)
def test_every_command_readies_an_empty_folder(installation, tmp_path, monkeypatch, words, code):
    monkeypatch.setattr(serving, "build_if_changed", lambda _say: False)
    monkeypatch.setattr(serving, "serve", lambda _say: None)
    monkeypatch.setattr("health_cloud.demo.seeding.is_wanted", lambda: False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = installation.run(*words.replace("FEED", feed(tmp_path)).replace("PORT", str(port)).split())
    assert answer.exit_code == code, answer.output
    assert migrations.current() == migrations.head()


@pytest.mark.slow
def test_seed_readies_an_empty_folder_and_may_be_done_again(installation):
    assert installation.told("seed")["accounted"]["rejected"] == 0
    assert installation.told("seed")["accounted"]["entry"] == 0
    assert migrations.current() == migrations.head()


def test_what_touches_no_data_leaves_them_alone(installation, monkeypatch):
    """One user may build the screens or make the keys, another serve: nothing of the first lies in the data."""
    monkeypatch.setattr(serving, "build_if_changed", lambda _say: False)
    assert "up to date" in installation.run("build").output
    assert not installation.data.exists()
    made = Path(installation.told("keys", "create")["keys"])
    assert oct(made.stat().st_mode)[-3:] == "600"
    assert [path.name for path in installation.data.iterdir()] == ["keys.json"]
    assert "left as it is" in installation.refused("keys", "create")


def test_a_new_data_folder_is_its_owners_alone(installation):
    installation.run("migrate")
    assert oct(installation.data.stat().st_mode)[-3:] == "700"


@both
def test_migrating_says_from_where_to_where(installation):
    head = migrations.head()
    assert installation.told("migrate") == {"before": "", "after": head}
    assert installation.run("migrate").output == f"Up to date at {head}.\n"


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "people add nurse wang",
        "people code",
        "people unlock --login wang --visit-card 1234",
        "ingest fhir",
        "ingest fhir /no/such/file --organization H1",
        "run --port 70000",
        "seed --people -1",
    ],
)
def test_wrong_use_is_2_and_touches_nothing(installation, words):
    answer = installation.run(*words.split())
    assert answer.exit_code == 2
    assert "Error:" in answer.stderr
    assert not installation.data.exists()


def test_the_key_of_the_ledger_is_the_one_in_its_files(installation):
    """What a hospital publishes is what patients' files are checked with, and nothing of the secret."""
    told = installation.told("ledger", "key")
    assert told["key"] == witness.public_key()
    assert told["number"] in installation.run("ledger", "key").stdout
    assert len(base64.b64decode(told["key"])) == 32
    assert base64.b64decode(told["key"]) != ring().signing.private_bytes_raw()


@both
def test_a_changed_ledger_is_3(installation):
    """Seen to fail: without the exit code, `ledger verify` in a night's job would tell nobody."""
    installation.run("ingest", "fhir", feed(installation.data.parent), "--organization", "H1")
    assert installation.told("ledger", "verify")["problems"] == []
    with db.writing() as session:
        session.execute(text("UPDATE core_ledger_line SET action = 'another'"))
    answer = installation.run("ledger", "verify", "--json")
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["problems"]


def test_another_python_is_told_where_the_packages_are():
    answer = subprocess.run(
        [sys.executable, "-S", "-m", "health_cloud", "status"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert ".venv/bin/python -m health_cloud" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_terminal_without_chinese_is_no_traceback():
    answer = subprocess.run(
        [sys.executable, "-m", "health_cloud", "people", "add", "--help"],
        cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "--name ??" in answer.stdout


def test_help_is_quick():
    """It loads neither the database nor Reflex."""
    ask = "import sys; import health_cloud.commands; print([n for n in ('sqlalchemy', 'reflex') if n in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
