"""What can go wrong on the command line, as one sentence in both languages: what it is, and what to do."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from alembic.util import CommandError
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from sqlalchemy.exc import DatabaseError

from health_cloud.core.errors import HealthCloudError
from health_cloud.core.i18n import say
from health_cloud.core.words import Words

_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_SECRET = ("SMS_TOKEN", "SMTP_URL", "DATABASE_URL")


def of_product(error: HealthCloudError) -> Words:
    """Return the product's own words."""
    return Words(say(error.key, "zh", **error.params), say(error.key, "en", **error.params))


def of_settings(error: ValidationError | SettingsError) -> Words:
    """Return which settings cannot be used, by the names of their variables."""
    if isinstance(error, SettingsError):
        found = re.search(r'field "(\w+)"', str(error))
        name = _variable(found[1] if found else "")
        return Words(
            f"{name} 的写法不对，要写成 JSON，见 README 的表", f"{name} is not JSON, see the table in the README"
        )
    told = [_setting(each) for each in error.errors()]
    return Words("设置有误：" + "；".join(each.zh for each in told), "Settings: " + "; ".join(each.en for each in told))


def _setting(problem: ErrorDetails) -> Words:
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return Words.same(message)
    name = _variable(str(problem["loc"][0]))
    if name == "HEALTH_CLOUD_PORT" and name not in os.environ and "PORT" in os.environ:
        name = "PORT"
    given = "" if name.endswith(_SECRET) else f"={problem['input']}"
    if name.endswith("PORT"):
        return Words(
            f"{name}{given} 不是端口号，请写 1 到 65535 的整数，例如 PORT=3000",
            f"{name}{given} is not a port: give a whole number from 1 to 65535, for example PORT=3000",
        )
    return Words(f"{name}{given} 不能用（{message}）", f"{name}{given} cannot be used ({message})")


def _variable(field: str) -> str:
    return field if field.isupper() else f"HEALTH_CLOUD_{field.upper()}"


def of_migration(error: CommandError) -> Words:
    """Return that the database is of another version."""
    return Words(
        f"数据库的结构不是这个版本认识的（{error}）：请用装过它的较新版本启动",
        f"The database has a structure that this version does not know ({error}): start the newer version that made it",
    )


def of_database(error: DatabaseError) -> Words:
    """Return what the database says, its first line."""
    said = (str(error.orig).splitlines() or ["-"])[0].removesuffix(".")
    if "not a database" in said or "malformed" in said:
        return Words(
            f"数据库文件已损坏（{said}）：请从备份恢复，或换一个 HEALTH_CLOUD_DATA_DIR",
            f"The database file is damaged ({said}): restore it from a backup, or choose another HEALTH_CLOUD_DATA_DIR",
        )
    if "permission denied" in said or "readonly" in said or "unable to open" in said:
        return Words(
            f"数据库不让写入（{said}）：请给当前用户写入的权限",
            f"The database may not be written ({said}): give this user the right to",
        )
    return Words(
        f"数据库没有回应（{said}）：请检查它是否在运行，以及 HEALTH_CLOUD_DATABASE_URL",
        f"The database does not answer ({said}): check that it runs, and HEALTH_CLOUD_DATABASE_URL",
    )


def of_folder(folder: Path, error: OSError) -> Words:
    """Return why the data folder cannot be used."""
    where, why = folder.absolute(), error.strerror
    if error.filename and Path(error.filename).suffix.startswith(".db"):
        where = Path(error.filename)
    return Words(
        f"{where} 不能写入（{why}）：请把它交给当前用户（chown -R），或用 HEALTH_CLOUD_DATA_DIR 换一个文件夹",
        f"{where} cannot be written ({why}): give it to this user (chown -R), or choose another folder with "
        "HEALTH_CLOUD_DATA_DIR",
    )


def of_system(error: OSError) -> Words:
    """Return what the operating system refused."""
    where = error.filename or "-"
    if error.errno in _UNWRITABLE:
        return Words(
            f"{where} 不能写入（{error.strerror}）：请给当前用户写入的权限，或用 HEALTH_CLOUD_DATA_DIR 换一个文件夹",
            f"{where} cannot be written ({error.strerror}): give this user the right, or choose another folder with "
            "HEALTH_CLOUD_DATA_DIR",
        )
    if error.errno == errno.ENOSPC:
        return Words("磁盘已满：请先腾出空间", "The disk is full: make room first")
    return Words.same(f"{where}: {error.strerror}")
