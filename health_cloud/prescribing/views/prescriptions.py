"""A prescription: what is written, what was found about it, and how it stands for each who sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.identity.views import AccountCard

NOTHING = Words()


@dataclass(frozen=True)
class Item:
    """One medicine as the physician writes it; texts are as typed, empty where nobody has chosen yet.

    Attributes:
        code: in the hospital's formulary.
        single: units at once. `often`: `times/days`, e.g. `2/1`. `route`, `timing`: a word of their lists.
        days: for so many days. `quantity`: so many units in all.
        note: to the patient.
        renews: `entry/place` of the prescription it was copied from, and `was`, the dose as that one said it.
        reasons: why a warning does not stop it, by the finding's id.
    """

    code: str
    single: str = ""
    often: str = ""
    route: str = ""
    timing: str = ""
    days: str = ""
    quantity: str = ""
    note: str = ""
    renews: str = ""
    was: Words = NOTHING
    reasons: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class GivenAllergy:
    """An allergy that the physician was given to see; codes are `system#code`."""

    name: Words
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenMedicine:
    """A medicine from an earlier prescription that the physician was given to see.

    `now` tells that it counts as one of now, `until` to which day, `entry` and `place` where it stands.
    """

    name: Words
    codes: tuple[str, ...] = ()
    dose: Words = NOTHING
    amount: Words = NOTHING
    frequency: Words = NOTHING
    route: Words = NOTHING
    quantity: Words = NOTHING
    days: str = ""
    now: bool = False
    until: str = ""
    at: str = ""
    entry: str = ""
    place: int = 0
    code: str = ""
    """In the formulary, where it has just this one."""


@dataclass(frozen=True)
class Given:
    """What the physician was given to see when it was looked at last, at `at` (ISO), and what not (`unseen`, keys).

    `mark` names the grant by which, and how much it gave then.
    """

    allergies: tuple[GivenAllergy, ...] = ()
    no_allergies: bool = False
    """A hospital says expressly that there are none."""
    medicines: tuple[GivenMedicine, ...] = ()
    unseen: tuple[str, ...] = ()
    at: str = ""
    mark: str = ""


NO_GIVEN = Given()


@dataclass(frozen=True)
class Finding:
    """What a check says of one medicine.

    `level` is `refuse` (nobody may override it), `warn` (needs a written reason) or `note`; `id` names it within its
    medicine; `reason` is what was written; `chart` tells that it rests on what the patient's records say.
    """

    id: str
    level: str
    words: Words
    source: str = ""
    reason: str = ""
    chart: bool = False


@dataclass(frozen=True)
class ItemRow:
    """One medicine on a screen, with what the checks say; `number` is its place, `needs` what follows from the dose."""

    number: int
    title: Words
    quantity: Words
    dose: Words
    item: Item
    unit: Words = NOTHING
    needs: Words = NOTHING
    findings: tuple[Finding, ...] = ()
    whole: bool = False
    """Whether nothing is left to be filled in."""
    cost: str = ""


@dataclass(frozen=True)
class MedicineOption:
    """A medicine of the formulary as a search finds it; `stop` says why it cannot be prescribed online."""

    code: str
    title: Words
    sub: Words
    stop: Words = NOTHING


@dataclass(frozen=True)
class Earlier:
    """A medicine prescribed before, to be renewed; `code` is empty where the formulary has none that is the same."""

    name: Words
    dose: Words
    at: str
    until: str
    now: bool
    entry: str
    place: int
    code: str


@dataclass(frozen=True)
class EarlierPage:
    """What the physician was given to see just now; `seen` is false where no grant holds.

    Attributes:
        allergies: names. `none_known`: a hospital says that there are none.
        medicines: those prescribed before, those of now first.
        unseen: keys of what could not be looked at.
        ground: the grant on which it rests, `until` (ISO) its end.
    """

    seen: bool = False
    allergies: tuple[Words, ...] = ()
    none_known: bool = False
    medicines: tuple[Earlier, ...] = ()
    unseen: tuple[str, ...] = ()
    ground: str = ""
    until: str = ""
    proof: Proof = NO_PROOF


@dataclass(frozen=True)
class Pane:
    """The prescription on the desk of a visit.

    Attributes:
        state: as in the table, or `lapsed`; empty where nothing was written. `may_write`: whether the draft is open.
        until: until when it can be written (ISO), empty while the visit lasts.
        version: to be handed back with each change; `mark` names all that is shown, for the signature.
        medicines: what is written. `ready`: nothing is left to do before signing.
        looked_at: when the chart was looked at for the checks; empty where it never was. `unseen`: what could not be.
        word: why the pharmacist returned it. `number`, `total`: for the cashier.
        formulary: whether the hospital has one.
    """

    visit: str = ""
    id: str = ""
    state: str = ""
    may_write: bool = False
    until: str = ""
    version: int = 0
    mark: str = ""
    medicines: tuple[ItemRow, ...] = ()
    looked_at: str = ""
    unseen: tuple[str, ...] = ()
    ready: bool = False
    word: str = ""
    number: str = ""
    total: str = ""
    saved_at: str = ""
    signed_at: str = ""
    reviewer: Words = NOTHING
    formulary: bool = False
    general: tuple[Finding, ...] = ()
    """What is said of the prescription as a whole."""
    ground: str = ""
    """The grant on which the chart may be read now."""
    shown: str = ""
    """Names what was signed and is read here, for the ledger; empty for a draft."""


@dataclass(frozen=True)
class WaitingRow:
    """A prescription in the pharmacist's queue; `waits` is minutes since it was signed."""

    id: str
    patient: Words
    physician: Words
    department: Words
    signed_at: str
    waits: int
    count: int
    warned: bool
    own: bool
    again: bool


@dataclass(frozen=True)
class ReviewPage:
    """One prescription before its pharmacist.

    `visit` is the visit it was written in; `state` is how it stands; `own` says that the reader wrote it. `signings`
    counts how often it was signed; `before` is why it was returned. `withheld`: its patient has taken back, or left
    less of, what let the physician read, so that what the chart said is shown to nobody any more; `ground` is the grant
    by which it was read, while what it said is shown.
    """

    id: str = ""
    visit: str = ""
    state: str = ""
    number: str = ""
    patient: Words = NOTHING
    sex: str = ""
    age: int = -1
    born: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = NOTHING
    signed_at: str = ""
    digest: str = ""
    medicines: tuple[ItemRow, ...] = ()
    general: tuple[Finding, ...] = ()
    given: Given = NO_GIVEN
    total: str = ""
    own: bool = False
    signings: int = 0
    before: str = ""
    withheld: bool = False
    ground: str = ""


@dataclass(frozen=True)
class OwnPrescription:
    """A prescription of a visit as its patient sees it before it is an outcome, and after.

    `state` is `signed`, `returned`, `approved`, `lapsed`, `paid` or `refunded`; `until` is the last instant to pay.
    """

    id: str = ""
    state: str = ""
    number: str = ""
    medicines: tuple[ItemRow, ...] = ()
    total: str = ""
    signed_at: str = ""
    until: str = ""
    paid_at: str = ""
    hospital: Words = NOTHING
    entry: str = ""
    """Address of it among the patient's prescriptions, once it counts."""
    demo: bool = False
    shown: str = ""
    """Names what is read here, for the ledger."""


NO_PANE = Pane()
NO_EARLIER = EarlierPage()
NO_OWN = OwnPrescription()
NO_REVIEW = ReviewPage()
