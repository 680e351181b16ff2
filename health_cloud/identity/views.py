"""What others may know of people and accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from health_cloud.core.words import Words
from health_cloud.notify.views import ChoiceRow


@dataclass(frozen=True)
class Hospital:
    """A hospital that knows a person; `zone` is its IANA time zone."""

    id: str
    name: Words
    zone: str


@dataclass(frozen=True)
class PersonState:
    """A person as the door knows them. `conflict` is the rule of an unresolved identity conflict, or empty."""

    person_id: str
    conflict: str
    deceased: bool
    hospitals: tuple[Hospital, ...]
    agreed: int = 0
    """Version of the notice whose needed purposes are in force; 0 for none yet, -1 once one is withdrawn."""

    @property
    def organization_ids(self) -> tuple[str, ...]:
        """The hospitals that know this person."""
        return tuple(hospital.id for hospital in self.hospitals)


@dataclass(frozen=True)
class AccountCard:
    """A physician or staff member as patients and colleagues see them."""

    id: str = ""
    name: Words = field(default_factory=Words)
    title: Words = field(default_factory=Words)
    department: Words = field(default_factory=Words)
    organization: Words = field(default_factory=Words)


@dataclass(frozen=True)
class Entered:
    """A session that has just begun in a browser: the cookie's secret, and the role, which decides where to go."""

    secret: str
    role: str


@dataclass(frozen=True)
class SessionRow:
    """One of a person's own sessions. Times are ISO text.

    Attributes:
        agent: browser and system in words, as far as they are known.
        address: network address at sign-in.
        method: how it began; see `SignInSession.method`.
    """

    id: str
    began: str
    seen: str
    here: bool
    agent: str = ""
    address: str = ""
    method: str = ""


@dataclass(frozen=True)
class SessionEnds:
    """Seconds until a session ends for being left, ends for its age, and locks (-1: never)."""

    idle: int = 0
    total: int = 0
    lock: int = -1


@dataclass(frozen=True)
class FactorChangeRow:
    """A change of how one signs in: `password`, `authenticator` or `recovery`. `at` is ISO text."""

    what: str
    agent: str
    at: str


@dataclass(frozen=True)
class SecurityPage:
    """How somebody signs in; `recovery` counts the codes that are left."""

    password: bool = False
    authenticator: bool = False
    recovery: int = 0
    changes: tuple[FactorChangeRow, ...] = ()


@dataclass(frozen=True)
class AuthenticatorOffer:
    """A new authenticator's key, for its owner's eyes; see `ActivationPage`."""

    secret: str = ""
    address: str = ""
    picture: str = ""
    size: int = 0
    demo_code: str = ""


@dataclass(frozen=True)
class ProofWays:
    """What a person can show to prove once more that it is them."""

    authenticator: bool = False
    passkey: bool = False
    recovery: bool = False
    """Codes are left that have not been used."""
    provider: bool = False
    """The hospital's own sign-in can see the person anew; only where there is no second factor here."""
    demo_code: str = ""
    """What the authenticator shows now; filled in the demo alone."""


@dataclass(frozen=True)
class SecondWays:
    """What a person whom the hospital's own sign-in named can show as the second factor here, beside recovery codes."""

    authenticator: bool = False
    passkey: bool = False


@dataclass(frozen=True)
class VisitFact:
    """One visit as a verification question may use it. `month` is `2026-03`, in the hospital's zone."""

    department_id: str
    practitioner_id: str
    month: str


@dataclass(frozen=True)
class VisitFacts:
    """What a hospital knows of a person's visits, without anything clinical.

    Attributes:
        shown: visits the patient may see, newest first: answers come from these alone.
        departments: all that the person has been to, hidden visits included: none of them is a decoy.
        practitioners: likewise.
        months: likewise.
    """

    shown: tuple[VisitFact, ...] = ()
    departments: frozenset[str] = frozenset()
    practitioners: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Option:
    """One answer to choose: a name in both languages, or a month as `2026-03`."""

    value: int
    words: Words
    month: str = ""


@dataclass(frozen=True)
class Question:
    """A question about visits. `kind` is `department`, `month` or `practitioner`; `chosen` is -2 until answered."""

    kind: str
    hospital: Words
    options: list[Option]
    chosen: int


