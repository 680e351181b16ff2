"""What all commands share: the group, `--json`, getting ready, and failing in one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from health_cloud.core.words import Words

FAILED = 1
WANTING = 3
"""What was to be checked is not as it should be."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, for programs.")


class InOrder(click.Group):
    """Lists its commands in the order in which somebody comes to need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names as they were declared."""
        del ctx
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def group() -> None:
    """Health Cloud: a patient health-record app that runs inside a hospital.

    Settings come from the environment (HEALTH_CLOUD_*) or from .env; the README lists them. Data lie in
    HEALTH_CLOUD_DATA_DIR (data/): in SQLite, unless HEALTH_CLOUD_DATABASE_URL names a PostgreSQL. Every
    command that reads or writes data brings the database to the present first.

    \b
    Exit codes: 0  done
                1  refused or failed, said in one sentence
                2  wrong use
                3  checked, and found wanting (ledger verify, status --check)
    """  # noqa: D301 - click's mark for lines that stay as they are


def fail(why: Words) -> NoReturn:
    """Say what is wrong in one sentence, in both languages, and stop."""
    click.echo(why.en, err=True)
    if why.zh != why.en:
        click.echo(why.zh, err=True)
    sys.exit(FAILED)


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what can go wrong into one sentence: no traceback for what a person can mend."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        with _told():
            return command(*args, **kwargs)

    return told


@contextmanager
def _told() -> Iterator[None]:
    from alembic.util import CommandError
    from pydantic import ValidationError
    from pydantic_settings import SettingsError
    from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

    from health_cloud.commands import failures
    from health_cloud.core.errors import HealthCloudError

    try:
        yield
    except HealthCloudError as error:
        fail(failures.of_product(error))
    except (ValidationError, SettingsError) as error:
        fail(failures.of_settings(error))
    except CommandError as error:
        fail(failures.of_migration(error))
    except (IntegrityError, DataError):
        raise  # a fault of ours: its traceback is wanted
    except DatabaseError as error:
        fail(failures.of_database(error))
    except BrokenPipeError:
        raise  # `status | head`: click ends quietly
    except OSError as error:
        fail(failures.of_system(error))


def ready() -> None:
    """Bring the database to the present; every command that touches data does so first."""
    from importlib import import_module

    from health_cloud.core import migrations
    from health_cloud.core.settings import settings

    _require_writable(settings().data_dir)
    import_module("health_cloud.tables")  # every table, so that foreign keys between features are known
    migrations.migrate()


def _require_writable(folder: Path) -> None:
    from health_cloud.commands import failures

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new one is its owner's alone
        probe = folder / f".write-probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
        for path in folder.glob("health_cloud.db*"):
            with path.open("ab"):
                pass
    except OSError as error:
        fail(failures.of_folder(folder, error))
