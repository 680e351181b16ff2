"""Kinds of records in plain words: which codes of sources, or which kinds of visits, each of them stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from health_cloud.chart.views import LOOSE, Kinds
from health_cloud.core.vocabulary import RecordClass, VisitType

OTHER = "other"
"""Whatever no kind stands for: sections that say no more than the class, and codes of a source's own."""

Table = Mapping[str, frozenset[str]]
"""Kinds in the order in which they are offered, each with its codes."""


@dataclass(frozen=True)
class Shelf:
    """A list that may be narrowed.

    Attributes:
        at: its address without any filter.
        kinds: of which it may have entries; none where it has no kinds.
        dated: whether it may be narrowed to a time.
    """

    at: str
    kinds: Table
    dated: bool = True


_VISITS = (
    VisitType.OUTPATIENT,
    VisitType.INPATIENT,
    VisitType.EMERGENCY,
    VisitType.CHECK_UP,
    VisitType.HOME,
    VisitType.VIRTUAL,
)
_BY_VISIT = {name.value: name.value for name in _VISITS}
_TABLES: dict[RecordClass, dict[str, str]] = {
    RecordClass.LABORATORY: {
        "blood": "HM",
        "chemistry": "CH",
        "urine": "URN",
        "microbes": "MB MCB MYC PAR VR 18725-2",
        "immunity": "IMM SR",
        "blood_gas": "BG",
        "blood_group": "BLB",
        "genes": "CG GE",
        "drugs": "TX",
    },
    RecordClass.EXAMINATIONS: {
        "ultrasound": "CUS OUS RUS VUS",
        "endoscopy": "LP7796-8",
        "pathology": "PAT SP CP LP7839-6",
        "ecg": "EC",
        "heart": "CTH LP29708-2",
        "lungs": "PF RC",
        "nerves": "EN",
        "hearing": "AU",
    },
    RecordClass.IMAGING: {
        "x_ray": "RX XRC CR DX RF PX IO",
        "ct": "CT",
        "mri": "NMR MR",
        "ultrasound": "US",
        "breast": "MG",
        "vessels": "XA",
        "nuclear": "NMS NM PT",
    },
    RecordClass.PRESCRIPTIONS: _BY_VISIT | {LOOSE: VisitType.NONE.value},
    RecordClass.MEDICAL_RECORDS: _BY_VISIT | {"note": "note", "document": "document"},
}
"""Sections of v2-0074, LOINC categories, DICOM modalities (PS3.3 C.7.3.1.1.1), and kinds of visits."""
_KINDS: dict[str, Table] = {
    name.value: {key: frozenset(codes.split()) for key, codes in kinds.items()} for name, kinds in _TABLES.items()
}


TIMELINE = Shelf("/visits", {key: frozenset({key}) for key in (*_BY_VISIT, LOOSE)}, dated=False)
"""Visits and what is of none; other visits are those of which the source does not say what they are."""


def shelf_of(record_class: str) -> Shelf:
    """Return the list of a class."""
    return Shelf(f"/records/{record_class}", _KINDS.get(record_class, {}))


def kind_of(kinds: Table, code: str) -> str:
    """Return the kind that a code belongs to."""
    return next((key for key, codes in kinds.items() if code in codes), OTHER)


def kinds_of(kinds: Table, key: str) -> Kinds:
    """Return what the chart knows a kind by."""
    if key in kinds:
        return Kinds(kinds[key])
    return Kinds(frozenset[str]().union(*kinds.values()), but=True)


def called(key: str) -> str:
    """Return the key of a kind's text."""
    return f"records.visit.{key}" if key in _BY_VISIT else f"records.kind.{key}"
