"""The command that maps what was imported anew."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from health_cloud.commands.group import as_json, group, plainly, ready


@group.command(short_help="Map what was imported anew.")
@click.option("--organization", default="", metavar="CODE", help="Only this hospital's; else every hospital's.")
@as_json
@plainly
def remap(organization: str, *, as_json: bool) -> None:
    """Map everything that was imported anew, after an update that reads it better.

    Patients go on reading. What the hospital said stays as it is: no version, no "new", no message. May be killed at
    any point and run again; a second run changes nothing. While it runs, this hospital's imports have to wait.
    """
    from health_cloud.ingest.service.remapping import remap as remap_all

    ready()
    tell = None if as_json else lambda now: click.echo(f"{now.organization}: {now.records} of {now.total}", err=True)
    done = remap_all(organization, tell)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in done]))
        return
    for each in done:
        click.echo(
            f"{each.organization}: {each.records} patient records; {each.entries} entries ({each.versions} versions) "
            f"and {each.summaries} summaries are shown otherwise; {each.left} records are left to the next import."
        )
