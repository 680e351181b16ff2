"""What `status` tells of feeds, cases, messages, the ledger and its witness."""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from health_cloud.commands import standing as command
from health_cloud.core import db, facts, witness, witness_afar
from health_cloud.core.clock import clock
from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings
from health_cloud.ingest.models import Case, Run
from health_cloud.ingest.service import standing
from health_cloud.notify.service import sending
from tests.commands.conftest import both
from tests.ingest.feed import NAME, bundle, observation

SHAPE = {
    "mode", "address", "data", "database", "schema", "schema_is_current", "screens_built", "keys", "keys_exist",
    "ledger", "feeds", "cases", "messages", "facts_waiting", "warnings",
}  # fmt: skip
LEDGER = {"witness", "local", "checkpoint_at", "checkpoint_seconds", "unsigned", "unsigned_seconds", "afar"}
FEED = {
    "organization", "feed", "last_message_at", "lag_seconds", "run", "run_started_at", "run_finished_at", "resources",
    "rejected", "held", "cycle", "complete_to", "complete",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _steady_clock():
    clock.frozen = clock.now()
    yield
    clock.reset()


def feed(folder: Path, *more: str) -> list[str]:
    """Write a feed with a date in the future in it, and say how to import it."""
    late = observation("late", effectiveDateTime="2999-01-01", subject={"reference": "Patient/p"})
    (folder / "feed.json").write_text(json.dumps(bundle(NAME, late)))
    for name in more:
        (folder / name).write_text("{ no JSON")
    return ["ingest", "fhir", *(str(folder / name) for name in ("feed.json", *more)), "--organization", "H1"]


def codes(told: dict) -> set[str]:
    return {warning["code"] for warning in told["warnings"]}


@both
def test_of_an_empty_installation(installation):
    told = installation.told("status")
    assert set(told) == SHAPE
    assert set(told["ledger"]) == LEDGER
    assert told["database"] == installation.kind
    assert told["schema_is_current"] is True
    assert (told["feeds"], told["cases"], told["facts_waiting"]) == ([], [], 0)
    assert [(each["channel"], each["way"]) for each in told["messages"]] == [("sms", "outbox"), ("email", "outbox")]
    assert "witness_local" in codes(told)


@both
def test_of_feeds_and_cases(installation, tmp_path):
    installation.run(*feed(tmp_path, "broken.json"))
    clock.advance(seconds=3600)
    told = installation.told("status")
    (found,) = told["feeds"]
    assert set(found) == FEED
    assert (found["organization"], found["feed"], found["run"]) == ("H1", "fhir", "done")
    assert (found["lag_seconds"], found["rejected"]) == (3600, 1)
    assert found["resources"] == 3
    assert told["cases"] == [{"organization": "H1", "rule": "impossible_time", "count": 1}]
    assert "import_rejected" in codes(told)
    with db.writing() as session:
        session.exec(standing.select(Case)).one().state = "closed"
    assert installation.told("status")["cases"] == []
    shown = installation.run("status").stdout
    assert "H1 fhir: last message 60 min ago; last import done" in shown


def test_the_same_files_again_are_no_new_message(installation, tmp_path):
    installation.run(*feed(tmp_path))
    first = installation.told("status")["feeds"][0]
    clock.advance(seconds=60)
    installation.run(*feed(tmp_path))
    again = installation.told("status")["feeds"][0]
    assert again["last_message_at"] == first["last_message_at"]
    assert again["run_started_at"] > first["run_started_at"]


def test_a_feed_that_is_silent_for_longer_than_it_promised_is_a_warning(installation, tmp_path):
    installation.run(*feed(tmp_path), "--as-of", (clock.now() - timedelta(hours=10)).strftime("%Y-%m-%d"))
    clock.advance(hours=40)
    told = installation.told("status")
    assert (told["feeds"][0]["cycle"], told["feeds"][0]["complete"]) == ("day", "silent")
    assert "feed_silent" in codes(told)
    assert "complete up to" in installation.run("status").stdout
    for words, complete in (
        (("--cycle", "none"), "whole"),
        (("--cycle", "real-time", "--feed-name", "检验系统"), "silent"),
        (("--silent-after", "200"), "whole"),
    ):
        assert installation.run("ingest", "feed", "--organization", "H1", *words).exit_code == 0
        assert installation.told("status")["feeds"][0]["complete"] == complete
    assert installation.told("status")["feeds"][0]["cycle"] == "real_time"
    installation.refused("ingest", "feed", "--organization", "H9", "--cycle", "none")


@both
def test_an_import_that_was_cut_off_is_told_from_one_that_runs(installation, tmp_path):
    installation.run(*feed(tmp_path))
    with db.writing() as session:
        run = session.exec(standing.select(Run)).one()
        run.state, run.finished_at = "reading", None
        feed_id = run.feed_id
    told = installation.told("status")
    assert told["feeds"][0]["run"] == "interrupted"
    assert "import_interrupted" in codes(told)
    with standing.lock_file(feed_id).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = installation.told("status")
    assert told["feeds"][0]["run"] == "running"
    assert "import_interrupted" not in codes(told)


@both
def test_of_messages(installation, monkeypatch):
    installation.run("migrate")
    monkeypatch.setenv("HEALTH_CLOUD_SMS_URL", "http://127.0.0.1:9/sms")
    settings.cache_clear()
    with db.writing() as session:
        sending.queue(session, "sms", "+8613800000000", "notify.code", "zh", code="123456", valid=timedelta(minutes=10))
    sms = installation.told("status")["messages"][0]
    assert (sms["way"], sms["waiting"], sms["failed"]) == ("gateway", 1, 0)
    clock.advance(seconds=700)
    sending.deliver()
    told = installation.told("status")
    assert (told["messages"][0]["waiting"], told["messages"][0]["failed"]) == (0, 1)
    assert "messages_failed" in codes(told)
    assert "123456" not in json.dumps(told)
    assert "13800000000" not in json.dumps(told)


def test_of_facts(installation):
    installation.run("migrate")
    with db.writing() as session:
        facts.emit(session, "test.happened")
    assert installation.told("status")["facts_waiting"] == 1


@both
def test_of_the_ledger_and_its_witness(installation, tmp_path):
    installation.run(*feed(tmp_path))
    clock.advance(seconds=400)
    told = installation.told("status")
    assert told["ledger"]["checkpoint_at"] == ""
    assert told["ledger"]["unsigned"] > 0
    assert told["ledger"]["unsigned_seconds"] == 400
    assert "checkpoint_late" in codes(told)
    with db.writing() as session:
        assert witness.checkpoint(session, settings().witness_folder)
    clock.advance(seconds=30)
    told = installation.told("status")
    assert (told["ledger"]["checkpoint_seconds"], told["ledger"]["unsigned"]) == (30, 0)
    assert "checkpoint_late" not in codes(told)
    assert "last checkpoint 30 s ago" in installation.run("status").stdout


def test_a_witness_on_another_disk_is_not_local(installation, monkeypatch):
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == installation.data.parent.stat().st_dev:
        pytest.skip("this machine has no second disk to try with")
    elsewhere = tempfile.mkdtemp(dir=shared)
    monkeypatch.setenv("HEALTH_CLOUD_WITNESS", elsewhere)
    settings.cache_clear()
    told = installation.told("status")
    shutil.rmtree(elsewhere)
    assert told["ledger"]["local"] is False
    assert "witness_local" not in codes(told)
    assert "witness_local" in codes(installation.told("status")), "a witness that is not mounted is none"


def test_an_address_that_takes_no_heads_is_said(installation, monkeypatch, tmp_path):
    installation.run(*feed(tmp_path))
    with db.writing() as session:
        assert witness.checkpoint(session, settings().witness_folder)
    assert installation.told("status")["ledger"]["afar"] is None
    monkeypatch.setenv("HEALTH_CLOUD_WITNESS_URL", "http://127.0.0.1:9/heads?token=secret")
    settings.cache_clear()
    with pytest.raises(Unavailable):
        witness_afar.post_checkpoints(settings().witness_folder, settings().witness_url)
    told = installation.told("status")
    assert {"witness_unreached", "witness_local"} <= codes(told)
    assert told["ledger"]["afar"]["problem"] == "ConnectError"
    assert "secret" not in json.dumps(told)
    monkeypatch.setattr(witness_afar, "_sent", lambda *_: "")
    assert witness_afar.post_checkpoints(settings().witness_folder, settings().witness_url) == 1
    told = installation.told("status")
    assert not {"witness_unreached", "witness_local"} & set(codes(told))


def test_check_is_3_while_there_is_a_warning(installation, monkeypatch):
    assert installation.run("status").exit_code == 0
    assert installation.run("status", "--check").exit_code == 3
    monkeypatch.setattr(command, "_of_ledger", lambda *_: iter(()))
    monkeypatch.setattr("health_cloud.web.tool_chain.is_built", lambda: True)
    assert installation.run("status", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d")]
)
def test_ages_as_a_person_says_them(seconds, words):
    assert command._age(seconds) == words


@pytest.mark.parametrize(
    ("content", "last"),
    [
        (b"", b""),
        (b"one\n", b"one"),
        (b"one\ntwo\n", b"two"),
        (b"one\ntwo\nthr", b"two"),
        (b"cut", b""),
        (b"x" * 500_000 + b"\n", b"x" * 500_000),
        (b"one\n" + b"x" * 500_000 + b"\ncut", b"x" * 500_000),
    ],
)
def test_the_last_checkpoint_is_found_from_the_end(tmp_path, content, last):
    (tmp_path / "lines").write_bytes(content)
    assert witness.last_checkpoint(tmp_path / "lines") == last
    assert witness.last_checkpoint(tmp_path / "none") == b""
