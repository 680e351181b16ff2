"""Who somebody is to the product and to the desk, and what the hospitals hold of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from health_cloud.core.words import Words


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

    def at(self, organization_id: str) -> PersonState:
        """Return the same person as one hospital alone knows them; as all do, where none is named."""
        if not organization_id:
            return self
        return replace(self, hospitals=tuple(each for each in self.hospitals if each.id == organization_id))


@dataclass(frozen=True)
class AccountCard:
    """A physician or staff member as patients and colleagues see them."""

    id: str = ""
    name: Words = field(default_factory=Words)
    title: Words = field(default_factory=Words)
    department: Words = field(default_factory=Words)
    organization: Words = field(default_factory=Words)


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
