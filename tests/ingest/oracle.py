# ruff: noqa: C405, C901, PLR0911, N802 - test data reads best a case a line
"""An independent count of FHIR files, straight from the import rules; shares nothing with the product's code.

It covers one run into an empty database, over sets in which no resource changes its patient's numbers:
the real sets that the tests compare with.
"""

from __future__ import annotations

import gzip
import json
import tarfile
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

LAB = set(
    [
        "BG",
        "BLB",
        "CG",
        "CH",
        "GE",
        "HM",
        "IMM",
        "LAB",
        "MB",
        "MCB",
        "MYC",
        "OSL",
        "PAR",
        "SR",
        "TX",
        "URN",
        "VR",
        "LP29693-6",
        "26436-6",
        "18725-2",
    ]
)
EXAM = set(
    [
        "AU",
        "CP",
        "CTH",
        "CUS",
        "EC",
        "EN",
        "OTH",
        "OUS",
        "PAT",
        "PF",
        "RC",
        "RUS",
        "SP",
        "VUS",
        "LP29708-2",
        "LP7839-6",
        "LP7796-8",
    ]
)
IMAGE = set(["CT", "IMG", "NMR", "NMS", "RAD", "RX", "XRC", "LP29684-5", "18748-4"])
NOTE = set(["34117-2", "51847-2", "11488-4", "11506-3", "18842-5", "28570-0", "34133-9"])
FINAL = {"final", "amended", "corrected", "appended"}
OUT = {"AMB", "EMER", "VR", "HH", "FLD"}
IN = {"IMP", "ACUTE", "NONAC", "SS", "OBSENC", "PRENC"}
CHECK = {"162673000", "185349003", "410620009"}
MONEY = set(
    ["Claim", "ClaimResponse", "ExplanationOfBenefit", "PaymentNotice", "PaymentReconciliation", "Coverage", "Account"]
)
PLAIN = MONEY | set(
    [
        "Patient",
        "Person",
        "RelatedPerson",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "HealthcareService",
        "Endpoint",
        "Device",
        "Medication",
        "Specimen",
        "Media",
        "Binary",
        "Provenance",
        "Group",
        "Library",
        "Questionnaire",
        "MessageHeader",
        "OperationOutcome",
    ]
)


def documents(path: Path, only: int | None = None):
    """Yield (file name, text) of each file, line or member, in sorted order of files."""
    if path.is_dir():
        for each in sorted(path.rglob("*"), key=lambda p: p.relative_to(path).as_posix()):
            if each.is_file() and each.name.endswith((".json", ".ndjson", ".gz")):
                yield from documents(each)
    elif path.name.endswith((".tar.xz", ".tar.gz", ".tar")):
        with tarfile.open(path) as archive:
            for number, member in enumerate(archive):
                if only is not None and number >= only:
                    return
                if member.isfile() and member.name.endswith(".json"):
                    yield member.name, archive.extractfile(member).read().decode()
    elif ".ndjson" in path.name:
        opener = gzip.open if path.name.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield path.name, line
    else:
        yield path.name, path.read_text(encoding="utf-8-sig")


def tail(reference: str) -> str:
    if reference.startswith("urn:uuid:"):
        return reference[9:].lower()
    return reference.split("/_history/", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]


