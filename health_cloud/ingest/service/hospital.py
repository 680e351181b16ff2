"""Organizations and practitioners of a feed, as the hospital's directory knows them."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.identity.service import directory
from health_cloud.ingest.service.mapping import fhir
from health_cloud.ingest.service.mapping.fhir import Json, first, text, words

DIRECTORY = frozenset({"Organization", "Practitioner", "PractitionerRole"})
"""Types that are put into the directory."""
_LONGEST = 200


def put_in_directory(session: Session, organization_id: str, resource: Json, source_key: str) -> None:
    """Put an Organization, a Practitioner or a PractitionerRole into the hospital's directory."""
    kind = text(resource.get("resourceType"))
    source_id = (text(resource.get("id")) or source_key)[:_LONGEST]
    if kind == "Organization":
        _put_organization(session, organization_id, resource, source_id)
    elif kind == "Practitioner":
        directory.put_practitioner(session, organization_id, source_id, fhir.human_name(resource.get("name")))
        title = fhir.concept(first(resource.get("qualification")).get("code"))
        directory.put_role(session, organization_id, source_id, title=title, department_id=None)
    else:
        _put_role(session, organization_id, resource)


def _put_organization(session: Session, organization_id: str, organization: Json, source_id: str) -> None:
    parent = fhir.ref(organization.get("partOf"))
    directory.put_department(
        session,
        organization_id,
        source_id,
        words(organization, "name"),
        kind=_kind_of(organization, part=parent is not None),
        parent=parent.id[:_LONGEST] if parent else "",
    )


def _kind_of(organization: Json, *, part: bool) -> str:
    codes = fhir.codes(organization.get("type"))
    if "dept" in codes:
        return "department"
    if part:
        return "campus" if "prov" in codes else "department"
    return "place"


def _put_role(session: Session, organization_id: str, role: Json) -> None:
    practitioner = fhir.ref(role.get("practitioner"))
    if practitioner is None:
        return
    department = fhir.ref(role.get("organization"))
    known = directory.departments(session, organization_id)
    directory.put_role(
        session,
        organization_id,
        practitioner.id[:_LONGEST],
        title=fhir.concepts(role.get("code")),
        department_id=known[department.id].id if department and department.id in known else None,
    )
