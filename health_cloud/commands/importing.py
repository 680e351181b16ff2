"""The command that imports files from a hospital's systems."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from health_cloud.commands.group import as_json, group, plainly, ready

if TYPE_CHECKING:
    from health_cloud.chart.service.sources import Promise


@group.group()
def ingest() -> None:
    """Import files from a hospital's systems."""


def _promising(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options by which a hospital says how its feed delivers."""
    for option in (
        click.option(
            "--silent-after",
            type=click.IntRange(1, 24 * 366),
            metavar="HOURS",
            help="Tell patients when nothing has come for so long; else 4 hours (real-time) or 30.",
        ),
        click.option(
            "--cycle",
            type=click.Choice(["real-time", "day", "night", "none"]),
            help="How often the feed delivers: day is within 24 hours, which a new feed does; none promises nothing.",
        ),
        click.option("--feed-name-en", metavar="NAME", help="The same in English."),
        click.option("--feed-name", metavar="NAME", help="What the hospital calls the feed; patients read it."),
    ):
        command = option(command)
    return command


def _promise(feed_name: str | None, feed_name_en: str | None, cycle: str | None, silent_after: int | None) -> Promise:
    from health_cloud.chart.service.sources import Promise
    from health_cloud.core.words import Words

    named = feed_name is not None or feed_name_en is not None
    name = Words(feed_name or "", feed_name_en or "") if named else None
    return Promise(name, cycle.replace("-", "_") if cycle else None, silent_after)


@ingest.command(short_help="Say how a hospital's feed delivers.")
@click.option("--organization", required=True, metavar="CODE", help="The hospital's code.")
@_promising
@plainly
def feed(
    organization: str, feed_name: str | None, feed_name_en: str | None, cycle: str | None, silent_after: int | None
) -> None:
    """Say how a hospital's feed delivers: what it is called, how often it comes, and after how long silence is told.

    What is not given stays as it was. Open screens follow at once.

    \b
    Example: ingest feed --organization H001 --cycle night --feed-name 检验系统
    """  # noqa: D301 - click's mark for lines that stay as they are
    from health_cloud.ingest.service.promises import promise

    ready()
    promise(organization, _promise(feed_name, feed_name_en, cycle, silent_after))


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
@_promising
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    metavar="TIME",
    help="When the files were exported, as 2026-04-14T02:00 on the hospital's clock; else the start of the import.",
)
@as_json
@plainly
def fhir(
    paths: tuple[Path, ...],
    organization: str,
    name: str,
    prescriptions: Literal["settled", "unsettled"],
    archived: Literal["finished", "message"],
    feed_name: str | None,
    feed_name_en: str | None,
    cycle: str | None,
    silent_after: int | None,
    as_of: datetime | None,
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
        promise=_promise(feed_name, feed_name_en, cycle, silent_after),
        as_of=as_of,
        progress=None if as_json else lambda now: click.echo(said(now), err=True),
    )
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))
        return
    for line in told(summary):
        click.echo(line)
