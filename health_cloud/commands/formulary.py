"""Commands of prescribing: a hospital's formulary, and the secret by which its cashier reports payments."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from health_cloud.commands.group import FAILED, as_json, group, plainly, ready


@group.group()
def formulary() -> None:
    """What a hospital prescribes online."""


@formulary.command(short_help="Load a formulary from a CSV file, and take it.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hospital", default="", metavar="CODE", help="The hospital, where there are several.")
@click.option("--offer", is_flag=True, help="Only offer it: staff look at what it changes and take it on their page.")
@as_json
@plainly
def load(file: Path, hospital: str, *, offer: bool, as_json: bool) -> None:
    """Load a formulary from a CSV file, whole or not at all; docs/formulary.md has the format.

    What is wrong is said by line. It is prescribed from at once, unless it is only offered.

    \b
    Example: formulary load formulary.csv --hospital songyun
    """  # noqa: D301 - click's mark for lines that stay as they are
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.prescribing.service import formulary as service
    from health_cloud.prescribing.service.reading import Unreadable

    ready()
    actor, raw = system("command line"), file.read_bytes()
    with db.reading() as session:
        organization_id = service.hospital_of(session, hospital)
    try:
        made = db.perform(service.load_formulary, actor, raw, organization_id)
    except Unreadable as unread:
        for each in unread.problems:
            click.echo(f"line {each.line}, {each.column}: {each.words.en} / {each.words.zh}", err=True)
        click.echo("Nothing was loaded.", err=True)
        sys.exit(FAILED)
    if not offer:
        db.perform(service.take_loaded, actor, organization_id, made.id)
    told = {**asdict(made), "taken": not offer}
    words = f"Version {made.number}: {made.medicines} medicines, {'offered' if offer else 'in force'}."
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else words)


@group.group()
def cashier() -> None:
    """How a hospital's cashier reports payments."""


@cashier.command(short_help="Make the secret by which a cashier signs; the one before ends.")
@click.option("--hospital", default="", metavar="CODE", help="The hospital, where there are several.")
@as_json
@plainly
def secret(hospital: str, *, as_json: bool) -> None:
    """Make the secret by which a hospital's cashier signs what it reports; the one before ends at once.

    It is printed this once; docs/prescribing.md has the format of reports.
    """
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.prescribing.service import formulary as service
    from health_cloud.prescribing.service import paying

    ready()
    with db.reading() as session:
        organization_id = service.hospital_of(session, hospital)
    made = db.perform(paying.set_secret, system("command line"), organization_id)
    click.echo(json.dumps({"secret": made}) if as_json else made)
