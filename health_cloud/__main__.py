"""The command line: `python -m health_cloud COMMAND`.

Exit codes: 0 done; 1 refused or failed, said in one sentence; 2 wrong use; 3 checked and found wanting.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

FAILED = 1
WANTING = 3

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, for programs.")


def fail(sentence: str) -> NoReturn:
    """Say what is wrong in one sentence and stop."""
    click.echo(sentence, err=True)
    sys.exit(FAILED)


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what can go wrong into one sentence: no traceback for what a person can mend."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        from pydantic import ValidationError
        from sqlalchemy.exc import OperationalError

        from health_cloud.core.errors import HealthCloudError
        from health_cloud.core.i18n import say

        try:
            return command(*args, **kwargs)
        except HealthCloudError as error:
            fail(say(error.key, "en", **error.params))
        except ValidationError as error:
            fail("Settings: " + "; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors()))
        except PermissionError as error:
            fail(f"{error.filename} cannot be written: give this user the right, or set HEALTH_CLOUD_DATA_DIR.")
        except OperationalError as error:
            fail(f"The database does not answer: {error.orig}".splitlines()[0])
        except OSError as error:
            fail(f"{error.filename or 'The system'}: {error.strerror}.")

    return told


def ready() -> None:
    """Bring the database to the present; every command does so first."""
    from health_cloud import tables
    from health_cloud.core import migrations

    assert tables.FEATURES
    migrations.migrate()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Health Cloud: a patient health-record app that runs inside a hospital.

    Settings come from the environment (HEALTH_CLOUD_*) or .env; the README lists them. Data lie in
    HEALTH_CLOUD_DATA_DIR (data/), in SQLite unless HEALTH_CLOUD_DATABASE_URL names a PostgreSQL. Every
    command brings the database to the present first.
    """


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; also PORT. Default 3000.")
@click.option("--host", help="Address to listen on. Default 127.0.0.1.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; more need Redis.")
@plainly
def run(port: int | None, host: str | None, workers: int) -> None:
    """Migrate, seed the demonstration when empty, build the screens when changed, and serve."""
    from health_cloud.web import serving

    serving.choose(port, host)
    serving.require_free_port()
    ready()
    serving.build_if_changed(click.echo)
    serving.serve(click.echo, workers)


@main.command()
@plainly
def build() -> None:
    """Build the screens when their sources changed."""
    from health_cloud.web import serving

    if not serving.build_if_changed(click.echo):
        click.echo("The screens are up to date.")


@main.command()
@as_json
@plainly
def migrate(*, as_json: bool) -> None:
    """Bring the database to the present."""
    from health_cloud.core import migrations

    before = migrations.current() if _database_exists() else ""
    ready()
    after = migrations.current()
    if as_json:
        click.echo(json.dumps({"before": before, "after": after}))
    else:
        click.echo(f"Up to date at {after}." if before == after else f"Migrated from {before or 'nothing'} to {after}.")


def _database_exists() -> bool:
    from health_cloud.core.settings import settings

    now = settings()
    return not now.database.startswith("sqlite") or Path(now.database.removeprefix("sqlite:///")).exists()


@main.group()
def ledger() -> None:
    """The audit trail."""


@ledger.command()
@as_json
@plainly
def verify(*, as_json: bool) -> None:
    """Walk every chain and compare it with the signed checkpoints; exit code 3 if anything was changed."""
    from health_cloud.core import db, witness
    from health_cloud.core import ledger as lines
    from health_cloud.core.settings import settings

    ready()
    problems: list[lines.Problem] = []
    count = 0
    with db.reading() as session:
        for found in lines.verify(session):
            if isinstance(found, lines.Problem):
                problems.append(found)
            else:
                count = found
        problems += witness.verify(session, settings().witness_folder)
    if as_json:
        click.echo(json.dumps({"lines": count, "problems": [vars(problem) for problem in problems]}))
    else:
        for problem in problems:
            click.echo(" ".join(str(part) for part in vars(problem).values()))
        click.echo(f"{count} lines, {len(problems)} problems.")
    sys.exit(WANTING if problems else 0)


@main.group()
def keys() -> None:
    """The key ring that seals names, numbers and contacts."""


@keys.command()
@plainly
def create() -> None:
    """Make a key ring where HEALTH_CLOUD_KEYS_FILE says; never over one that is there."""
    from health_cloud.core import crypto
    from health_cloud.core.settings import settings

    if settings().keys.exists():
        fail(f"{settings().keys} is there already, and data may be sealed with it.")
    crypto.create_ring(settings().keys)
    click.echo(f"Made {settings().keys}. Keep a copy apart from the data: without it they cannot be read.")


@keys.command()
@as_json
@plainly
def rotate(*, as_json: bool) -> None:
    """Add a sealing key and seal everything with it again; may be stopped and run again, under load too."""
    from health_cloud.core import crypto, rotation
    from health_cloud.core.actors import system
    from health_cloud.core.settings import settings

    ready()
    crypto.add_sealing_key(settings().keys)
    crypto.ring.cache_clear()
    done = rotation.rotate(
        system("command line"), None if as_json else lambda now: click.echo(f"{now.column}: {now.count}")
    )
    dropped = crypto.drop_sealing_keys(settings().keys)
    if as_json:
        click.echo(json.dumps({"sealed": {item.column: item.count for item in done}, "dropped": dropped}))
    else:
        click.echo(f"{sum(item.count for item in done)} values sealed again; {len(dropped)} old keys dropped.")


@main.command()
@as_json
@plainly
def status(*, as_json: bool) -> None:
    """Say where things stand: mode, database, schema, screens, keys, witness."""
    from health_cloud.core import migrations
    from health_cloud.core.settings import settings
    from health_cloud.web import tool_chain

    ready()
    now = settings()
    facts: dict[str, Any] = {
        "mode": now.mode,
        "address": now.origin,
        "database": now.database.partition("://")[0].partition("+")[0],
        "data": str(now.data_dir.absolute()),
        "schema": migrations.current(),
        "schema_is_current": migrations.current() == migrations.head(),
        "screens_built": tool_chain.is_built(),
        "keys": str(now.keys),
        "witness": str(now.witness_folder),
        "warnings": [] if now.witness else ["the ledger's witness is a folder of this machine (HEALTH_CLOUD_WITNESS)"],
    }
    if as_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        if name != "warnings":
            click.echo(f"{name.replace('_', ' '):<18} {value}")
    for warning in facts["warnings"]:
        click.echo(f"warning: {warning}", err=True)


if __name__ == "__main__":
    main(prog_name="python -m health_cloud")
