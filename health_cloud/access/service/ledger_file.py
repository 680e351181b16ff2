"""One's own ledger as one file: plain words, what is hashed, the signed head, and a page that checks it offline.

The format is docs/ledger-file.md. Of a line the file shows what its hash covers; columns that may name somebody else
stand there as salted digests, and only who acted is opened, where the screen says it too.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from health_cloud.access.service.ledger import own_chain
from health_cloud.access.service.ledger_words import LedgerRow, Names, names_of, row_of
from health_cloud.access.views import Why
from health_cloud.core import clock, ledger, witness
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.i18n import say
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.core.settings import settings
from health_cloud.core.witness import Witnessed
from health_cloud.core.words import Language
from health_cloud.identity.service.people import person_name
from health_cloud.identity.service.relations import decision_in

FORMAT = "health-cloud-ledger-1"
MOST = 20_000
"""So many lines, the newest; what came before them is in earlier files."""
_AN_HOUR = timedelta(hours=1)
_TIMES = 12
_BATCH = 500
_PAGE = Path(__file__).resolve().parents[1] / "verifier.html"
_PLACE = '<script id="ledger" type="application/json">null</script>'
_NAMED = frozenset(role.value for role in (Role.PHYSICIAN, Role.PHARMACIST, Role.STAFF, Role.AUDITOR, Role.SYSTEM))
"""Who acts here at work, and is named to the person; other patients never are."""


def note_taken(session: Session, actor: Actor) -> None:
    """Write into the chain that its lines are taken out, before any of them is.

    Raises:
        Denied: the actor has no records of their own.
        Invalid: taken too often within an hour: each time a head is signed.
    """
    decision = decision_in(session, actor, Action.TAKE_LEDGER)
    if not decision.allowed:
        raise Denied(action=Action.TAKE_LEDGER.value, person_id=actor.for_person_id)
    lately = select(func.count()).where(
        LedgerLine.actor_account_id == actor.account_id,
        col(LedgerLine.at) > clock.now() - _AN_HOUR,
        LedgerLine.action == Action.TAKE_LEDGER.value,
        LedgerLine.outcome == ledger.ALLOWED,
    )
    if session.exec(lately).one() >= _TIMES:
        raise Invalid("access.proof.too_many")
    ledger.write(session, actor, Action.TAKE_LEDGER, ledger.ALLOWED, person_id=actor.subject_id, decision=decision)


def proved_head(session: Session, actor: Actor) -> Witnessed:
    """Return the newest line of the actor's chain under a checkpoint that has left the database.

    Raises:
        Denied: the actor has no records of their own.
        Unavailable: the witness cannot be written to.
    """
    return witness.witnessed(session, settings().witness_folder, own_chain(session, actor))


def ledger_file(session: Session, actor: Actor, language: Language, proved: Witnessed) -> str:
    """Return the page: it shows the lines, and checks them wherever it is opened.

    Raises:
        Denied: the actor has no records of their own.
    """
    chain = own_chain(session, actor)
    lines = list(_told(session, actor, chain, language, proved.seq))
    whole: dict[str, Any] = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="microseconds"),
        "language": language,
        "zone": settings().timezone,
        "name": person_name(session, actor.subject_id).pick(language),
        "chain": chain,
        "lines": lines,
        "checkpoint": {**proved.statement, "signature": proved.signature, "index": proved.index, "path": proved.path},
        "key": proved.key,
    }
    digest = hashlib.sha256(ledger.canonical(whole)).hexdigest()
    whole["signature"] = witness.sign({"format": FORMAT, "sha256": digest})
    inside = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    before, after = _page().split(_PLACE)
    shown = before.replace("<!--LINES-->", "".join(_shown(line) for line in reversed(lines)))
    return shown + _PLACE.replace("null", inside) + after


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def _told(session: Session, actor: Actor, chain: str, language: Language, last: int) -> Iterator[dict[str, Any]]:
    """Tell the newest lines up to one that is proved, oldest first."""
    first = max(1, last - MOST + 1)
    while first <= last:
        lines = ledger.lines_from(session, chain, first, limit=min(_BATCH, last - first + 1))
        if not lines:
            return
        names = names_of(session, actor, lines)
        for line in lines:
            yield _line(actor, line, names, language)
            session.expunge(line)
        first = lines[-1].seq + 1


def _line(actor: Actor, line: LedgerLine, names: Names, language: Language) -> dict[str, Any]:
    early = ledger.is_early(line)
    columns = line.model_dump(exclude={"hash"})
    named = line.actor_account_id == actor.account_id or line.actor_role in _NAMED
    return {
        "seq": line.seq,
        "at": line.at.isoformat(timespec="microseconds"),
        "hash": line.hash,
        "words": _words(row_of(actor, line, names), language),
        "content": None if early else ledger.content_of(columns),
        "opened": {"actor_account_id": ledger.opened(line, "actor_account_id")} if named and not early else {},
    }


def _words(row: LedgerRow, language: Language) -> str:
    """Say a line as the screen does."""
    name = row.who.pick(language)
    if name and row.kin:
        name = say(row.by, language, kin=say(row.kin, language), name=name)
    said = say(row.say, language, name=name or say(row.by, language), count=row.shown, what=say(row.what, language))
    refused = say("access.ledger.refused", language) if row.icon == "refused" else ""
    why = say(row.why, language) if row.why else ""
    purpose = say("access.ledger.purpose", language, purpose=say(row.purpose, language)) if row.purpose else ""
    ends = [part for part in (row.department.pick(language), f"{refused}{why}".strip(), purpose) if part]
    return " · ".join([said, *ends, *_why(row.why_asked, language)])


def _why(why: Why, language: Language) -> list[str]:
    """Say what was asked of a line and answered."""
    if why.state in ("asked", "overdue"):
        return [say(f"access.why.file.{why.state}", language)]
    return [say("access.why.row.answered", language, name=why.by.pick(language), text=why.answer)] if why.answer else []


def _shown(line: dict[str, Any]) -> str:
    at = datetime.fromisoformat(line["at"]).astimezone(ZoneInfo(settings().timezone)).strftime("%Y-%m-%d %H:%M")
    return f"<li><time>{line['seq']} · {at}</time><span>{html.escape(line['words'])}</span></li>"
