"""Commands for accounts: add, code, unlock, disable, and whom single sign-on lets in to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from health_cloud.commands.group import as_json, group, plainly, ready

if TYPE_CHECKING:
    from health_cloud.identity.service.accounts import Named


@group.group()
def people() -> None:
    """Accounts of physicians and staff, and activation codes."""


def named(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the ways to name somebody, and hand them on as `who`."""

    @wraps(command)
    def told(login: str, national_id: str, visit_card: str, organization: str, **kwargs: Any) -> Any:
        if sum(map(bool, (login, national_id, visit_card))) != 1:
            raise click.UsageError("Name one person: with --login, --national-id or --visit-card.")
        from health_cloud.identity.service.accounts import Named

        return command(who=Named(login, national_id, visit_card, organization), **kwargs)

    for option in (
        click.option("--organization", default="", metavar="CODE", help="The hospital, where a card is not enough."),
        click.option("--visit-card", default="", metavar="NUMBER", help="A patient, by the visit card."),
        click.option("--national-id", default="", metavar="NUMBER", help="A patient, by the national ID number."),
        click.option("--login", default="", metavar="LOGIN", help="A physician or staff member, by the user name."),
    ):
        told = option(told)
    return told


@people.command(short_help="Make an account for a physician or staff member.")
@click.argument("role", type=click.Choice(["physician", "pharmacist", "staff", "auditor"]))
@click.argument("login")
@click.option("--name", default="", metavar="NAME", help="As patients see it; from the directory when left out.")
@click.option("--name-en", default="", metavar="NAME", help="The same in Latin letters.")
@click.option("--organization", default="", metavar="CODE", help="The hospital, where there are several.")
@click.option("--practitioner", default="", metavar="ID", help="Id of the physician in the hospital's feed.")
@as_json
@plainly
def add(role: str, login: str, name: str, name_en: str, organization: str, practitioner: str, *, as_json: bool) -> None:
    """Make an account for a physician or staff member.

    It has no password: its owner sets one, and a second factor, with a code (people code --login). Patients need no
    account made: they verify themselves.

    \b
    Example: people add physician wang --name 王敏 --practitioner DR-17
    """  # noqa: D301 - click's mark for lines that stay as they are
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.core.policy import Role
    from health_cloud.core.words import Words
    from health_cloud.identity.service import accounts

    ready()
    made = db.perform(
        accounts.add_account,
        system("command line"),
        Role(role),
        login,
        Words(name, name_en or name),
        organization=organization,
        practitioner=practitioner,
    )
    click.echo(json.dumps(asdict(made), ensure_ascii=False) if as_json else f"Made {made.login} ({made.role}).")


@people.command(short_help="Print an activation code: once, within 7 days.")
@named
@as_json
@plainly
def code(who: Named, *, as_json: bool) -> None:
    """Print an activation code, as a QR code and in letters.

    It opens once, within 7 days; an earlier one of the same person ends. A physician or staff member sets password
    and second factor with it; for a patient it takes the place of the code by SMS.
    """
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts
    from health_cloud.identity.service.totp import printed

    ready()
    made = db.perform(accounts.issue_code, system("command line"), who)
    if as_json:
        click.echo(json.dumps(asdict(made)))
        return
    click.echo(printed(f"{made.address}#{made.code}"))
    click.echo(f"{made.code}  until {made.until}  at {made.address}")


