"""The command line: `python -m health_cloud COMMAND`.

Exit codes: 0 done; 1 refused or failed, said in one sentence; 2 wrong use; 3 checked and found wanting.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, Literal, NoReturn

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
    from importlib import import_module

    from health_cloud.core import migrations

    import_module("health_cloud.tables")  # every table, so that foreign keys between features are known
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
    from health_cloud.demo import seeding
    from health_cloud.web import serving

    serving.choose(port, host)
    serving.require_free_port()
    ready()
    if seeding.is_wanted():
        seeding.seed(click.echo)
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


@main.command()
@click.option("--people", type=click.IntRange(0, 100_000), default=0, help="So many more people.")
@as_json
@plainly
def seed(people: int, *, as_json: bool) -> None:
    """Fill the demonstration with its invented hospital; demo mode only."""
    from dataclasses import asdict

    from health_cloud.demo import seeding

    ready()
    summary = seeding.seed(lambda word: click.echo(word, err=True), people=people)
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))


@main.group()
def ingest() -> None:
    """Import files from a hospital's systems."""


@ingest.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--organization", required=True, metavar="CODE", help="The hospital's code; made when it is new.")
@click.option("--name", default="", help="The hospital's name, when it is new.")
@click.option(
    "--prescriptions",
    type=click.Choice(["settled", "unsettled"]),
    default="unsettled",
    show_default=True,
    help="settled: the feed sends only prescriptions that are paid.",
)
@click.option(
    "--archived",
    type=click.Choice(["finished", "message"]),
    default="finished",
    show_default=True,
    help="finished: a finished stay is an archived one; message: the feed says so by a Provenance.",
)
@as_json
@plainly
def fhir(
    paths: tuple[Path, ...],
    organization: str,
    name: str,
    prescriptions: Literal["settled", "unsettled"],
    archived: Literal["finished", "message"],
    *,
    as_json: bool,
) -> None:
    """Import FHIR R4: JSON, NDJSON, gzip, tar archives, folders.

    May be killed and run again at any point; docs/import.md explains every word of the summary.
    """
    from health_cloud.ingest.service.run import ingest_fhir
    from health_cloud.ingest.service.telling import said, told

    ready()
    summary = ingest_fhir(
        paths,
        organization_code=organization,
        name=name,
        prescriptions=prescriptions,
        archived=archived,
        progress=None if as_json else lambda now: click.echo(said(now), err=True),
    )
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))
        return
    for line in told(summary):
        click.echo(line)


@main.group()
def people() -> None:
    """Accounts of physicians and staff, and codes for patients."""


def named(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the ways to name somebody."""
    for option in (
        click.option("--organization", default="", help="Code of the hospital, where a visit card is not enough."),
        click.option("--visit-card", default="", help="Number of a patient's visit card."),
        click.option("--national-id", default="", help="National ID number of a patient."),
        click.option("--login", default="", help="User name of a physician or staff member."),
    ):
        command = option(command)
    return command


@people.command()
@click.argument("role", type=click.Choice(["physician", "pharmacist", "staff", "auditor"]))
@click.argument("login")
@click.option("--name", default="", help="As patients see it; from the directory when left out.")
@click.option("--name-en", default="", help="The same in Latin letters.")
@click.option("--organization", default="", help="Code of the hospital, where there are several.")
@click.option("--practitioner", default="", help="Id of the physician in the hospital's feed.")
@as_json
@plainly
def add(role: str, login: str, name: str, name_en: str, organization: str, practitioner: str, *, as_json: bool) -> None:
    """Make an account; its owner sets password and authenticator with a code (people code --login)."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.core.policy import Role
    from health_cloud.core.words import Words
    from health_cloud.identity.service import accounts

    ready()
    called = Words(name, name_en or name)
    made = db.perform(
        accounts.add_account,
        system("command line"),
        Role(role),
        login,
        called,
        organization=organization,
        practitioner=practitioner,
    )
    click.echo(json.dumps(asdict(made), ensure_ascii=False) if as_json else f"Made {made.login} ({made.role}).")


@people.command()
@named
@as_json
@plainly
def code(login: str, national_id: str, visit_card: str, organization: str, *, as_json: bool) -> None:
    """Print an activation code: it opens once, within 7 days."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts
    from health_cloud.identity.service.totp import printed

    ready()
    who = accounts.Named(login, national_id, visit_card, organization)
    made = db.perform(accounts.issue_code, system("command line"), who)
    if as_json:
        click.echo(json.dumps(asdict(made)))
        return
    click.echo(printed(f"{made.address}#{made.code}"))
    click.echo(f"{made.code}  until {made.until}  at {made.address}")


@people.command()
@named
@plainly
def unlock(login: str, national_id: str, visit_card: str, organization: str) -> None:
    """Let somebody try again after too many failures; opens a disabled account."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts

    ready()
    db.perform(accounts.unlock, system("command line"), accounts.Named(login, national_id, visit_card, organization))
    click.echo("Unlocked.")


@people.command()
@named
@plainly
def disable(login: str, national_id: str, visit_card: str, organization: str) -> None:
    """Close an account and end its sessions at once."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts

    ready()
    who = accounts.Named(login, national_id, visit_card, organization)
    click.echo(f"Disabled; {db.perform(accounts.disable, system('command line'), who)} sessions ended.")


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
