"""Filters of one's own ledger: from the address to the chain and back. In the address stand keys, and no name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.ledger import Narrowed
from health_cloud.core.policy import Basis, Role
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.views.filters import NO_CHOICE, OneOf, Option

AT = "/ledger"
PHYSICIANS, ONESELF, FAMILY, HOSPITAL, REFUSED = "physicians", "me", "family", "hospital", "refused"
WHO = (PHYSICIANS, ONESELF, FAMILY, HOSPITAL, REFUSED)
_SPANS = {"30d": timedelta(days=30), "12m": timedelta(days=365)}
_FAILED = (ledger.REFUSED, ledger.FAILED)
_YEAR = 4
_YEARS = 10
"""So many years are offered, the newest."""


@dataclass(frozen=True)
class Asked:
    """A filter as the address has it; empty is everything.

    Attributes:
        who: one of `WHO`.
        cls: a record class.
        period: `30d`, `12m` or a year.
    """

    who: str = ""
    cls: str = ""
    period: str = ""


UNFILTERED = Asked()


@dataclass(frozen=True)
class LedgerFilters:
    """All that a ledger may be narrowed by; `every` is its address without any filter."""

    every: str = AT
    narrowed: bool = False
    who: OneOf = NO_CHOICE
    cls: OneOf = NO_CHOICE
    period: OneOf = NO_CHOICE


NO_FILTERS = LedgerFilters()


def asked_of(query: Mapping[str, str]) -> Asked:
    """Read a filter from an address; what is none of ours is passed over."""
    who, cls, period = (query.get(name, "") for name in ("who", "cls", "period"))
    return Asked(
        who=who if who in WHO else "",
        cls=cls if cls in set(RecordClass) else "",
        period=period if period in _SPANS or _is_year(period) else "",
    )


def _is_year(text: str) -> bool:
    return len(text) == _YEAR and text.isascii() and text.isdecimal() and "1900" <= text <= "9998"


def address(asked: Asked) -> str:
    """Return where the ledger stands under a filter."""
    given = [f"{name}={value}" for name, value in asdict(asked).items() if value]
    return AT + (f"?{'&'.join(given)}" if given else "")


def narrowed_by(actor: Actor, asked: Asked) -> Narrowed:
    """Return a filter as the ledger takes it, for whoever reads."""
    who = {
        PHYSICIANS: Narrowed(roles=(Role.PHYSICIAN.value, Role.PHARMACIST.value)),
        ONESELF: Narrowed(account=actor.account_id),
        FAMILY: Narrowed(
            roles=(Role.PATIENT.value,), beside=actor.account_id, bases=(Basis.GUARDIAN.value, Basis.OWN.value)
        ),
        HOSPITAL: Narrowed(roles=(Role.STAFF.value, Role.AUDITOR.value, Role.SYSTEM.value)),
        REFUSED: Narrowed(outcomes=_FAILED),
    }
    since, until = _bounds(asked.period)
    return replace(who.get(asked.who, Narrowed()), record_class=asked.cls, since=since, until=until)


def _bounds(period: str) -> tuple[datetime | None, datetime | None]:
    if period in _SPANS:
        return now() - _SPANS[period], None
    if not period:
        return None, None
    zone = ZoneInfo(settings().timezone)
    return datetime(int(period), 1, 1, tzinfo=zone), datetime(int(period) + 1, 1, 1, tzinfo=zone)


def filters_of(asked: Asked, first: datetime) -> LedgerFilters:
    """Return what may be chosen, and what is.

    Args:
        asked: the filter.
        first: when the first line of the chain was written: there is no year before it.
    """
    zone = ZoneInfo(settings().timezone)
    newest, oldest = now().astimezone(zone).year, first.astimezone(zone).year
    years = [str(year) for year in range(newest, max(oldest - 1, newest - _YEARS), -1)] if oldest < newest else []
    if _is_year(asked.period) and asked.period not in years:
        years.append(asked.period)
    spans = [Option(address(replace(asked, period=key)), text=f"access.ledger.filter.last.{key}") for key in _SPANS]
    return LedgerFilters(
        narrowed=asked != UNFILTERED,
        who=_one_of(
            asked,
            "who",
            [Option(address(replace(asked, who=key)), text=f"access.ledger.filter.who.{key}") for key in WHO],
        ),
        cls=_one_of(
            asked, "cls", [Option(address(replace(asked, cls=key)), text=f"ui.class.{key}") for key in RecordClass]
        ),
        period=_one_of(
            asked, "period", [*spans, *(Option(address(replace(asked, period=year)), year=year) for year in years)]
        ),
    )


def _one_of(asked: Asked, name: str, named: Sequence[Option]) -> OneOf:
    every = Option(address(replace(asked, **{name: ""})), text=f"access.ledger.filter.every.{name}")
    return OneOf(address(asked), [every, *named])
