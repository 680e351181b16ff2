"""Proving who one is: identity document, card, three questions about visits, and something in one's hands.

Everything is judged together at the very end with one text; until then somebody known and somebody unknown see
the same pages, cost the same statements and leave the same rows (R2). Without the code that the hospital sent to
a contact it holds, or that the desk printed, nothing opens, whatever else is right (R1).
"""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from health_cloud.core import ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action
from health_cloud.core.settings import settings
from health_cloud.core.words import Language, Words
from health_cloud.identity.models import Code, Organization, Verification
from health_cloud.identity.service import ages, lookup, questions, recoveries, throttle, totp, typed
from health_cloud.identity.service.people import birth_date_of_person
from health_cloud.identity.service.questions import Drawn
from health_cloud.identity.service.sessions import device_blind
from health_cloud.identity.views import Option, Question, VerificationPage
from health_cloud.notify.service import channels, sending

PURPOSE = "verify"
LIFE = timedelta(minutes=30)
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
SENDS = 3
RESEND = timedelta(minutes=1)
DIGITS = 6
_TAIL = 4
_LONGEST = 40
_LIVE = ("questions", "code", "proved", "activated", "young")
_CONTENT = "identity_verification.content"


def begin(
    session: Session, actor: Actor, visitor: Visitor, document: str, number: str, card: str, card_number: str
) -> VerificationPage:
    """Begin an attempt with an identity document and a card; it belongs to this browser.

    Raises:
        Invalid: a number cannot be one by its form, or the browser keeps no cookie.
        Slowed: too many attempts.
    """
    del actor
    paper = typed.document_number(document, number)
    plastic = typed.card_number(card, card_number)
    device = _device(visitor)
    throttle.look(session, visitor, PURPOSE, throttled_as(paper, plastic))
    given = f"{document}:{paper}|{card}:{plastic}"
    found = lookup.person_by_card(session, document, paper, card, plastic)
    elsewhere = questions.hospital_for(session, given)
    person_id = found.person_id if found else ""
    hospital = found.organization_id if found else elsewhere
    drawn = questions.draw(session, given, person_id, hospital)
    _drop(session, device)
    row = Verification(
        id=new_id(), device=device, person_id=person_id, state="questions", created_at=now(), expires_at=now() + LIFE
    )
    _write(
        row,
        {
            "document": document,
            "number": paper,
            "throttled_as": throttled_as(paper, plastic),
            "hospital": hospital,
            "questions": [[each.kind, each.options, each.right] for each in drawn],
            "answers": [questions.OPEN] * len(drawn),
        },
    )
    session.add(row)
    session.flush()
    return _page(session, row)


def current(session: Session, actor: Actor, visitor: Visitor) -> VerificationPage:
    """Return how far this browser's attempt has come; nothing begun is a page in state `none`."""
    del actor
    row = look(session, visitor)
    return _page(session, row) if row else VerificationPage(sends=_sends())


def answer(session: Session, actor: Actor, visitor: Visitor, question: int, option: int) -> VerificationPage:
    """Keep the answer to one question; nothing is judged.

    Raises:
        Invalid: there is no such question or option.
        Conflict: the attempt is over, or codes have been asked for already.
    """
    del actor
    row = found(session, visitor, "questions")
    content = _read(row)
    drawn, answers = _drawn(content), cast("list[int]", content["answers"])
    if not 0 <= question < len(drawn) or not questions.FORGOTTEN <= option < len(drawn[question].options):
        raise Invalid(field="answer")
    answers[question] = option
    _write(row, content)
    session.add(row)
    return _page(session, row)


def finish_questions(session: Session, actor: Actor, visitor: Visitor) -> VerificationPage:
    """End the questions: answers stand from here on, and the attempt is counted.

    Raises:
        Invalid: a question is open.
        Slowed: too many attempts.
    """
    del actor
    row = found(session, visitor, "questions")
    content = _read(row)
    if questions.OPEN in content["answers"]:
        raise Invalid("identity.error.choose", field="answer")
    throttle.charge(session, visitor, PURPOSE, str(content["throttled_as"]))
    row.state = "code"
    session.add(row)
    return _page(session, row)


def send_code(session: Session, actor: Actor, visitor: Visitor, language: Language) -> VerificationPage:
    """Send a code to the contact that the hospital holds, if all before was right; the page is the same if not.

    Raises:
        Invalid: too soon, or too often.
        Conflict: the attempt is over.
    """
    del actor
    row = found(session, visitor, "code")
    at, content = now(), _read(row)
    last = content.get("sent_at")
    if row.sent >= SENDS:
        raise Invalid("identity.error.sent_often")
    if last and at < datetime.fromisoformat(str(last)) + RESEND:
        raise Invalid("identity.error.sent_soon")
    session.exec(
        update(Code)
        .where(col(Code.verification_id) == row.id, col(Code.purpose) == "contact", col(Code.used_at).is_(None))
        .values(used_at=at)
    )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    session.add(
        Code(
            purpose="contact",
            verification_id=row.id,
            blind=_contact_blind(code, row.id),
            created_at=at,
            expires_at=at + CODE_LIFE,
        )
    )
    channel, address = lookup.contact_of(session, row.person_id)
    to = address if _knows_enough(row, content, by_desk=False) else ""
    sending.queue(session, channel, to, "notify.code", language, valid=CODE_LIFE, code=code)
    row.sent += 1
    content["sent_at"] = at.isoformat()
    _write(row, content)
    session.add(row)
    _line(session, row, Action.ISSUE_CODE, ledger.DONE)
    return _page(session, row)