@dataclass(frozen=True)
class VerificationPage:
    """How far an attempt has come; the same for somebody known and unknown.

    Attributes:
        state: `none`, `questions`, `code`, `proved`, `young` or `failed`.
        document: kind of identity document given, with `tail`, its last characters.
        tail: four characters, so that the person sees which number they gave.
        questions: with the answers given so far.
        tries: how many codes may still be tried.
        resend_at: instant from which another code may be sent, ISO text; empty before the first.
        sends: whether this installation can send codes at all.
        age: from which age on one has an account of one's own, for state `young`.
    """

    state: str = "none"
    document: str = ""
    tail: str = ""
    questions: tuple[Question, ...] = ()
    tries: int = 0
    resend_at: str = ""
    sends: bool = True
    age: int = 0


@dataclass(frozen=True)
class NoticePart:
    """One paragraph of the notice."""

    title: Words
    text: Words


@dataclass(frozen=True)
class PurposeRow:
    """What is asked for by itself, and whether it was given: `given_at` is ISO text, of `version`."""

    key: str
    needed: bool
    title: Words
    text: Words
    given_at: str = ""
    version: int = 0


@dataclass(frozen=True)
class NoticePage:
    """The notice as it is now, and what its reader has agreed to.

    Attributes:
        in_force: all needed purposes of this version are given.
        withdrawn: a needed one was taken back.
        again: an earlier version was agreed to.
    """

    version: int = 0
    date: str = ""
    parts: list[NoticePart] = field(default_factory=list[NoticePart])
    purposes: list[PurposeRow] = field(default_factory=list[PurposeRow])
    in_force: bool = False
    withdrawn: bool = False
    again: bool = False


@dataclass(frozen=True)
class ActivationPage:
    """What the new owner of an account sees while setting it up. The secret is theirs alone, shown once."""

    state: str = "none"
    """`none`, `recover` (in use already: see recovery), `password`, `authenticator` or `done`."""
    name: Words = field(default_factory=Words)
    role: str = ""
    known: bool = False
    """The account was in use before: this replaces its password and authenticator."""
    keeps: bool = False
    """The authenticator was shown and stays: only the password is new."""
    secret: str = ""
    address: str = ""
    """The secret as authenticator apps open it."""
    picture: str = ""
    size: int = 0
    recovery: tuple[str, ...] = ()
    demo_code: str = ""
    """What the authenticator would show now; filled in the demo alone."""


@dataclass(frozen=True)
class RecoveryPage:
    """How a lost account stands in this browser. Times are ISO text.

    Attributes:
        state: `ways` (nothing here), `choose` (proved, nothing waits), `elsewhere` (proved, one waits that was begun
            in another browser), `closed` (proved, and its owner said "not me": the desk), `waiting`, `ready`, or how
            it ended: `stopped`, `signed_in`, `replaced`, `lapsed`.
        proved: this browser has just verified itself: an authenticator's code can be shown.
        began: when it was begun.
        ready_at: from when it can be finished.
        ends_at: until when.
        over_at: when it ended.
        hours: how long one waits, for a recovery that would begin now; minutes where it is less than an hour.
        minutes: see `hours`.
        demo_code: what the authenticator would show now; filled in the demo alone.
    """

    state: str = "ways"
    proved: bool = False
    began: str = ""
    ready_at: str = ""
    ends_at: str = ""
    over_at: str = ""
    hours: int = 0
    minutes: int = 0
    demo_code: str = ""


@dataclass(frozen=True)
class RecoveryNotice:
    """What an owner is told of a recovery of their account: `waiting`, `signed_in` (stopped by it), or nothing."""

    id: str = ""
    state: str = ""
    began: str = ""
    ready_at: str = ""
    agent: str = ""


@dataclass(frozen=True)
class AccountRow:
    """An account as the command line shows it."""

    id: str
    role: str
    login: str
    state: str
    name: Words


@dataclass(frozen=True)
class IssuedCode:
    """A code for handing out, shown once. `until` is ISO text."""

    code: str
    until: str
    address: str
    """Where to use it, for the QR code."""


@dataclass(frozen=True)
class PasskeyRow:
    """One of a person's own passkeys. Times are ISO text, `used` empty before the first use."""

    id: str
    name: str
    made: str
    used: str
    backed_up: bool
    """Kept by a service of the device's maker."""
    verifies: bool
    """It verifies the person, so that it signs in alone."""
    doubted: bool
    """Somebody has a copy: it opens nothing any more."""


