# ruff: noqa: SIM905 - a list of codes reads best as words
"""The closed lists of codes that the outcome rules stand on."""

from __future__ import annotations

from health_cloud.core.vocabulary import RecordClass, VisitType

PUBLISHED = frozenset({"final", "amended", "corrected", "appended"})
"""Statuses of reports and results that are outcomes."""

FINISHED = frozenset({"finished"})
AVAILABLE = frozenset({"available"})
CURRENT = frozenset({"current"})
COMPOSED = frozenset({"final", "amended"})

_SERVICES = {
    RecordClass.LABORATORY: "BG BLB CG CH GE HM IMM LAB MB MCB MYC OSL PAR SR TX URN VR LP29693-6 26436-6 18725-2",
    RecordClass.EXAMINATIONS: "AU CP CTH CUS EC EN OTH OUS PAT PF RC RUS SP VUS LP29708-2 LP7839-6 LP7796-8",
    RecordClass.IMAGING: "CT IMG NMR NMS RAD RX XRC LP29684-5 18748-4",
}
SERVICES: dict[str, RecordClass] = {code: name for name, codes in _SERVICES.items() for code in codes.split()}
"""Diagnostic service sections (v2-0074) and LOINC categories."""
VAGUE = frozenset({"LAB", "IMG", "OTH"})
"""Sections that lose against a more specific one."""
MODALITIES = frozenset({"CT", "NMR", "NMS", "RX", "XRC"})
"""Sections that say how pictures were made; the others of imaging do not."""
NO_PICTURES = frozenset({"SR", "PR", "KO", "SEG", "REG", "RTSTRUCT", "DOC", "OT"})
"""DICOM modalities (PS3.3 C.7.3.1.1.1) of what goes with pictures, or may be anything."""

NOTES = frozenset(
    (
        "34117-2 51847-2 11488-4 11506-3 18842-5 28570-0 34133-9 11490-0 11492-6 11504-8 18733-6 18761-7 "
        "28568-4 28569-2 28571-8 28572-6 28573-4 28574-2 28575-9 28578-3 28579-1 28580-9 28581-7 28615-3 "
        "28616-1 28617-9 28618-7 28621-1 28622-9 28623-7 28624-5 28625-2 28626-0 28627-8 28628-6 28635-1 "
        "28636-9 28651-8 28653-4 28654-2 28655-9 28656-7 34094-3 34095-0 34096-8 34097-6 34098-4 34099-2 "
        "34100-8 34101-6 34102-4 34103-2 34104-0 34105-7 34106-5 34108-1 34109-9 34110-7 34111-5 34112-3 "
        "34113-1 34114-9 34115-6 34116-4 34118-0 34119-8 34120-6 34121-4 34122-2 34123-0 34124-8 34125-5 "
        "34126-3 34127-1 34128-9 34129-7 34130-5 34131-3 34132-1 34134-7 34135-4 34136-2 34137-0 34138-8 "
        "34139-6 34140-4 34744-3 34745-0 34746-8 34747-6 34748-4 34749-2 34750-0 34751-8 34752-6 34753-4 "
        "34754-2 34755-9 34756-7 34757-5 34758-3 34759-1 34760-9 34761-7 34762-5 34763-3 34764-1 34765-8 "
        "34766-6 34767-4 34768-2 34769-0 34770-8 34771-6 34772-4 34773-2 34774-0 34775-7 34776-5 34777-3 "
        "34778-1 34779-9 34780-7 34781-5 34782-3 34783-1 34784-9 34785-6 34786-4 34787-2 34788-0 34789-8 "
        "34790-6 34791-4 34792-2 34793-0 34794-8 34795-5 34796-3 34797-1 34798-9 34799-7 34800-3 34801-1 "
        "34802-9 34803-7 34804-5 34805-2 34806-0 34807-8 34808-6 34809-4 34810-2 34811-0 34812-8 34813-6 "
        "34814-4 34815-1 34816-9 34817-7 34818-5 34819-3 34820-1 34821-9 34822-7 34823-5 34824-3 34825-0 "
        "34826-8 34827-6 34828-4 34829-2 34830-0 34831-8 34832-6 34833-4 34834-2 34835-9 34836-7 34837-5 "
        "34838-3 34839-1 34840-9 34841-7 34842-5 34843-3 34844-1 34845-8 34846-6 34847-4 34848-2 34849-0 "
        "34850-8 34851-6 34852-4 34853-2 34854-0 34855-7 34857-3 34858-1 34859-9 34860-7 34861-5 34862-3 "
        "34863-1 34864-9 34865-6 34866-4 34867-2 34868-0 34869-8 34870-6 34871-4 34872-2 34873-0 34874-8 "
        "34875-5 34876-3 34877-1 34878-9 34879-7 34880-5 34895-3 34896-1 34897-9 34898-7 34899-5 34900-1 "
        "34901-9 34902-7 34904-3 34905-0 34906-8 51845-6 51846-4 51848-0 57053-1 57055-6 57056-4 57133-1 "
        "57134-9 57135-6 57136-4 57137-2 57138-0 57139-8 57170-3 57171-1 57172-9 57173-7 57174-5 57175-2 "
        "57176-0 57177-8 57178-6 57179-4 60591-5 68608-9 75476-2"
    ).split()
)
"""LOINC document types of clinical notes (document ontology)."""

INPATIENT = frozenset({"IMP", "ACUTE", "NONAC", "SS", "OBSENC", "PRENC"})
OUTPATIENT = frozenset({"AMB", "EMER", "VR", "HH", "FLD"})
VISIT_TYPES = {
    "AMB": VisitType.OUTPATIENT,
    "FLD": VisitType.OUTPATIENT,
    "EMER": VisitType.EMERGENCY,
    "VR": VisitType.VIRTUAL,
    "HH": VisitType.HOME,
} | dict.fromkeys(INPATIENT, VisitType.INPATIENT)

CHECK_UPS = frozenset(f"http://snomed.info/sct|{code}" for code in ("162673000", "185349003", "410620009"))
OUTPATIENT_CATEGORIES = frozenset({"outpatient", "community", "discharge"})
PRESCRIBED = frozenset({"active", "completed", "stopped"})

FINDINGS = frozenset({"59776-5", "18782-3", "22634-0", "22635-7", "22636-5", "18834-2", "11329-0", "55108-5"})
"""LOINC codes of running text that says what was seen."""
IMPRESSIONS = frozenset({"19005-8", "22637-3", "44833-2", "48767-8"})
"""LOINC codes of running text that says what it means."""
