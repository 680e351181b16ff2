"""Files, folders and archives, opened one after another; what may not be opened is reported, not raised."""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
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


def files_of(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """Return (name, path) of every file to read, in sorted order.

    Raises:
        Invalid: a path does not exist.
    """
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.rglob("*") if each.is_file() and _wanted(each.name))
            found += [(each.relative_to(path).as_posix(), each) for each in inside]
        elif path.is_file():
            found.append((path.name, path))
        else:
            raise Invalid("ingest.error.path", field="path", path=str(path))
    return sorted(found, key=lambda each: (each[0], str(each[1])))


def opened(files: Iterable[tuple[str, Path]]) -> Iterator[Opened | Refused]:
    """Open each file in turn, archives member by member."""
    for name, path in files:
        try:
            if name.lower().endswith(_ARCHIVES):
                yield from _members(name, path)
            else:
                with path.open("rb") as raw:
                    yield from _plain(name, raw)
        except BROKEN:
            yield Refused(name, 0, "broken_file")


def _wanted(name: str) -> bool:
    small = name.lower()
    return not name.startswith(".") and small.endswith((".json", ".gz", *_LINES, *_ARCHIVES))


def _plain(name: str, raw: IO[bytes]) -> Iterator[Opened | Refused]:
    inner = name.lower()
    if inner.endswith(".gz"):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield Opened(name, unpacked, inner.removesuffix(".gz").endswith(_LINES))  # pyright: ignore[reportArgumentType]
    else:
        yield Opened(name, raw, inner.endswith(_LINES))


def _members(name: str, path: Path) -> Iterator[Opened | Refused]:
    """Read an archive as a stream; nothing is ever written to disk."""
    with closing(tarfile.open(path, mode="r|*")) as archive:
        for member in archive:
            archive.members = []  # pyright: ignore[reportAttributeAccessIssue] - a stream needs no index; keeps memory flat
            inside = f"{name}:{member.name}"
            cause = _unsafe(member)
            if cause:
                yield Refused(inside, 0, cause)
            elif member.isfile() and _wanted(PurePosixPath(member.name).name):
                yield from _member(inside, archive.extractfile(member))


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
