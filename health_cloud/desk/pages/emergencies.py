# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""The desk: what was opened in emergencies and waits for review, and one of them."""

from __future__ import annotations

import reflex as rx

from health_cloud.consent.service.reviewing import LONGEST_REMARK, VERDICTS
from health_cloud.consent.views import CONTACT, NOBODY, DoneLine, EmergencyCard, OpenedClass
from health_cloud.desk.state import Review, Reviews
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, choice, choices, field, field_error, form
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.rows import class_name, face, facts, row, rows, section, sheet

LIST = "/desk/emergencies"


def reviews_page() -> rx.Component:
    """Return the list: what waits, the overdue above, and what was reviewed last."""
    return page(
        rx.cond(
            Reviews.ready,
            rx.fragment(
                rx.cond(
                    Reviews.overdue > 0,
                    note(t("desk.review.overdue", count=Reviews.overdue), kind="crit", live=True),
                    rx.fragment(),
                ),
                rx.cond(
                    Reviews.waiting.length() == 0,
                    empty("clipboard_check", t("desk.review.none"), t("desk.review.none_text")),
                    rx.fragment(
                        section(t("desk.review.waiting")), rows(rx.foreach(Reviews.waiting, _waits), lead=True)
                    ),
                ),
                rx.cond(
                    Reviews.done.length() > 0,
                    rx.fragment(section(t("desk.review.done")), rows(rx.foreach(Reviews.done, _done), lead=True)),
                    rx.fragment(),
                ),
            ),
            loading(3),
        ),
        heading=t("desk.review.title"),
        sub=t("desk.review.sub"),
        role="staff",
        tab="emergencies",
    )


def _when(card: rx.Var[EmergencyCard]) -> rx.Component:
    department = words(card.physician.department)
    return rx.fragment(
        rx.cond(department != "", rx.fragment(department, rx.el.i(class_name="sep")), rx.fragment()),
        t("access.emergency.code." + card.code),
        rx.el.i(class_name="sep"),
        dates.near_moment(card.from_at),
    )


def _waits(card: rx.Var[EmergencyCard]) -> rx.Component:
    due = dates.near_moment(card.review_due_at)
    return row(
        words(card.physician.name),
        sub=rx.fragment(
            _when(card),
            rx.el.br(),
            rx.cond(
                card.late,
                rx.el.b(t("desk.review.late", at=due), class_name="ink-crit"),
                rx.cond(card.ended == "", t("desk.review.living", at=due), t("desk.review.due", at=due)),
            ),
        ),
        href=LIST + "/" + card.id,
        lead=face(words(card.physician.name)),
        fresh=True,
        arrow=True,
    )


def _done(card: rx.Var[EmergencyCard]) -> rx.Component:
    return row(
        words(card.physician.name),
        sub=rx.fragment(
            _when(card),
            rx.el.br(),
            separated(_verdict(card), dates.near_moment(card.reviewed_at)),
            rx.cond(card.late, rx.el.b(t("desk.review.was_late"), class_name="ink-warn"), rx.fragment()),
        ),
        href=LIST + "/" + card.id,
        lead=face(words(card.physician.name), quiet=True),
        arrow=True,
    )


def _verdict(card: rx.Var[EmergencyCard] | EmergencyCard) -> rx.Component:
    return rx.el.span(
        t("access.emergency.verdict." + card.verdict),
        class_name=rx.cond(card.verdict == "unjustified", "ink-crit", ""),
    )


def review_page() -> rx.Component:
    """Return one emergency, and the question whether it was justified."""
    return page(
        rx.cond(
            Review.ready,
            rx.cond(
                Review.missing,
                empty(
                    "clipboard_check",
                    t("desk.review.missing"),
                    t("desk.review.missing_text"),
                    action=button(t("desk.review.to_list"), href=LIST),
                ),
                _one(),
            ),
            loading(5, days=False),
        ),
        heading=t("desk.review.one"),
        size="title",
        back=LIST,
        back_label=t("desk.review.title"),
        role="staff",
        tab="emergencies",
        wide=True,
    )


def _one() -> rx.Component:
    card = Review.page.emergency
    return rx.el.div(
        rx.el.div(
            rx.cond(
                card.late & (card.verdict == ""),
                note(t("desk.review.late", at=dates.near_moment(card.review_due_at)), kind="crit", inset=True),
                rx.fragment(),
            ),
            rx.cond(
                Review.page.told == NOBODY,
                note(t("desk.review.untold"), kind="crit", inset=True),
                rx.cond(
                    Review.page.told == CONTACT,
                    note(t("desk.review.told_contact"), kind="warn", name="phone", inset=True),
                    rx.fragment(),
                ),
            ),
            sheet(
                facts(
                    (t("desk.review.who"), separated(words(card.physician.name), words(card.physician.department))),
                    (t("desk.review.whose"), words(card.name)),
                    (t("desk.review.why"), t("access.emergency.code." + card.code)),
                    (t("desk.review.words"), card.reason),
                    (t("desk.review.from"), dates.near_moment(card.from_at)),
                    (t("desk.review.until"), _until(card)),
                    (t("desk.review.by"), _by(card)),
                ),
                title=t("desk.review.what"),
            ),
            _opened(),
            _lines(),
        ),
        rx.el.div(rx.cond(card.verdict != "", _said(card), _question(card))),
        class_name="review-panes",
    )


