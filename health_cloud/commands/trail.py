"""The command that proves the audit trail."""

from __future__ import annotations

import json
import sys

import click

from health_cloud.commands.group import WANTING, as_json, group, plainly, ready


@group.group()
def ledger() -> None:
    """The audit trail."""


@ledger.command(short_help="Check every chain against the signed checkpoints.")
@as_json
@plainly
def verify(*, as_json: bool) -> None:
    """Walk every chain and compare it with the signed checkpoints.

    Exit code 3 if a line was changed, removed, added or moved.
    """
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


@ledger.command(short_help="Print the public key that checks the ledger's signatures.")
@as_json
@plainly
def key(*, as_json: bool) -> None:
    """Print the public key that checks every signature of the ledger, and the number that patients see of it.

    Publish it where the database cannot change it.
    """
    from hashlib import sha256

    from health_cloud.core.witness import public_key

    ready()
    found = public_key()
    number = sha256(found.encode()).hexdigest()[:16]
    click.echo(json.dumps({"key": found, "number": number}) if as_json else f"{found}\n{number}")
