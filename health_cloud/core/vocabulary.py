"""The field's closed lists that every feature shares."""

from __future__ import annotations

from enum import StrEnum


class RecordClass(StrEnum):
    """The six record classes (product.md, section "Where it comes from")."""

    LABORATORY = "laboratory"
    EXAMINATIONS = "examinations"
    PRESCRIPTIONS = "prescriptions"
    CHECK_UPS = "check_ups"
    IMAGING = "imaging"
    MEDICAL_RECORDS = "medical_records"


ALL_CLASSES = frozenset(RecordClass)


class VisitType(StrEnum):
    """Kind of visit an entry belongs to; release delays differ by it."""

    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"
    INPATIENT = "inpatient"
    CHECK_UP = "check_up"
    HOME = "home"
    VIRTUAL = "virtual"
    NONE = "none"


class EntryState(StrEnum):
    """Where an entry stands: not yet an outcome, shown, or taken back."""

    HELD = "held"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Precision(StrEnum):
    """How exactly a source dated something; partial dates never shift by zone."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
