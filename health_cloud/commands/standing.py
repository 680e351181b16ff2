"""The command that says where things stand: for a person to read and for a monitor to ask."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from health_cloud.commands.group import WANTING, as_json, group, plainly, ready

if TYPE_CHECKING:
    from health_cloud.core.witness import Standing
    from health_cloud.core.witness_afar import Afar
    from health_cloud.ingest.views import FeedState

_LATE_SECONDS = 300
"""A checkpoint is due once a minute while the server runs."""


@group.command(short_help="Say where things stand.")
@click.option("--check", is_flag=True, help="Exit code 3 if there is any warning.")
@as_json
@plainly
def status(*, check: bool, as_json: bool) -> None:
    """Say where things stand: database, screens, keys, ledger, feeds, cases, messages, warnings.

    Holds no names and no contents: counts, codes and times alone. Times are UTC, ages are seconds.
    """
    ready()
    found = _gather()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)
    sys.exit(WANTING if check and found["warnings"] else 0)


def _gather() -> dict[str, Any]:
    from health_cloud.core import db, facts, migrations, witness, witness_afar
    from health_cloud.core.settings import settings
    from health_cloud.ingest.service import standing
    from health_cloud.notify.service import sending
    from health_cloud.web import tool_chain

    now = settings()
    afar = witness_afar.afar(now.witness_folder) if now.witness_url else None
    with db.reading() as session:
        signed = witness.standing(session, now.witness_folder, now.data_dir)
        feeds, cases = standing.feeds(session), standing.open_cases(session)
        channels, waiting = sending.states(session), facts.waiting(session)
    found: dict[str, Any] = {
        "mode": now.mode,
        "address": now.public_url or now.origin,
        "data": str(now.data_dir.absolute()),
        "database": now.database.partition("://")[0].partition("+")[0],
        "schema": migrations.current(),
        "schema_is_current": migrations.current() == migrations.head(),
        "screens_built": tool_chain.is_built(),
        "keys": str(now.keys),
        "keys_exist": now.keys.exists(),
        "ledger": asdict(signed) | {"afar": asdict(afar) if afar else None},
        "feeds": [asdict(each) for each in feeds],
        "cases": [asdict(each) for each in cases],
        "messages": [asdict(each) for each in channels],
        "facts_waiting": waiting,
    }
    warnings = [*_of_ledger(signed, afar), *_of_feeds(feeds), *_of_messages(found["messages"], now.mode)]
    if not found["screens_built"]:
        warnings.append({"code": "screens_not_built", "text": "the screens are not built: run or build does it"})
    return found | {"warnings": warnings}


def _of_ledger(signed: Standing, afar: Afar | None) -> Iterator[dict[str, str]]:
    if signed.local and not (afar and afar.posted_at):
        text = "the ledger's witness lies on the disk of the data: set HEALTH_CLOUD_WITNESS to a folder elsewhere"
        yield {"code": "witness_local", "text": text}
    if afar and afar.waiting and (afar.failed_seconds or not afar.posted_at):
        since = f" for {_age(afar.failed_seconds)} ({afar.problem})" if afar.problem else " yet"
        text = f"HEALTH_CLOUD_WITNESS_URL has not taken signed heads{since}; they wait in the witness's folder"
        yield {"code": "witness_unreached", "text": text}
    if signed.unsigned_seconds > _LATE_SECONDS:
        text = f"lines of the ledger wait {_age(signed.unsigned_seconds)} for a signature: is the server running?"
        yield {"code": "checkpoint_late", "text": text}


def _of_feeds(feeds: list[FeedState]) -> Iterator[dict[str, str]]:
    for each in feeds:
        name = f"feed {each.feed} of {each.organization}"
        if each.run == "interrupted":
            text = f"{name}: an import was cut off; the same command again goes on where it was"
            yield {"code": "import_interrupted", "text": text}
        if each.rejected:
            text = f"{name}: the last import could not read {each.rejected} files or resources"
            yield {"code": "import_rejected", "text": text}
        if each.complete == "silent":
            text = f"{name}: nothing new since {_minute(each.complete_to)}, and patients are told so"
            yield {"code": "feed_silent", "text": text}


def _of_messages(channels: list[dict[str, Any]], mode: str) -> Iterator[dict[str, str]]:
    for each in channels:
        if each["way"] == "unset" and each["unsent"]:
            text = f"{each['channel']}: {each['unsent']} messages were not sent, because no way out is set"
            yield {"code": "channel_unset", "text": text}
        if each["failed"]:
            yield {"code": "messages_failed", "text": f"{each['channel']}: {each['failed']} messages failed"}
    if mode == "production" and all(each["way"] == "unset" for each in channels):
        text = "no channel is set, so patients activate with a code of the desk (HEALTH_CLOUD_SMS_URL, _SMTP_URL)"
        yield {"code": "no_channel", "text": text}


def _print(found: dict[str, Any]) -> None:
    schema = f"{found['schema']} ({'current' if found['schema_is_current'] else 'not current'})"
    _line("mode", found["mode"])
    _line("address", found["address"])
    _line("data", found["data"])
    _line("database", f"{found['database']}, schema {schema}")
    _line("screens", "built" if found["screens_built"] else "not built")
    _line("keys", found["keys"] + ("" if found["keys_exist"] else " (not made yet)"))
    _line("ledger", _signed(found["ledger"]))
    _line("witness", found["ledger"]["witness"])
    for each in found["feeds"]:
        _line("feed", _feed(each))
    if not found["feeds"]:
        _line("feeds", "none yet")
    for each in found["cases"]:
        _line("open cases", f"{each['organization']} {each['rule']}: {each['count']}")
    if not found["cases"]:
        _line("open cases", "none")
    for each in found["messages"]:
        numbers = ", ".join(f"{each[state]} {state}" for state in ("waiting", "failed", "unsent"))
        _line("messages", f"{each['channel']} by {each['way']}: {numbers}")
    _line("facts", f"{found['facts_waiting']} waiting")
    for warning in found["warnings"]:
        click.echo(f"warning: {warning['text']}", err=True)


def _line(name: str, value: str) -> None:
    click.echo(f"{name:<12}{value}")


def _signed(signed: dict[str, Any]) -> str:
    if not signed["checkpoint_at"]:
        told = "no checkpoint yet"
    else:
        told = f"last checkpoint {_age(signed['checkpoint_seconds'])} ago"
    return f"{told}, {signed['unsigned']} chains unsigned"


def _feed(each: dict[str, Any]) -> str:
    last = f"last message {_age(each['lag_seconds'])} ago" if each["last_message_at"] else "no message yet"
    run = f"last import {each['run']}{_when(each)}, {each['rejected']} rejected"
    complete = f"; complete up to {_minute(each['complete_to'])}" if each["complete_to"] else ""
    return f"{each['organization']} {each['feed']}: {last}; {run}{complete}"


def _when(each: dict[str, Any]) -> str:
    at = each["run_finished_at"] or each["run_started_at"]
    return f" {_minute(at)}" if at else ""


def _minute(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"


def _age(seconds: float) -> str:
    """Return an age as a person says it."""
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"
