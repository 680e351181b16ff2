"""What an import did, in words for the person who started it."""

from __future__ import annotations

from collections.abc import Iterator

from health_cloud.ingest.views import Progress, Rejected, Summary

REJECTED = {
    "ambiguous": "its type, id or patient is written twice",
    "broken_file": "the file is damaged or ends too early",
    "broken_json": "not JSON",
    "bundle_type": "a response, or no type of Bundle that carries records",
    "device": "no file but a device or pipe in an archive",
    "empty": "nothing in it",
    "fhir_version": "another FHIR version than R4",
    "file_type": "neither JSON, NDJSON, gzip nor tar",
    "identity": "an id that no reference could name",
    "link": "a link in an archive",
    "nested_archive": "an archive inside an archive",
    "no_composition": "a document Bundle without its Composition",
    "no_person": "says of nobody that it is about them",
    "not_fhir": "JSON, but no FHIR resource",
    "not_unicode": "not written in UTF-8",
    "run_too_large": "more than 50 GB unpacked: the run stopped reading here",
    "too_deep": "nested more than 100 levels deep",
    "too_large": "larger than the limit (resource 32 MB, line 64 MB, file or member 256 MB)",
    "unknown_type": "no resource type of FHIR",
    "unreadable": "may not be opened by this user, or is a link to nowhere",
    "unsafe_path": "a path that leads out of the archive",
}
HELD = {
    "encounter_missing": "the visit that it names has not arrived",
    "encounter_unstated": "neither a visit nor an outpatient category is named",
    "not_archived": "the feed has not said that the stay is archived",
    "not_discharged": "a stay without an end",
    "not_finished": "the visit is not finished",
    "patient_missing": "the patient has not arrived",
    "status": "preliminary, cancelled, entered in error, or otherwise no outcome",
    "unpaid": "no payment reaches its bill",
    "wrong_patient": "a newer version is about another patient",
}
CASES = {
    "duplicate": "two people share a number other than the national ID",
    "identity_conflict": "equal national ID, other birth date: shown to nobody",
    "impossible_time": "in the future, before birth, or issued before it was taken",
    "impossible_unit": "a unit that UCUM does not know",
    "impossible_value": "a value that no body can have",
    "missing_unit": "a laboratory value without a unit",
    "national_id": "a national ID number that cannot be, or says another birth date",
    "orphan": "names a visit that is not here",
    "profile": "an element that is not as FHIR has it",
    "undecided": "a shape that could not be judged: this patient stays as they were",
    "unknown_code": "a report whose category says no class",
    "wrong_patient": "the same id or number, but somebody else",
}
_LISTED = 5
"""So many places of each cause are shown to a person; programs get all."""


def said(now: Progress) -> str:
    """Say how far a run is."""
    if now.phase == "reading":
        return f"reading {now.file}: {now.resources} resources, {now.megabytes:.1f} MB"
    return f"deciding: {now.left} patients left"


def told(done: Summary) -> Iterator[str]:
    """Say what a run did, line by line."""
    for name, value in (("resources", done.resources), ("patients", done.patients)):
        yield f"{name:<10} {value}"
    for name, counts in (("accounted", done.accounted), ("published", done.published)):
        yield f"{name:<10} {', '.join(f'{key} {count}' for key, count in counts.items())}"
    yield f"{'withdrawn':<10} {done.withdrawn}"
    for name, counts, meanings in (("held", done.held, HELD), ("cases", done.cases, CASES)):
        yield f"{name:<10} {sum(counts.values())}"
        for key, count in counts.items():
            yield f"  {key} {count}: {meanings[key]}"
    yield f"{'rejected':<10} {done.accounted['rejected']}"
    yield from _rejected(done.rejected)
    yield f"{'seconds':<10} {done.seconds}"


def _rejected(rejected: tuple[Rejected, ...]) -> Iterator[str]:
    by_cause: dict[str, list[Rejected]] = {}
    for each in rejected:
        by_cause.setdefault(each.cause, []).append(each)
    for cause, some in sorted(by_cause.items()):
        yield f"  {cause} {len(some)}: {REJECTED[cause]}"
        for each in some[:_LISTED]:
            yield f"    {each.file}, number {each.position}" if each.position else f"    {each.file}"
        if len(some) > _LISTED:
            yield f"    and {len(some) - _LISTED} more (--json lists them)"
