# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""Who sees to my affairs, to whose I see: invite, agree, act, end."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.pages.acting import act_for
from health_cloud.identity.pages.moving import Copy, Lead, Printed
from health_cloud.identity.service.guardians.terms import DAYS, FURTHER, RELATIONS
from health_cloud.identity.state.guardians import Guardians
from health_cloud.identity.views import GuardianRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, chip, chips, choice, choices, field, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import face, section, sheet


def guardians_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(Guardians.field == "", problem(Guardians.problem, Guardians.problem_params), rx.fragment()),
        rx.cond(Guardians.ready, _both(), loading(3)),
        Lead.create(target=Guardians.focus, turn=Guardians.turn),
        heading=t("identity.guardians.title"),
        sub=t("identity.guardians.sub"),
        back="/me",
        back_label=t("identity.me.title"),
        tab="me",
    )


def _both() -> rx.Component:
    return rx.fragment(
        _meant(),
        rx.cond(Guardians.invitation.code != "", _invitation(), rx.fragment()),
        section(t("identity.guardians.mine")),
        rx.cond(
            Guardians.mine.length() > 0,
            rx.el.ul(rx.foreach(Guardians.mine, _mine), class_name="rows grants"),
            rx.cond(
                Guardians.inviting,
                rx.fragment(),
                empty("users", t("identity.guardians.none"), t("identity.guardians.none_text")),
            ),
        ),
        rx.cond(Guardians.inviting, rx.el.div(_form(), class_name="gap-top"), _invite()),
        section(t("identity.guardians.wards")),
        rx.cond(
            Guardians.wards.length() > 0,
            rx.el.ul(rx.foreach(Guardians.wards, _ward), class_name="rows grants"),
            rx.fragment(),
        ),
        _take_up(),
    )


def _meant() -> rx.Component:
    """Lead on to what a line of news is about, by acting for whom it is about."""
    row, name = Guardians.meant, words(Guardians.meant.name)
    go_on = rx.cond(
        row.here,
        button(t("identity.guardians.go_on"), look="primary", href=Guardians.then),
        act_for(row.id, t("identity.guardians.act_and_go", name=name), kind="btn primary", then=Guardians.then),
    )
    lead = rx.el.div(
        rx.cond(row.here, rx.fragment(), rx.el.p(t("identity.guardians.about_text", name=name), class_name="ink-2")),
        rx.el.div(go_on),
        class_name="pad stack",
    )
    about = sheet(lead, title=t("identity.guardians.about", name=name))
    over = note(t("identity.guardians.about_over", name=name), kind="info", inset=True)
    return rx.cond(row.id != "", rx.cond(row.state == "living", about, over), rx.fragment())


def _invite() -> rx.Component:
    act = button(t("identity.guardians.invite"), look="primary", name="user_plus", on_click=Guardians.begin)
    return rx.el.div(act, class_name="pad gap-top")


def _form() -> rx.Component:
    """Ask who it is, how far and for how long, and say what it means before the code is made."""
    error = rx.cond(Guardians.field == "relation", t(Guardians.problem, Guardians.problem_params), "").to(str)
    return sheet(
        choices(
            *[
                choice(
                    t(f"identity.guardians.is.{relation}"),
                    name="relation",
                    value=relation,
                    checked=Guardians.relation == relation,
                    on_change=Guardians.pick_relation(relation),
                    **({"id": "relation"} if relation == RELATIONS[0] else {}),
                )
                for relation in RELATIONS
            ],
            legend=t("identity.guardians.who"),
            legend_hidden=False,
            sheet=False,
        ),
        rx.cond(error != "", rx.el.p(error, role="alert", class_name="pad field-error"), rx.fragment()),
        choices(
            choice(t("identity.guardians.level.read"), many=True, checked=True, disabled=True),
            *[
                choice(
                    t(f"identity.guardians.level.{level}"),
                    many=True,
                    checked=Guardians.further.contains(level),
                    on_change=Guardians.toggle(level),
                )
                for level in FURTHER
            ],
            legend=t("identity.guardians.how_far"),
            legend_hidden=False,
            sheet=False,
        ),
        rx.el.p(t("identity.guardians.how_long"), class_name="pad legend"),
        chips(
            t("identity.guardians.how_long"),
            *[
                chip(
                    t("identity.guardians.days", count=days),
                    chosen=Guardians.days == str(days),
                    on_click=Guardians.pick_days(str(days)),
                )
                for days in DAYS
            ],
        ),
        rx.el.p(t("identity.guardians.never"), class_name="pad t-small ink-2"),
        rx.el.div(
            button(t("identity.guardians.make_code"), look="primary", wide=True, on_click=Guardians.invite),
            button(t("ui.cancel"), wide=True, on_click=Guardians.leave),
            class_name="pad stack gap-top",
        ),
    )