@people.command(short_help="Let somebody try again; open a disabled account.")
@named
@as_json
@plainly
def unlock(who: Named, *, as_json: bool) -> None:
    """Let somebody try again after too many failures; opens a disabled account too."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts

    ready()
    db.perform(accounts.unlock, system("command line"), who)
    click.echo(json.dumps({"unlocked": True}) if as_json else "Unlocked.")


@people.command(short_help="Note that a patient has died, or that this was a mistake.")
@named
@click.option("--undo", is_flag=True, help="It was a mistake: the account opens as it was.")
@as_json
@plainly
def deceased(who: Named, *, undo: bool, as_json: bool) -> None:
    """Note that a patient has died: sessions end, nobody signs in or reads, what they had allowed ends.

    Only a patient can be named. Who had access before has to be allowed anew after a mistake.
    """
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import deaths

    ready()
    if undo:
        db.perform(deaths.take_back, system("command line"), who)
        click.echo(json.dumps({"deceased": False}) if as_json else "Taken back.")
        return
    ended = db.perform(deaths.report_death, system("command line"), who)
    told = {"deceased": True, "sessions_ended": ended}
    click.echo(json.dumps(told) if as_json else f"Noted; sessions ended: {ended}.")


@people.command(short_help="Close an account and end its sessions at once.")
@named
@as_json
@plainly
def disable(who: Named, *, as_json: bool) -> None:
    """Close an account and end its sessions at once; people unlock opens it again."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import accounts

    ready()
    ended = db.perform(accounts.disable, system("command line"), who)
    click.echo(json.dumps({"sessions_ended": ended}) if as_json else f"Disabled; sessions ended: {ended}.")


@people.command(short_help="Set somebody's phone number or e-mail address at the desk.")
@named
@click.option("--phone", default="", metavar="NUMBER", help="The new phone number.")
@click.option("--email", default="", metavar="ADDRESS", help="The new e-mail address.")
@as_json
@plainly
def contact(who: Named, phone: str, email: str, *, as_json: bool) -> None:
    """Set a patient's phone number or e-mail address; it counts at once, and the old one is told.

    Only for somebody whose identity document was looked at: codes are sent there from now on. Patients who change
    it by themselves wait for days.

    \b
    Example: people contact --national-id 110101195903070026 --phone 13800000027
    """  # noqa: D301 - click's mark for lines that stay as they are
    if bool(phone) == bool(email):
        raise click.UsageError("Give one of --phone and --email.")
    if who.login:
        raise click.UsageError("Name a patient: with --national-id or --visit-card.")
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service import contacts

    ready()
    kind = "phone" if phone else "email"
    db.perform(contacts.set_at_desk, system("command line"), who, kind, phone or email)
    click.echo(json.dumps({"set": kind}) if as_json else "Set; it counts at once.")


@people.command(short_help="Let a hospital account sign in to an account (single sign-on).")
@click.option("--login", required=True, metavar="LOGIN", help="A physician or staff member, by the user name.")
@click.option("--subject", required=True, metavar="SUB", help="Who it is to the provider: its `sub`, never an e-mail.")
@click.option("--issuer", default="", metavar="URL", help="The provider; HEALTH_CLOUD_OIDC_ISSUER when left out.")
@as_json
@plainly
def link(login: str, subject: str, issuer: str, *, as_json: bool) -> None:
    """Let a subject of the hospital's OpenID Connect provider sign in to an account.

    Open sessions of the account end, and its owner is told.

    \b
    Example: people link --login wang --subject 7c9e6679-7425-40de
    """  # noqa: D301 - click's mark for lines that stay as they are
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service.single_sign_on import linking

    ready()
    db.perform(linking.link, system("command line"), login, issuer, subject)
    click.echo(json.dumps({"linked": True}) if as_json else "Linked.")


@people.command(short_help="Take single sign-on from an account.")
@click.option("--login", required=True, metavar="LOGIN", help="A physician or staff member, by the user name.")
@as_json
@plainly
def unlink(login: str, *, as_json: bool) -> None:
    """Take single sign-on from an account and end its sessions at once."""
    from health_cloud.core import db
    from health_cloud.core.actors import system
    from health_cloud.identity.service.single_sign_on import linking

    ready()
    ended = db.perform(linking.unlink, system("command line"), login)
    click.echo(json.dumps({"unlinked": ended}) if as_json else f"Unlinked: {ended}.")
