"""Commands for the key ring: create, rotate."""

from __future__ import annotations

import json

import click

from health_cloud.commands.group import as_json, fail, group, plainly, ready
from health_cloud.core.words import Words


@group.group()
def keys() -> None:
    """The key ring that seals names, numbers and contents."""


@keys.command(short_help="Make the key ring of a new installation.")
@as_json
@plainly
def create(*, as_json: bool) -> None:
    """Make a key ring where HEALTH_CLOUD_KEYS_FILE says; never over one that is there.

    Touches nothing else. Keep a copy of it apart from the data: without it they cannot be read.
    """
    from health_cloud.core import crypto
    from health_cloud.core.settings import settings

    path = settings().keys
    if path.exists():
        fail(
            Words(
                f"{path} 已经存在，可能已有数据用它加密：不会覆盖",
                f"{path} is there already, and data may be sealed with it: it is left as it is",
            )
        )
    crypto.create_ring(path)
    told = f"Made {path}. Keep a copy apart from the data: without it they cannot be read."
    click.echo(json.dumps({"keys": str(path)}) if as_json else told)


@keys.command(short_help="Seal everything anew with a new key.")
@as_json
@plainly
def rotate(*, as_json: bool) -> None:
    """Add a sealing key and seal everything with it again; drops the old key when nothing is left on it.

    The app may go on running. May be stopped and run again.
    """
    from health_cloud.core import crypto, rotation
    from health_cloud.core.actors import system
    from health_cloud.core.settings import settings

    ready()
    crypto.ring()  # a new demonstration has no ring yet
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
