"""One line of one's own ledger, with what was asked of it and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session

from health_cloud.access.service.asked import line_to_ask, own_words, why_topic
from health_cloud.access.service.ledger import own_chain
from health_cloud.access.service.ledger_words import NOTHING, LedgerRow, names_of, row_of
from health_cloud.core.actors import Actor
from health_cloud.core.settings import settings

_NO_ROW = LedgerRow("", "", "", "", NOTHING, NOTHING, "", 0, "", "")


@dataclass(frozen=True)
class WhyPage:
    """One line. `question` is what was added to the question; `hours` how long whoever looked has for an answer."""

    row: LedgerRow = field(default=_NO_ROW)
    question: str = ""
    hours: int = 0
    topics: tuple[str, ...] = ()


NO_LINE = WhyPage()


def why_page(session: Session, actor: Actor, line_id: str) -> WhyPage:
    """Return a line of the actor's own ledger; reading it leaves no line, as it shows nothing but the ledger.

    Raises:
        Denied: the actor has no records of their own.
        NotFound: no such line, somebody else's, or none of which this can be asked.
    """
    own_chain(session, actor)
    line = line_to_ask(session, actor, line_id)
    row = row_of(actor, line, names_of(session, actor, [line]))
    return WhyPage(row, own_words(session, line.id), settings().why_hours, (why_topic(actor.subject_id),))