def _until(card: EmergencyCard) -> rx.Component:
    over = separated(dates.near_moment(card.ended_at), t("desk.review.ended." + card.ended))
    return rx.cond(
        card.ended == "", rx.fragment(t("desk.review.open_until", at=dates.near_moment(card.until_at))), over
    )


def _by(card: EmergencyCard) -> rx.Component:
    return separated(
        dates.near_moment(card.review_due_at), rx.cond(card.late, t("desk.review.passed"), t("desk.review.three_days"))
    )


def _opened() -> rx.Component:
    return rx.fragment(
        section(t("desk.review.opened")),
        rx.cond(
            Review.page.classes.length() == 0,
            rx.el.p(t("desk.review.nothing"), class_name="pad ink-2"),
            rx.el.div(
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th(t("desk.column.class"), scope="col"),
                            rx.el.th(t("desk.review.looks"), scope="col", class_name="num"),
                            rx.el.th(t("desk.review.records"), scope="col", class_name="num"),
                        )
                    ),
                    rx.el.tbody(rx.foreach(Review.page.classes, _class)),
                    class_name="dense",
                ),
                class_name="pad",
            ),
        ),
    )


def _name(record_class: rx.Var[str]) -> rx.Var[str]:
    return rx.cond(record_class == "", t("desk.review.several"), class_name(record_class))


def _class(opened: rx.Var[OpenedClass]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(_name(opened.record_class), scope="row"),
        rx.el.td(dates.number(opened.looks), class_name="num"),
        rx.el.td(dates.number(opened.shown), class_name="num"),
    )


def _lines() -> rx.Component:
    return rx.fragment(
        section(t("desk.review.lines"), more=t("desk.review.lines_note")),
        rows(rx.foreach(Review.lines, _line)),
    )


def _line(line: rx.Var[DoneLine]) -> rx.Component:
    return row(
        t("desk.review.did." + line.act),
        sub=rx.cond(
            line.shown > 0,
            separated(_name(line.record_class), t("desk.review.shown", count=line.shown)),
            rx.cond(line.record_class != "", rx.fragment(_name(line.record_class)), rx.fragment()),
        ),
        end=rx.el.span(dates.near_moment(line.at), class_name="t-small"),
    )


def _said(card: EmergencyCard) -> rx.Component:
    return sheet(
        facts(
            (t("desk.review.verdict"), _verdict(card)),
            (t("desk.review.reviewer"), words(Review.page.reviewer.name)),
            (
                t("desk.review.at"),
                rx.fragment(
                    dates.near_moment(card.reviewed_at),
                    rx.cond(card.late, rx.el.span(t("desk.review.was_late"), class_name="ink-warn"), rx.fragment()),
                ),
            ),
            (t("desk.review.remark_was"), rx.cond(card.remark != "", card.remark, t("desk.review.no_remark"))),
        ),
        title=t("desk.review.reviewed"),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Review.field == name, t(Review.problem, Review.params), "")


def _question(card: EmergencyCard) -> rx.Component:
    return rx.cond(
        Review.page.own,
        note(t("consent.error.review_own"), kind="warn", name="lock", inset=True),
        rx.cond(
            card.ended == "",
            note(t("consent.error.review_early"), name="timer", inset=True),
            rx.el.div(_form(), class_name="pad"),
        ),
    )


def _form() -> rx.Component:
    return form(
        rx.cond(Review.field == "", problem(Review.problem, Review.params), rx.fragment()),
        rx.el.div(
            rx.el.h2(t("desk.review.question"), class_name="t-body strong"),
            choices(
                *[
                    choice(
                        t(f"desk.review.choose.{verdict}"),
                        name="verdict",
                        checked=Review.verdict == verdict,
                        on_change=Review.set_verdict(verdict),
                    )
                    for verdict in VERDICTS
                ],
                legend=t("desk.review.question"),
            ),
            class_name="which",
        ),
        field_error(_error("verdict"), "verdict"),
        field(
            t("desk.review.remark"),
            name="remark",
            hint=t("desk.review.remark_hint"),
            error=_error("remark"),
            multiline=True,
            max_length=LONGEST_REMARK,
        ),
        rx.el.div(button(t("desk.review.decide"), look="primary", submit=True, wide=True), class_name="pad"),
        on_submit=Review.decide,
    )
