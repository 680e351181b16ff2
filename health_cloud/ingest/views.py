"""What an import tells: its summary, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from health_cloud.core.vocabulary import RecordClass

ACCOUNTS = ("entry", "attached", "held", "unchanged", "rejected")


@dataclass(frozen=True)
class Options:
    """What a feed promises.

    Attributes:
        prescriptions: `settled` when it sends only what is paid.
        archived: `finished` when a finished stay is an archived one, `message` when that is told apart.
    """

    prescriptions: Literal["settled", "unsettled"] = "unsettled"
    archived: Literal["finished", "message"] = "finished"


@dataclass(frozen=True)
class Rejected:
    """Something that could not be read. `position` is a line, or an entry of a bundle; 0 is the file itself."""

    file: str
    position: int
    cause: str


@dataclass(frozen=True)
class Progress:
    """How far a run is. `left` counts patients not decided yet; while reading it is 0."""

    phase: Literal["reading", "deciding"]
    file: str
    resources: int
    megabytes: float
    left: int = 0


@dataclass
class Counts:
    """What a run counts, as it stands in its row between transactions."""

    resources: int = 0
    patients: int = 0
    accounted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    published: dict[str, int] = field(default_factory=lambda: {each.value: 0 for each in RecordClass})
    withdrawn: int = 0
    held: dict[str, int] = field(default_factory=dict[str, int])
    cases: dict[str, int] = field(default_factory=dict[str, int])
    rejected: list[list[Any]] = field(default_factory=list[list[Any]])
    seconds: float = 0.0


@dataclass(frozen=True)
class Summary:
    """What a whole run did; `resources` is the sum of `accounted`."""

    resources: int
    patients: int
    accounted: dict[str, int]
    published: dict[str, int]
    withdrawn: int
    held: dict[str, int]
    cases: dict[str, int]
    rejected: tuple[Rejected, ...]
    seconds: float


@dataclass(frozen=True)
class FeedState:
    """How a feed stands, for `status`. Times are ISO text, empty where there is none.

    Attributes:
        organization: code of the hospital.
        last_message_at: when something new last arrived; the same files again are nothing new.
        lag_seconds: how long ago that is; 0 where nothing has arrived.
        run: of the last import: `none`, `running`, `interrupted`, `done` or `left` (others came before it went on).
        resources: what the last import read so far.
        rejected: what of it could not be read.
        held: what of it waits, by reason.
        cycle: how often it promises to deliver.
        complete_to: up to then everything that it sent is here.
        complete: `whole`, `first` (nothing is complete yet), `silent`, `cut_off`, `refused`: what patients are told.
    """

    organization: str
    feed: str
    last_message_at: str
    lag_seconds: int
    run: str
    run_started_at: str
    run_finished_at: str
    resources: int
    rejected: int
    held: dict[str, int]
    cycle: str
    complete_to: str
    complete: str


@dataclass(frozen=True)
class OpenCases:
    """How many data-quality cases of one rule are open in one hospital."""

    organization: str
    rule: str
    count: int


@dataclass(frozen=True)
class Remapped:
    """What mapping a hospital's imports anew has done up to now.

    Attributes:
        organization: its code. `records` patient records of `total` are done.
        entries, versions: whose contents are shown otherwise now.
        summaries: what is said apart from any visit, likewise.
        left: records of which more would change than our mapping: the next import decides them.
    """

    organization: str
    records: int
    total: int
    entries: int
    versions: int
    summaries: int
    left: int