def prove(session: Session, actor: Actor, visitor: Visitor, code: str) -> VerificationPage:
    """Judge the whole attempt by a code: sent to the contact, or printed at the desk.

    Returns:
        A page in state `proved`, or `young` for a child; or `code` with one try less; or `failed`.
        The two latter never say why.

    Raises:
        Conflict: the attempt is over.
    """
    del actor
    row = found(session, visitor, "code")
    content = _read(row)
    row.attempts += 1
    typed = code[:_LONGEST].strip()
    sent = _sent_code(session, row, typed)
    printed = _printed_code(session, row, typed)
    right = (
        _knows_enough(row, content, by_desk=False) if sent else _knows_enough(row, content, by_desk=True)
    ) and bool(row.person_id)
    used = sent or printed
    if right and used is not None and _use(session, used):
        row.state, row.expires_at = _proved(session, row), now() + LIFE
        _write(row, {**content, "by": recoveries.BY_CONTACT if used is sent else recoveries.BY_DESK})
        throttle.give_back(session, visitor, PURPOSE, str(content["throttled_as"]))
    elif row.attempts >= TRIES:
        row.state = "failed"
    session.add(row)
    _line(session, row, Action.VERIFY_IDENTITY, ledger.DONE if row.state in ("proved", "young") else ledger.FAILED)
    return _page(session, row)


def _proved(session: Session, row: Verification) -> str:
    """Return what being proved leads to: an account, or for a child, who may be told so now, a parent."""
    today = now().astimezone(ZoneInfo(settings().timezone)).date()
    young = ages.is_under(birth_date_of_person(session, row.person_id), settings().own_account_age, today)
    return "young" if young else "proved"


def begin_again(session: Session, visitor: Visitor, person_id: str, content: dict[str, Any]) -> None:
    """Ask for a code once more in this browser, at the end of a recovery; its content says which."""
    device = _device(visitor)
    _drop(session, device)
    at = now()
    row = Verification(
        id=new_id(), device=device, person_id=person_id, state="code", created_at=at, expires_at=at + LIFE
    )
    _write(row, {**content, "questions": [], "answers": []})
    session.add(row)
    session.flush()


def drop_all(session: Session, person_id: str) -> None:
    """Drop whatever is under way in a person's name, in any browser."""
    session.exec(
        update(Verification)
        .where(col(Verification.person_id) == person_id, col(Verification.state).in_(_LIVE))
        .values(state="dropped", content=None)
    )


def content_of(row: Verification) -> dict[str, Any]:
    """Open what an attempt holds."""
    return _read(row)


def keep_content(session: Session, row: Verification, content: dict[str, Any]) -> None:
    """Seal what an attempt holds."""
    _write(row, content)
    session.add(row)


def throttled_as(paper: str, plastic: str) -> str:
    """Return under what attempts are counted: both numbers, so that one who knows the ID alone locks nobody out."""
    return f"{paper}|{plastic}"


def give_up(session: Session, actor: Actor, visitor: Visitor) -> None:
    """Drop this browser's attempt, to begin again."""
    del actor
    _drop(session, _device(visitor))


def _knows_enough(row: Verification, content: dict[str, Any], *, by_desk: bool) -> bool:
    """Tell whether the answers do. One mistake is allowed of three.

    Who has too few visits to be asked about needs the desk, where a person has looked at the document: only
    what could be answered is then counted, with the same one mistake.
    """
    if content.get("recovery"):  # answered when it began; what is asked now is possession
        return bool(row.person_id)
    drawn = _drawn(content)
    right = questions.right_answers(drawn, content["answers"])
    needed = questions.RIGHT_NEEDED
    if by_desk:
        needed = min(needed, max(0, questions.answerable(drawn) - 1))
    return right >= needed and bool(row.person_id)


def _sent_code(session: Session, row: Verification, typed: str) -> Code | None:
    rows = session.exec(
        select(Code).where(
            Code.verification_id == row.id,
            Code.purpose == "contact",
            col(Code.used_at).is_(None),
            col(Code.expires_at) > now(),
        )
    ).all()
    digest = _contact_blind(typed, row.id)
    return next((each for each in rows if hmac.compare_digest(each.blind, digest)), None)