def _invitation() -> rx.Component:
    made = Guardians.invitation
    box = made.size.to(str)
    return sheet(
        rx.el.div(
            rx.el.svg(
                rx.el.svg.path(d=made.picture, class_name="qr-dark"),
                view_box="0 0 " + box + " " + box,
                role="img",
                aria_label=t("identity.guardians.qr"),
                class_name="qr",
            ),
            rx.el.p(
                rx.el.span(made.code, class_name="secret"),
                Copy.create(
                    text=made.code,
                    label=t("identity.guardians.copy"),
                    done=t("identity.activate.copied"),
                    what=t("identity.guardians.code"),
                ),
                class_name="copied",
            ),
            rx.el.p(t("identity.guardians.code_text", at=dates.moment(made.until)), class_name="t-small ink-2"),
            button(t("identity.guardians.put_away"), on_click=Guardians.leave),
            class_name="pad stack",
        ),
        title=t("identity.guardians.code"),
    )


def _mine(row: rx.Var[GuardianRow]) -> rx.Component:
    named, living = row.state == "named", row.state == "living"
    renew = button(
        t("identity.guardians.renew"),
        small=True,
        on_click=Guardians.renew(row.id),
        aria_label=t("identity.guardians.renew_whom", name=words(row.name)),
    )
    return _relation(
        row,
        t("identity.guardians.named_mine", at=dates.day(row.until)),
        rx.cond(named, _agree(row), rx.fragment()),
        rx.cond(row.renewable, renew, rx.fragment()),
        rx.cond(named | living | (row.state == "invited"), _end(row), rx.fragment()),
    )


def _agree(row: rx.Var[GuardianRow]) -> rx.Component:
    """Ask before somebody may act: what they will be able to do, by name."""
    return disclosed_confirm(
        button(t("identity.guardians.agree"), look="primary", small=True),
        title=t("identity.guardians.agree_title", name=words(row.name)),
        lines=[
            rx.el.span(rx.foreach(row.levels, _can), class_name="cans"),
            t("identity.guardians.until", at=dates.day(row.until)),
            t("identity.guardians.never"),
        ],
        act=t("identity.guardians.agree"),
        on_act=Guardians.agree(row.id),
        danger=False,
    )


def _ward(row: rx.Var[GuardianRow]) -> rx.Component:
    living = row.state == "living"
    use = act_for(
        row.id,
        t("identity.guardians.act_whom", name=words(row.name)),
        kind="btn primary sm",
    )
    return _relation(
        row,
        t("identity.guardians.named", at=dates.day(row.until)),
        rx.cond(living & ~row.here, use, rx.fragment()),
        rx.cond(living | (row.state == "named"), _end(row), rx.fragment()),
    )


def _end(row: rx.Var[GuardianRow]) -> rx.Component:
    def said(end: rx.Var[str], decline: rx.Var[str]) -> rx.Var[str]:
        return rx.match(row.state, ("living", end), ("invited", t("identity.guardians.cancel")), decline).to(str)

    name = words(row.name)
    return button(
        said(t("identity.guardians.end"), t("identity.guardians.decline")),
        look="danger",
        small=True,
        on_click=Guardians.end(row.id),
        aria_label=said(
            t("identity.guardians.end_whom", name=name),
            t("identity.guardians.decline_whom", name=name),
        ),
    )


def _relation(row: rx.Var[GuardianRow], named: rx.Var[str], *acts: rx.Component) -> rx.Component:
    """Show a relation: who, what they are to each other, how far, until when, and what can be done."""
    waits = row.state == "invited"
    levels = rx.el.p(
        rx.foreach(
            row.levels, lambda level: rx.el.span(t("identity.guardians.can." + level.to(str)), class_name="can")
        ),
        class_name="t-small ink-2 cans",
    )
    return rx.el.li(
        rx.el.div(
            rx.cond(waits, face("?", quiet=True), face(words(row.name))),
            rx.el.div(
                rx.el.b(rx.cond(waits, t("identity.guardians.waiting"), words(row.name))),
                rx.el.p(separated(t(row.kin), _state(row, named)), class_name="t-small ink-2"),
                levels,
            ),
            class_name="grant-head",
        ),
        rx.el.div(*acts, class_name="relation-acts"),
        key=row.id,
    )


def _can(level: rx.Var[str]) -> rx.Component:
    return rx.el.span(t("identity.guardians.can." + level.to(str)), class_name="can")


def _state(row: rx.Var[GuardianRow], named: rx.Var[str]) -> rx.Component:
    return rx.match(
        row.state,
        ("invited", t("identity.guardians.code_until", at=dates.moment(row.until))),
        ("named", named),
        ("living", t("identity.guardians.until", at=dates.day(row.until))),
        ("over", t("identity.guardians.over", at=dates.moment(row.until))),
        t("identity.guardians.ended", at=dates.moment(row.until), by=t(row.by)),
    )


def _take_up() -> rx.Component:
    error = rx.cond(Guardians.field == "code", t(Guardians.problem, Guardians.problem_params), "").to(str)
    return rx.fragment(
        rx.cond(
            Guardians.taken, note(t("identity.guardians.taken"), kind="info", inset=True, live=True), rx.fragment()
        ),
        form(
            field(
                t("identity.guardians.given_code"),
                name="code",
                hint=t("identity.guardians.given_code_hint"),
                error=error,
                auto_complete="off",
                auto_capitalize="characters",
                spell_check=False,
                max_length=20,
            ),
            Printed.create(target="code"),
            rx.el.div(button(t("identity.guardians.take_up"), submit=True)),
            on_submit=Guardians.take_up,
            no_validate=True,
        ),
    )
