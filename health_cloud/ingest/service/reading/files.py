"""Files, folders and archives, opened one after another; what may not be opened is reported, not raised."""

from __future__ import annotations

import gzip
import lzma
import os
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from health_cloud.core.errors import Invalid

MEMBER_LIMIT = 256 * 1024 * 1024
RUN_LIMIT = 50 * 1024**3
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")
_LINES = (".ndjson", ".jsonl")
BROKEN = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError)
"""What reading a damaged archive or compressed file raises."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file to read, or with a `cause` something that cannot be looked into.

    Attributes:
        name: as reports call it: inside its folder; the whole path where two are called alike.
        path: where it lies.
        cause: why it is not read.
    """

    name: str
    path: Path
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open now, until the next one is asked for. `lines`: NDJSON."""

    name: str
    stream: IO[bytes]
    lines: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, member or item that was not read. `position` 0 is the file itself."""

    name: str
    position: int
    cause: str


class Budget:
    """How much a run has unpacked, so that no archive can feed it for ever."""

    def __init__(self, limit: int = RUN_LIMIT) -> None:
        self.limit, self.read = limit, 0

    def spend(self, size: int) -> None:
        """Note bytes that were read."""
        self.read += size

    @property
    def spent(self) -> bool:
        """Whether the run has to stop reading."""
        return self.read > self.limit


def files_of(paths: Iterable[Path]) -> list[Listed]:
    """Return every file to read, in sorted order; what cannot be looked into stands among them with its cause.

    Raises:
        Invalid: a path does not exist.
    """
    found: list[Listed] = []
    for path in paths:
        if path.is_dir():
            found += _inside(path)
        elif path.exists():
            found.append(Listed(path.name, path))
        else:
            raise Invalid("ingest.error.path", field="path", path=str(path))
    often = Counter(each.name for each in found)
    told = [each if often[each.name] == 1 else replace(each, name=each.path.as_posix()) for each in found]
    return sorted(told, key=lambda each: (each.name, str(each.path)))


def _inside(folder: Path) -> list[Listed]:
    """Look through a folder. Links to folders are not followed: they can lead in circles."""
    found: list[Listed] = []

    def closed(error: OSError) -> None:
        path = Path(error.filename)
        found.append(Listed(path.relative_to(folder).as_posix() + "/", path, "unreadable"))

    for place, _, names in os.walk(folder, onerror=closed):
        paths = (Path(place) / name for name in names if _wanted(name))
        found += [Listed(path.relative_to(folder).as_posix(), path) for path in paths]
    return found


def opened(files: Iterable[Listed], budget: Budget) -> Iterator[Opened | Refused]:
    """Open each file in turn, archives member by member."""
    for each in files:
        if each.cause:
            yield Refused(each.name, 0, each.cause)
            continue
        try:
            if each.name.lower().endswith(_ARCHIVES):
                yield from _members(each.name, each.path, budget)
            elif not each.path.is_file():
                yield Refused(each.name, 0, "unreadable")
            else:
                with each.path.open("rb") as raw:
                    yield from _plain(each.name, raw)
        except (PermissionError, FileNotFoundError):
            yield Refused(each.name, 0, "unreadable")
        except BROKEN:
            yield Refused(each.name, 0, "broken_file")


def _wanted(name: str) -> bool:
    small = name.lower()
    return not name.startswith(".") and small.endswith((".json", ".gz", *_LINES, *_ARCHIVES))


def _plain(name: str, raw: IO[bytes]) -> Iterator[Opened | Refused]:
    inner = name.lower()
    if inner.endswith(".gz"):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield Opened(name, unpacked, inner.removesuffix(".gz").endswith(_LINES))  # pyright: ignore[reportArgumentType]
    elif _wanted(PurePosixPath(inner).name) or _begins_as_json(raw):
        yield Opened(name, raw, inner.endswith(_LINES))
    else:
        yield Refused(name, 0, "file_type")


def _begins_as_json(raw: IO[bytes]) -> bool:
    """Tell whether a file that is called otherwise may be JSON all the same."""
    begun = raw.read(1)
    raw.seek(0)
    return begun.isspace() or begun in (b"", b"{", b"[", b"\xef", b"\xff", b"\xfe")


class _Member(tarfile.TarInfo):
    """A member whose header may not be a file of its own: names and attributes of a gigabyte fill the memory."""

    def _proc_member(self, tarfile_: tarfile.TarFile) -> Any:
        if self.type in _HEADERS and self.size > _HEADER_LIMIT:
            raise tarfile.ReadError
        return super()._proc_member(tarfile_)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


_HEADER_LIMIT = 1024 * 1024
_HEADERS = frozenset(
    {
        tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
    }
)  # fmt: skip


def _members(name: str, path: Path, budget: Budget) -> Iterator[Opened | Refused]:
    """Read an archive as a stream; nothing is ever written to disk."""
    with closing(tarfile.open(path, mode="r|*", tarinfo=_Member)) as archive:
        for member in archive:
            archive.members = []  # pyright: ignore[reportAttributeAccessIssue] - a stream needs no index; keeps memory flat
            inside = f"{name}:{member.name}"
            cause = _unsafe(member)
            if cause:
                yield Refused(inside, 0, cause)
            elif member.isfile() and _wanted(PurePosixPath(member.name).name):
                yield from _member(inside, archive.extractfile(member))
                continue  # what is read of it is spent where it is read
            budget.spend(member.size)  # unpacked all the same, to get behind it
            if budget.spent:
                yield Refused(inside, 0, "run_too_large")
                return


def _member(inside: str, stream: IO[bytes] | None) -> Iterator[Opened | Refused]:
    if inside.lower().endswith(_ARCHIVES):
        yield Refused(inside, 0, "nested_archive")
    elif stream is not None:
        yield from _plain(inside, stream)


def _unsafe(member: tarfile.TarInfo) -> str:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        return "unsafe_path"
    if member.issym() or member.islnk():
        return "link"
    if not (member.isfile() or member.isdir()):
        return "device"
    return "too_large" if member.size > MEMBER_LIMIT else ""


def read_whole(stream: IO[bytes], limit: int, budget: Budget) -> bytes | None:
    """Return everything, or nothing when it is longer than the limit; at most that much is held."""
    parts: list[bytes] = []
    size = 0
    while chunk := stream.read(1 << 20):
        size += len(chunk)
        budget.spend(len(chunk))
        if size > limit or budget.spent:
            return None
        parts.append(chunk)
    return b"".join(parts)


def read_lines(stream: IO[bytes], limit: int, budget: Budget) -> Iterator[bytes | None]:
    """Yield each line without its end; nothing in place of one that is longer than the limit."""
    while not budget.spent:
        line = stream.readline(1 << 20)
        if not line:
            return
        budget.spend(len(line))
        if line.endswith(b"\n") or len(line) < 1 << 20:
            yield line.rstrip(b"\r\n")
        else:
            yield _long_line(line, stream, limit, budget)


def _long_line(begun: bytes, stream: Any, limit: int, budget: Budget) -> bytes | None:
    parts, size = [begun], len(begun)
    while not budget.spent:
        piece: bytes = stream.readline(1 << 20)
        budget.spend(len(piece))
        size += len(piece)
        if size <= limit:
            parts.append(piece)
        else:
            parts.clear()
        if not piece or piece.endswith(b"\n"):
            break
    return b"".join(parts).rstrip(b"\r\n") if parts else None
