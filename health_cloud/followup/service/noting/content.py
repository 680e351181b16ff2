"""What a note says: read from a form, kept as JSON, and told as an entry of the chart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from health_cloud.core.errors import Invalid
from health_cloud.core.i18n import say
from health_cloud.core.vocabulary import RecordClass, VisitType
from health_cloud.core.words import Words
from health_cloud.followup.service import rows
from health_cloud.followup.views import NoteText
from health_cloud.identity.service.faces import departments_in
from health_cloud.identity.service.people import department_name
from health_cloud.records.views.content import Coding, EntryContent, Item, Person, Section, Signature

_TITLES = {rows.IN_PERSON: Words("门诊复诊", "Follow-up in person")}
_TITLE = Words("线上复诊", "Online follow-up")
LONGEST = {"situation": 4000, "judgement": 1000, "plan": 4000, "why": 500, "reason": 300}
WEEKS_AT_MOST = 52
REFERRALS = ("", "in_person", "department")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Written:
    """What a physician has written; see `views.NoteText`. A problem is (system, code, Chinese, English)."""

    situation: str = ""
    judgement: str = ""
    plan: str = ""
    problem: tuple[str, ...] = ()
    referral: str = ""
    department_id: str = ""
    why: str = ""
    weeks: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Signing:
    """What a signature adds to what was written: who, when (ISO text on the hospital's clock), and for what."""

    name: Words
    at: str
    factor: str
    digest: str
    number: int
    began: str
    ended: str
    asked: str
    place: tuple[Words, ...] = field(default=())


def title_of(kind: str) -> Words:
    """Return what a visit is called in the chart, by how the two met."""
    return _TITLES.get(kind, _TITLE)


def type_of(kind: str) -> VisitType:
    """Return what a visit is to the chart: one in person counts as one for the rules of online care."""
    return VisitType.OUTPATIENT if kind == rows.IN_PERSON else VisitType.VIRTUAL


def read(form: Mapping[str, object], before: Written) -> Written:
    """Read what a window sent; the diagnosis is not among it and stays.

    Raises:
        Invalid: no text, too much of it, or nothing that can be chosen; `field` says which.
    """
    told = {name: _text(form.get(name, ""), name) for name in LONGEST}
    referral = _text(form.get("referral", ""), "referral")
    if referral not in REFERRALS:
        raise Invalid(field="referral")
    department = _text(form.get("department", ""), "department") if referral == "department" else ""
    why = told["why"] if referral else ""
    weeks = _weeks(form.get("weeks", ""))
    return replace(before, **(told | {"referral": referral, "department_id": department, "why": why}), weeks=weeks)


def _text(given: object, name: str) -> str:
    if not isinstance(given, str):
        raise Invalid(field=name)
    text = given.replace("\r\n", "\n").strip()
    longest = LONGEST.get(name, 40)
    if len(text) > longest:
        raise Invalid("followup.error.too_long", field=name, longest=longest)
    return text


def _weeks(given: object) -> int:
    if given in ("", "0", 0):
        return 0
    if not isinstance(given, str) or not given.strip().isascii() or not given.strip().isdigit():
        raise Invalid("followup.note.error.weeks", field="weeks", most=WEEKS_AT_MOST)
    weeks = int(given.strip()[:4])
    if weeks > WEEKS_AT_MOST:
        raise Invalid("followup.note.error.weeks", field="weeks", most=WEEKS_AT_MOST)
    return weeks


def check_whole(session: Session, written: Written, organization_id: str, *, correcting: bool) -> None:
    """Check that there is all that a signed note needs (Basic Norms of Medical Records, 2010, Art. 13).

    Raises:
        Invalid: `field` says what is missing.
    """
    for name in ("situation", "judgement", "plan"):
        if not getattr(written, name):
            raise Invalid(f"followup.note.error.{name}", field=name)
    if written.referral and not written.why:
        raise Invalid("followup.note.error.why", field="why")
    if written.referral == "department" and written.department_id not in dict(departments_in(session, organization_id)):
        raise Invalid("followup.note.error.department", field="department")
    if correcting and not written.reason:
        raise Invalid("followup.note.error.reason", field="reason")


def to_json(written: Written) -> str:
    """Return what is kept, without what is empty."""
    return json.dumps({name: value for name, value in asdict(written).items() if value}, ensure_ascii=False)


def from_json(text: str) -> Written:
    """Return what was kept."""
    raw = json.loads(text)
    return Written(**(raw | {"problem": tuple(raw.get("problem", ()))}))


def text_of(session: Session, written: Written) -> NoteText:
    """Show what was written."""
    system, code, zh, en = written.problem or ("", "", "", "")
    del system
    return NoteText(
        situation=written.situation,
        judgement=written.judgement,
        plan=written.plan,
        problem=Words(zh, en),
        code=code,
        referral=written.referral,
        department_id=written.department_id,
        department=department_name(session, written.department_id) if written.department_id else Words(),
        why=written.why,
        weeks=written.weeks,
        reason=written.reason,
    )


def entry_of(session: Session, written: Written, signing: Signing, source_id: str, kind: str) -> EntryContent:
    """Return the entry that a signed note becomes, in the chapters of every visit: why, what was found, what next."""
    sections = (
        Section(_heading("situation"), worded(written.situation), "history", signing.at),
        Section(_heading("judgement"), worded(written.judgement), "findings", signing.at),
        Section(_heading("plan"), worded(written.plan), "next", signing.at),
    )
    items: list[Item] = []
    if written.problem:
        system, code, zh, en = written.problem
        codes = (Coding(system, code, en or zh),) if code else ()
        items.append(Item("diagnosis", Words(zh, en), codes, at=signing.began))
    if written.referral:
        items.append(Item("order", _referral(session, written), (), (worded(written.why),), status="active"))
    if written.weeks:
        items.append(Item("care_plan", _next(written.weeks, signing.at)))
    corrected = signing.number > 1
    return EntryContent(
        record_class=RecordClass.MEDICAL_RECORDS.value,
        title=title_of(kind),
        status="amended" if corrected else "finished",
        category=type_of(kind).value,
        occurred=signing.began,
        ended=signing.ended,
        issued=signing.at,
        place=signing.place,
        people=(Person(signing.name, "attender"),),
        reason=worded(signing.asked),
        sections=sections,
        items=tuple(items),
        source_ids=(f"Encounter/{source_id}",),
        signatures=(Signature(signing.name, signing.at, signing.factor, signing.digest, worded(written.reason)),),
    )


def worded(text: str) -> Words:
    """Put a text under its language: Chinese when it has Chinese characters, else English."""
    if not text:
        return Words()
    return Words(zh=text) if _CJK.search(text) else Words(en=text)


def _heading(name: str) -> Words:
    return Words(say(f"followup.note.{name}", "zh"), say(f"followup.note.{name}", "en"))


def _referral(session: Session, written: Written) -> Words:
    if written.referral == "in_person":
        return Words(say("followup.note.refer_in_person", "zh"), say("followup.note.refer_in_person", "en"))
    name = department_name(session, written.department_id)
    return Words(
        say("followup.note.refer_to", "zh", name=name.pick("zh")),
        say("followup.note.refer_to", "en", name=name.pick("en")),
    )


def _next(weeks: int, signed_at: str) -> Words:
    day = (datetime.fromisoformat(signed_at) + timedelta(weeks=weeks)).date().isoformat()
    return Words(
        say("followup.note.next_in", "zh", count=weeks, day=day),
        say("followup.note.next_in", "en", count=weeks, day=day),
    )
