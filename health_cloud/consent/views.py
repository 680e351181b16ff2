"""What people see of access requests and grants. Times are ISO text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from health_cloud.core.policy import Scope
from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard

VISIT_CARD, NATIONAL_ID, TODAY, QR = "visit_card", "national_id", "today", "qr"
"""How a physician may name a patient; never by looking through names."""
WARD = "ward"
"""How a request by `today` is kept that names somebody whom the asker's department treats."""
TREATMENT = "treatment"
"""The purpose of what no patient has given: their team reads while a visit is open."""
OPENING, VISIT, ENCOUNTER = "opening", "visit", "encounter"
"""What may end a grant besides the clock: its one opening, the follow-up for which it is given, or an open visit to the
hospital. Who asks or gives says `visit` of both; a grant says which it is."""
INBOX, CONTACT, NOBODY = "inbox", "contact", "nobody"
"""Who was told of an emergency at once; see `ReviewPage`."""


@dataclass(frozen=True)
class Lasting:
    """How long: so many hours from the decision on, or until an instant; `ends_with` may end it sooner."""

    hours: int = 0
    until: datetime | None = None
    ends_with: str = ""


@dataclass(frozen=True)
class Visit:
    """A follow-up that both sides have agreed on, or an open visit, as far as a grant may hang on it.

    An open visit (`ends_with` is `encounter`) ends when the hospital says so, and at `ends_at` at the latest.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    ends_with: str = VISIT


@dataclass(frozen=True)
class TodaysVisit:
    """A follow-up of today that a physician has agreed on, as far as they know it anyway; `person_id` stays here.

    `present` says that it is an open visit to their own department instead, and `starts_at` since when.
    """

    id: str
    person_id: str
    starts_at: str
    name: Words = field(default_factory=Words)
    present: bool = False


@dataclass(frozen=True)
class Asked:
    """What a physician asks for, once it has been read and found in order.

    `card` is the number that names the patient; by `today` the id of an own follow-up of that day.
    """

    card: str
    purpose: str
    scope: Scope
    lasting: Lasting
    message: str
    by: str = VISIT_CARD


@dataclass(frozen=True)
class Given:
    """What a patient gives: never more than what was asked."""

    scope: Scope
    lasting: Lasting


@dataclass(frozen=True)
class RequestCard:
    """An access request as the patient sees it.

    `until_at` is when it would end at the latest if it were approved now, `offered` how long it can be given for;
    `visit_ends_at` when the follow-up or open visit is over that lies before that, empty where there is none;
    `visit_kind` tells which of both it is.
    """

    id: str = ""
    asker: AccountCard = field(default_factory=AccountCard)
    purpose: str = ""
    message: str = ""
    classes: tuple[str, ...] = ()
    period_from: str = ""
    period_to: str = ""
    hours: int = 0
    ends_with: str = ""
    until_at: str = ""
    visit_ends_at: str = ""
    visit_kind: str = ""
    offered: tuple[str, ...] = ()
    created_at: str = ""
    lapses_at: str = ""


@dataclass(frozen=True)
class Broken:
    """Why a physician opens a chart without asking, once it has been read and found in order."""

    number: str
    by: str
    code: str
    reason: str
    hours: int


@dataclass(frozen=True)
class EmergencyCard:
    """An emergency opening, to its patient and to its physician.

    `name` is the patient's, for the physician alone. `ended` is why it is over: `closed`, `time`, `disabled` or
    `event`; empty while it lives. `verdict` is `justified`, `unjustified` or empty; `late` tells whether the review is
    overdue, or was when it came.
    """

    id: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    name: Words = field(default_factory=Words)
    code: str = ""
    reason: str = ""
    from_at: str = ""
    until_at: str = ""
    ended: str = ""
    ended_at: str = ""
    review_due_at: str = ""
    verdict: str = ""
    remark: str = ""
    reviewed_at: str = ""
    late: bool = False


@dataclass(frozen=True)
class OpenedClass:
    """How much of a class was shown in an emergency: in how many looks, and how many records at most."""

    record_class: str
    looks: int
    shown: int


@dataclass(frozen=True)
class DoneLine:
    """One thing that a physician did in an emergency.

    `act` is `looked`, `counted`, `original`, `closed`, `opened` or `refused`; `shown` how many records were shown.
    """

    at: str
    act: str
    record_class: str
    shown: int


@dataclass(frozen=True)
class ReviewPage:
    """An emergency opening as its reviewer sees it: who, why, when and how much, and never what stands in a record.

    `own` tells that the reader may not review it: they broke the glass themselves, or it is their own chart. `told`
    says who was told of it at once: `inbox` (the patient's, or that of who decides for them), `contact` (a message to
    what the hospital holds), `nobody`, or nothing where it is not known.
    """

    emergency: EmergencyCard = field(default_factory=EmergencyCard)
    reviewer: AccountCard = field(default_factory=AccountCard)
    classes: tuple[OpenedClass, ...] = ()
    own: bool = False
    told: str = ""


@dataclass(frozen=True)
class SentRow:
    """A request as its asker sees it.

    `state` is `sent`, `no_answer`, `declined` (only where the patient sent a word), `open`, `ended` or `lapsed` (never
    opened): unknown, denied and ignored look the same. `name` is empty unless a grant is open.
    """

    id: str
    asked_for: str
    purpose: str
    classes: tuple[str, ...]
    created_at: str
    lapses_at: str
    state: str
    reply: str
    grant_id: str
    name: Words
    from_at: str
    until_at: str
    ends_with: str = ""
    asked_by: str = VISIT_CARD


@dataclass(frozen=True)
class GrantCard:
    """A grant. `name` is the patient's, for the grantee alone; `grantee` is who may read.

    `ended` is why it is over: `revoked`, `replaced`, `event`, `left`, `lapsed` (never opened) or `time`; empty while it
    lives. `emergency` is why a chart is open without a grant, in an emergency, and `reason` the same in the physician's
    own words; both are empty for a grant.
    """

    id: str = ""
    person_id: str = ""
    grantee: AccountCard = field(default_factory=AccountCard)
    name: Words = field(default_factory=Words)
    purpose: str = ""
    classes: tuple[str, ...] = ()
    period_from: str = ""
    period_to: str = ""
    from_at: str = ""
    until_at: str = ""
    opened_at: str = ""
    ends_with: str = ""
    ended: str = ""
    ended_at: str = ""
    emergency: str = ""
    reason: str = ""


def day_text(day: date | None) -> str:
    """Return ISO text, or nothing."""
    return day.isoformat() if day else ""


ALL, HOSPITAL, DEPARTMENT, PHYSICIAN = "all", "hospital", "department", "physician"
"""Whom a standing choice is about, the widest first."""
NEVER, ASK = "never", "ask"
"""What it says: requests are kept away, or come through whatever is said of a wider circle."""


@dataclass(frozen=True)
class ChoiceRow:
    """Somebody of whom a standing choice can be made. `choice` is `never`, `ask`, or empty while none was made.

    `place` says where a physician or department is.
    """

    kind: str
    id: str
    name: Words
    place: Words
    choice: str = ""


@dataclass(frozen=True)
class ChoicesPage:
    """A person's standing choices: of everybody, those made, and whom else one can be made of.

    `kept` is how many requests were kept away from them in the last 90 days.
    """

    nobody: bool = False
    made: list[ChoiceRow] = field(default_factory=list[ChoiceRow])
    physicians: list[ChoiceRow] = field(default_factory=list[ChoiceRow])
    places: list[ChoiceRow] = field(default_factory=list[ChoiceRow])
    kept: int = 0


@dataclass(frozen=True)
class NewCode:
    """A code to show: eight digits, and the picture of an address as SVG path data, one unit a module."""

    id: str = ""
    digits: str = ""
    picture: str = ""
    size: int = 0
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class CodeState:
    """What has become of a code that is shown: `over` unread, read by whom, and what they asked by it."""

    over: bool = False
    reader: AccountCard = field(default_factory=AccountCard)
    request_id: str = ""