@dataclass(frozen=True)
class ContactRow:
    """How one can be reached by phone or e-mail; every address masked, every instant ISO text.

    Attributes:
        kind: `phone` or `email`.
        masked: what is used now, empty for none.
        source: `hospital`, `own` or `desk`.
        since: from when on it is used; empty of the hospital's own.
        pending: what will be used from `effective` on, empty for none.
        pending_id: that change.
    """

    kind: str
    masked: str = ""
    source: str = ""
    since: str = ""
    pending: str = ""
    pending_id: str = ""
    effective: str = ""


@dataclass(frozen=True)
class ContactsPage:
    """One's contacts, and the change that waits for its code."""

    lines: tuple[ContactRow, ...] = ()
    waiting_id: str = ""
    waiting_kind: str = ""
    waiting_masked: str = ""
    tries: int = 0
    hours: int = 72


@dataclass(frozen=True)
class NoticesPage:
    """How one is told things, and what can reach one; quiet hours are `HH:MM`, empty for none.

    Attributes:
        here: whether this browser receives pushes.
        public_key: by which a browser subscribes; empty where the hospital has no pushes.
    """

    subjects: tuple[ChoiceRow, ...] = ()
    sms: bool = False
    email: bool = False
    push: bool = False
    begins: str = ""
    ends: str = ""
    here: bool = False
    public_key: str = ""


@dataclass(frozen=True)
class Datum:
    """One thing that a hospital holds of a patient.

    Attributes:
        name: which one, for reporting it.
        kind: what it is, key of its label: `name`, `sex`, `birth_date`, `address`, or kind of number or contact.
        text: as far as it is shown; empty where the hospital gave none.
        words: of a name.
        correction_id: the owner's own report that it is wrong, or empty.
        reason: of the report.
        reported: when, ISO text.
        changed: the hospital has changed it since.
    """

    name: str
    kind: str
    text: str = ""
    words: Words = field(default_factory=Words)
    correction_id: str = ""
    reason: str = ""
    reported: str = ""
    changed: bool = False


@dataclass(frozen=True)
class HeldRecord:
    """What one hospital holds of a patient.

    Attributes:
        as_of: when the hospital last changed it, ISO text; empty where it does not say.
        arrived: when it last changed here.
    """

    id: str
    hospital: Words
    as_of: str
    arrived: str
    data: tuple[Datum, ...]


@dataclass(frozen=True)
class CorrectionFact:
    """A report of a patient as the hospital's data quality takes it in."""

    id: str
    organization_id: str
    feed_id: str
    record_id: str
    kind: str
    reason: str
    ended: bool


@dataclass(frozen=True)
class PersonFacts:
    """What a person is called, their sex (`female`, `male`, ...) and birth date (as given, maybe partial)."""

    name: Words = field(default_factory=Words)
    sex: str = ""
    birth_date: str = ""


@dataclass(frozen=True)
class Ward:
    """For whom a guardian acts in a session, how far, and the first instant at which that is over."""

    person_id: str
    name: Words
    levels: tuple[str, ...]
    until: datetime


@dataclass(frozen=True)
class GuardianFace:
    """A guardian as others come to see them. `kin` is the key of what they are to the person, `until` ISO text."""

    name: Words = field(default_factory=Words)
    kin: str = ""
    levels: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True)
class GuardianRow:
    """A relation as one of its two sides sees it.

    Attributes:
        name: of the other side; empty while nobody has entered the code.
        kin: key of what the guardian is to the person, or of what the person is to the guardian.
        levels: `read`, and maybe `decide` and `book`.
        state: `invited`, `named`, `living`, `over` (by the clock), `declined` or `ended`.
        until: first instant at which it is over, ISO text; of one that ended, when it ended.
        by: key of who ended it, empty for nobody.
        renewable: the person can give a new end.
        here: the session at hand acts in it.
    """

    id: str
    name: Words
    kin: str
    levels: tuple[str, ...]
    state: str
    until: str
    by: str = ""
    renewable: bool = False
    here: bool = False


@dataclass(frozen=True)
class GuardiansPage:
    """Who sees to my affairs, and to whose affairs I see."""

    mine: list[GuardianRow] = field(default_factory=list[GuardianRow])
    wards: list[GuardianRow] = field(default_factory=list[GuardianRow])


@dataclass(frozen=True)
class Invitation:
    """The code of an invitation, shown once. `until` is ISO text."""

    code: str = ""
    until: str = ""
    address: str = ""
    picture: str = ""
    size: int = 0