def _printed_code(session: Session, row: Verification, typed: str) -> Code | None:
    rows = session.exec(
        select(Code).where(
            Code.person_id == (row.person_id or _NOBODY),
            Code.purpose == "desk",
            col(Code.used_at).is_(None),
            col(Code.expires_at) > now(),
        )
    ).all()
    digest = printed_blind(typed)
    return next((each for each in rows if hmac.compare_digest(each.blind, digest)), None)


def _use(session: Session, code: Code) -> bool:
    won = cast(
        "CursorResult[tuple[()]]",
        session.exec(update(Code).where(col(Code.id) == code.id, col(Code.used_at).is_(None)).values(used_at=now())),
    )
    return bool(won.rowcount)


def printed_blind(code: str) -> str:
    """Return the blind index of a code as the desk prints it, however it was typed."""
    return blind("".join(letter for letter in code.upper() if letter in totp.ALPHABET), "identity_code.printed")


def _contact_blind(code: str, verification_id: str) -> str:
    return blind(code, "identity_code.blind", verification_id)


def _line(session: Session, row: Verification, action: Action, outcome: str) -> None:
    """Leave the line of an act in the person's own chain, and of an unknown one in the installation's."""
    ledger.prepare(session, row.person_id)
    ledger.write(
        session, questions.verifier(), action, outcome, person_id=row.person_id, detail={"verification": row.id}
    )


def look(session: Session, visitor: Visitor, *states: str) -> Verification | None:
    """Return this browser's attempt in one of these states, locked, or nothing."""
    device = device_blind(visitor)
    if not device:
        return None
    return session.exec(
        select(Verification)
        .where(
            Verification.device == device,
            col(Verification.state).in_(states or (*_LIVE, "failed")),
            col(Verification.expires_at) > now(),
        )
        .order_by(col(Verification.created_at).desc(), col(Verification.id).desc())
        .limit(1)
        .with_for_update()
    ).first()


def found(session: Session, visitor: Visitor, *states: str) -> Verification:
    """Return this browser's attempt in one of these states, locked.

    Raises:
        Conflict: there is none, or it is over.
    """
    row = look(session, visitor, *states)
    if row is None:
        raise Conflict("identity.error.over")
    return row


def _drop(session: Session, device: str) -> None:
    session.exec(
        update(Verification)
        .where(col(Verification.device) == device, col(Verification.state).in_((*_LIVE, "failed")))
        .values(state="dropped", content=None)
    )


def _device(visitor: Visitor) -> str:
    device = device_blind(visitor)
    if not device:
        raise Invalid("identity.error.no_cookie")
    return device


def _page(session: Session, row: Verification) -> VerificationPage:
    content = _read(row)
    if not content:
        return VerificationPage(state=row.state, sends=_sends())
    organization = session.get(Organization, str(content["hospital"]))
    name = Words(organization.name_zh, organization.name_en) if organization else Words()
    last = content.get("sent_at")
    return VerificationPage(
        state=row.state,
        document=str(content["document"]),
        tail=str(content["number"])[-_TAIL:],
        questions=tuple(
            Question(
                drawn.kind,
                name,
                [Option(place, questions.words_of(each), each[2]) for place, each in enumerate(drawn.options)],
                chosen,
            )
            for drawn, chosen in zip(_drawn(content), content["answers"], strict=True)
        ),
        tries=TRIES - row.attempts,
        resend_at=(datetime.fromisoformat(str(last)) + RESEND).isoformat() if last else "",
        sends=_sends(),
        age=settings().own_account_age if row.state == "young" else 0,
    )


def _sends() -> bool:
    return any(channels.way_of(channel) != "unset" for channel in channels.CHANNELS)


def _drawn(content: dict[str, Any]) -> list[Drawn]:
    return [
        Drawn(kind, tuple((zh, en, month) for zh, en, month in options), right)
        for kind, options, right in content["questions"]
    ]


def _read(row: Verification) -> dict[str, Any]:
    return json.loads(unseal_text(row.content, _CONTENT, row.id) or "{}")


def _write(row: Verification, content: dict[str, Any]) -> None:
    row.content = seal_text(json.dumps(content, ensure_ascii=False), _CONTENT, row.id)


_NOBODY = "-"


def true_answers(
    session: Session, document: str, number: str, card: str, card_number: str
) -> list[tuple[str, Words, str]]:
    """Return (kind, name, month) of each true answer; only the demo tells them.

    Raises:
        Denied: this is no demo.
        NotFound: the numbers are nobody's.
    """
    if settings().mode != "demo":
        raise Denied
    paper, plastic = typed.document_number(document, number), typed.card_number(card, card_number)
    who = lookup.person_by_card(session, document, paper, card, plastic)
    if who is None:
        raise NotFound
    given = f"{document}:{paper}|{card}:{plastic}"
    drawn = questions.draw(session, given, who.person_id, who.organization_id)
    return [
        (each.kind, questions.words_of(each.options[each.right]), each.options[each.right][2])
        for each in drawn
        if each.right >= 0
    ]