class Oracle:
    """Counts as the summary of a run should have them."""

    def __init__(self, *paths: Path, prescriptions: str = "unsettled", only: int | None = None):
        self.settled = prescriptions == "settled"
        self.resources = self.patients = 0
        self.accounted = Counter()
        self.held = Counter()
        self.published = Counter()
        self.seen: set = set()
        self.latest: dict = {}
        self.rows: list = []  # (type, id, inside a document, resource)
        self.patient_ids: dict[str, str] = {}
        for path in paths:
            for _, text in documents(path, only):
                self.read(json.loads(text))
        self.decide()

    def read(self, parsed) -> None:
        if not isinstance(parsed, dict) or "resourceType" not in parsed:
            self.resources += 1
            self.accounted["rejected"] += 1
        elif parsed["resourceType"] == "Bundle":
            for entry in parsed.get("entry", []):
                if "resource" in entry:
                    self.one(entry["resource"], entry.get("fullUrl"), parsed["type"] == "document")
        else:
            self.one(parsed, None, False)

    def one(self, resource, url, inside) -> None:
        self.resources += 1
        kind = resource["resourceType"]
        self.patients += kind == "Patient"
        content = json.dumps(resource, sort_keys=True)
        name = resource.get("id") or (tail(url) if url else content)
        if (kind, name, content) in self.seen:
            self.accounted["unchanged"] += 1
            return
        self.seen.add((kind, name, content))
        if kind == "Patient":
            for known in {name, tail(url) if url else name}:
                self.patient_ids.setdefault(known, name)
        self.rows.append((kind, name, inside, resource, url))

    # ---- decisions

    def decide(self) -> None:
        groups = defaultdict(list)
        for row in self.rows:
            if not row[2] or row[0] == "Composition":
                groups[row[0], row[1], row[2]].append(row[3])
        self.now = {key: self.newest(group) for key, group in groups.items()}
        self.by = defaultdict(dict)
        self.alias = {}
        for kind, name, inside, resource, url in self.rows:
            if not inside and self.now[kind, name, inside] is resource:
                self.by[kind][name] = resource
            if url and tail(url) != name:
                self.alias[tail(url)] = name
        self.carried = {
            self.find(each) for report in self.by["DiagnosticReport"].values() for each in report.get("result", [])
        } | {self.find(each) for one in self.by["Observation"].values() for each in one.get("hasMember", [])}
        self.pay()
        self.join()
        for kind, name, inside, resource, _ in self.rows:
            current = self.now.get((kind, name, inside))
            if inside and kind != "Composition":
                verdict = "attached"
            elif self.owner(resource) != self.owner(current):
                verdict = "held wrong_patient"
            else:
                verdict = self.verdict(kind, name, inside, current)
            word, _, reason = verdict.partition(" ")
            self.accounted["entry" if word == "entry" else word] += 1
            if word == "held":
                self.held[reason] += 1
            if word == "entry" and current is resource:
                self.published[reason] += 1

    def newest(self, group):
        best = group[0]
        stamp = self.stamp(best)
        for each in group[1:]:
            if not self.stamp(each) or self.stamp(each) >= stamp:
                best, stamp = each, max(stamp, self.stamp(each))
        return best

    @staticmethod
    def stamp(resource) -> str:
        from datetime import UTC, datetime

        text = resource.get("meta", {}).get("lastUpdated") or resource.get("issued") or resource.get("date") or ""
        if not isinstance(text, str) or len(text) < 10:
            return ""
        when = datetime.fromisoformat(text if "T" in text else text + "T00:00:00+08:00")
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).isoformat()

    def find(self, reference) -> str:
        found = tail(reference.get("reference", ""))
        return self.alias.get(found, found)

    def owner(self, resource) -> str:
        subject = resource.get("subject") or resource.get("patient") or {}
        named = tail(subject.get("reference", "")) if isinstance(subject, dict) else ""
        return self.patient_ids.get(named, named)

    def encounter(self, resource):
        named = resource.get("encounter") or (resource.get("context", {}).get("encounter") or [{}])[0]
        if not named.get("reference"):
            return None, False
        return self.by["Encounter"].get(self.find(named)), True

    def verdict(self, kind, name, inside, resource) -> str:
        if kind in PLAIN:
            return "attached"
        subject = self.owner(resource)
        if subject and subject not in self.patient_ids.values():
            return "held patient_missing"
        if kind == "Composition" and inside:
            return "entry medical_records" if resource["status"] in ("final", "amended") else "held status"
        rule = getattr(self, f"of_{kind}", None)
        return rule(name, resource) if rule else "attached"

    def of_Encounter(self, _name, resource) -> str:
        if resource["status"] != "finished":
            return "held not_finished"
        if resource["class"].get("code") in IN and "end" not in resource.get("period", {}):
            return "held not_discharged"
        codes = {code.get("code") for kind in resource.get("type", []) for code in kind.get("coding", [])}
        return "entry check_ups" if codes & CHECK else "entry medical_records"

    def report_class(self, resource) -> str:
        codes = [code.get("code") for each in resource.get("category", []) for code in each.get("coding", [])]
        known = [code for code in codes if code in LAB | EXAM | IMAGE]
        known = [code for code in known if code not in ("LAB", "IMG", "OTH")] or known
        if known:
            return "laboratory" if known[0] in LAB else "examinations" if known[0] in EXAM else "imaging"
        noted = codes or [code.get("code") for code in resource.get("code", {}).get("coding", [])]
        if set(noted) & NOTE:
            return "note"
        carried = [self.by["Observation"].get(self.find(each), {}) for each in resource.get("result", [])]
        return "laboratory" if any(self.is_lab(each) for each in carried) else "examinations"

    @staticmethod
    def is_lab(resource) -> bool:
        return any(
            code.get("code") == "laboratory" for each in resource.get("category", []) for code in each.get("coding", [])
        )

    def of_DiagnosticReport(self, name, resource) -> str:
        if resource["status"] not in FINAL:
            return "held status"
        if name in self.joined:
            return "attached"
        kind = self.report_class(resource)
        if kind == "note":
            return "attached" if self.encounter(resource)[1] else "entry medical_records"
        return f"entry {kind}"

    def join(self) -> None:
        studies = {name for name, each in self.by["ImagingStudy"].items() if each["status"] == "available"}
        accession = {
            one["value"]: name
            for name in studies
            for one in self.by["ImagingStudy"][name].get("identifier", [])
            if any(code.get("code") == "ACSN" for code in one.get("type", {}).get("coding", []))
        }
        self.joined = {
            name
            for name, each in self.by["DiagnosticReport"].items()
            if {self.find(one) for one in each.get("imagingStudy", [])} & studies
            or {one.get("value") for one in each.get("identifier", [])} & accession.keys()
        }

    def of_ImagingStudy(self, _name, resource) -> str:
        return "entry imaging" if resource["status"] == "available" else "held status"

    def of_Observation(self, name, resource) -> str:
        if name in self.carried or not self.is_lab(resource):
            return "attached"
        return "entry laboratory" if resource["status"] in FINAL else "held status"

    def of_DocumentReference(self, _name, resource) -> str:
        if resource["status"] != "current":
            return "held status"
        return "attached" if self.encounter(resource)[1] else "entry medical_records"

    def of_MedicationRequest(self, name, resource) -> str:
        if resource["intent"] != "order":
            return "attached"
        if resource["status"] not in ("active", "completed", "stopped"):
            return "held status"
        encounter, said = self.encounter(resource)
        code = encounter["class"].get("code") if encounter else ""
        if code in IN:
            return "attached"
        if said and encounter is None:
            return "held encounter_missing"
        category = {code.get("code") for each in resource.get("category", []) for code in each.get("coding", [])}
        if code not in OUT and not category & {"outpatient", "community", "discharge"}:
            return "held encounter_unstated"
        if self.settled:
            return "entry prescriptions"
        state = self.paid.get(name, "unpaid")
        return "held unpaid" if state == "unpaid" else "entry prescriptions" if state == "paid" else "entry withdrawn"

    def pay(self) -> None:
        """Sum what was paid for each Claim that names a prescription (sets without refunds and part payments)."""
        self.paid = {}
        money = defaultdict(Decimal)
        back = set()
        for kind, field in (
            ("ExplanationOfBenefit", "claim"),
            ("PaymentNotice", "request"),
            ("ClaimResponse", "request"),
        ):
            for each in self.by[kind].values():
                claim = self.find(each.get(field, {}))
                amount = Decimal(
                    str((each.get("amount") or each.get("payment", {}).get("amount") or {}).get("value", 0))
                )
                if amount < 0 or each["status"] == "cancelled":
                    back.add(claim)
                elif each["status"] == "active" and (kind == "PaymentNotice" or each.get("outcome") == "complete"):
                    money[claim] += amount
        for name, claim in self.by["Claim"].items():
            if claim.get("prescription"):
                total = Decimal(str(claim.get("total", {}).get("value", 0)))
                state = "refunded" if name in back else "paid" if name in money and money[name] >= total else "unpaid"
                self.paid[self.find(claim["prescription"])] = state
