"""Commands that make the product ready and serve it: run, build, migrate, seed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from health_cloud.commands.group import as_json, group, plainly, ready


@group.command(short_help="Make everything ready and serve.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; also PORT. Default 3000.")
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Default 127.0.0.1.")
@plainly
def run(port: int | None, host: str | None) -> None:
    """Serve the product until Ctrl+C or SIGTERM.

    First migrates the database, seeds the demonstration when it is empty (demo mode), and builds the screens when
    their sources changed.
    """
    from health_cloud.demo import seeding
    from health_cloud.web import serving

    serving.choose(port, host)
    serving.require_free_port()
    ready()
    if seeding.is_wanted():
        seeding.seed(click.echo)
    serving.build_if_changed(click.echo)
    serving.serve(click.echo)


@group.command(short_help="Build the screens when their sources changed.")
@plainly
def build() -> None:
    """Build the screens when their sources changed.

    Writes to the product's own folder and touches no data, so that one user may build and another serve.
    """
    from health_cloud.web import serving

    if not serving.build_if_changed(click.echo):
        click.echo("The screens are up to date.")


@group.command()
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


@group.command(short_help="Fill the demonstration with its invented hospital.")
@click.option("--people", type=click.IntRange(0, 100_000), default=0, metavar="NUMBER", help="So many more people.")
@as_json
@plainly
def seed(people: int, *, as_json: bool) -> None:
    """Fill the demonstration with its invented hospital; in demo mode only.

    Done again, it only brings what is missing.
    """
    from health_cloud.demo import seeding

    ready()
    summary = seeding.seed(lambda word: click.echo(word, err=True), people=people)
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))
