"""The command that imports files from a hospital's systems."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from health_cloud.commands.group import as_json, group, plainly, ready


@group.group()
def ingest() -> None:
    """Import files from a hospital's systems."""


@ingest.command(short_help="Import FHIR R4 files, folders and archives.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@click.option("--organization", required=True, metavar="CODE", help="The hospital's code; made when it is new.")
@click.option("--name", default="", metavar="NAME", help="The hospital's name, when it is new.")
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
    """Import FHIR R4: JSON, NDJSON, gzip, tar archives, and folders of them.

    May be killed at any point and run again; the same files again change nothing. What cannot be read is listed as
    rejected and holds up nothing else; the exit code stays 0. docs/import.md explains every word of the summary.

    \b
    Example: ingest fhir /mnt/export --organization H001 --name 第一医院
    """  # noqa: D301 - click's mark for lines that stay as they are
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
