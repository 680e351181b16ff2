"""Commands for guardians: the desk names and ends them, for children and those who cannot invite."""

from __future__ import annotations

import json
from typing import Any

import click

from health_cloud.commands.group import as_json, plainly, ready
from health_cloud.commands.people import people


@people.group()
def guardian() -> None:
    """Guardians: who sees to a patient's affairs."""


def both(command: Any) -> Any:
    """Add the ways to name the patient and the guardian."""
    for option in (
        click.option("--organization", default="", metavar="CODE", help="The hospital, where a card is not enough."),
        click.option("--guardian-visit-card", default="", metavar="NUMBER", help="The guardian, by the visit card."),
        click.option("--guardian-id", default="", metavar="NUMBER", help="The guardian, by the national ID number."),
        click.option("--patient-visit-card", default="", metavar="NUMBER", help="The patient, by the visit card."),
        click.option("--patient-id", default="", metavar="NUMBER", help="The patient, by the national ID number."),
    ):
        command = option(command)
    return command


def _named(side: str, national_id: str, visit_card: str, organization: str) -> Any:
    if bool(national_id) == bool(visit_card):
        raise click.UsageError(f"Name the {side}: with --{side}-id or --{side}-visit-card.")
    from health_cloud.identity.service.accounts import Named

    return Named("", national_id, visit_card, organization)


@guardian.command(short_help="Name a guardian; told to both.")
@both
@click.option(
    "--relation",
    required=True,
    type=click.Choice(["parent", "child", "spouse", "other"]),
    help="What the guardian is to the patient.",
)
@click.option("--may", multiple=True, type=click.Choice(["decide", "book"]), help="Besides reading; may be repeated.")
@click.option("--days", default=365, type=click.IntRange(1, 365), help="For how long; a child's parent until of age.")
@click.option("--proof", required=True, metavar="TEXT", help="What was shown; kept sealed beside the ledger's line.")
@as_json
@plainly
def add(
    patient_id: str,
    patient_visit_card: str,
    guardian_id: str,
    guardian_visit_card: str,
    organization: str,
    relation: str,
    may: tuple[str, ...],
    days: int,
    proof: str,
    *,
    as_json: bool,
) -> None:
    """Let a guardian see to a patient's affairs, from an account of the guardian's own.

    RELATION is what the guardian is to the patient. It ends after so many days, a parent's when the child is of age
    (HEALTH_CLOUD_ADULT_AGE); naming the same two again renews it.

    \b
    Example: people guardian add --patient-visit-card V2 --guardian-id 11010119850101001X \\
        --relation parent --may decide --may book --proof "household register, 21 November"
    """  # noqa: D301 - click's mark for lines that stay as they are
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service.guardians import desk

    patient = _named("patient", patient_id, patient_visit_card, organization)
    who = _named("guardian", guardian_id, guardian_visit_card, organization)
    ready()
    until = db.perform(desk.name_guardian, system("command line"), patient, who, relation, may, days=days, proof=proof)
    click.echo(json.dumps({"until": until}) if as_json else f"Named; it ends at {until}.")


@guardian.command(short_help="End a guardian's relation; told to both.")
@both
@as_json
@plainly
def end(
    patient_id: str,
    patient_visit_card: str,
    guardian_id: str,
    guardian_visit_card: str,
    organization: str,
    *,
    as_json: bool,
) -> None:
    """End a guardian's relation at once; what they have open is emptied."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service.guardians import desk

    patient = _named("patient", patient_id, patient_visit_card, organization)
    who = _named("guardian", guardian_id, guardian_visit_card, organization)
    ready()
    db.perform(desk.end_guardian, system("command line"), patient, who)
    click.echo(json.dumps({"ended": True}) if as_json else "Ended.")
