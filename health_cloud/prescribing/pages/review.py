# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The pharmacist's screens: what waits since when, and one prescription with all that is known of it."""

from __future__ import annotations

import reflex as rx

from health_cloud.prescribing.pages.parts import finding_line, look_of, medicine, unseen
from health_cloud.prescribing.state import PharmacyQueue, PharmacyReview
from health_cloud.prescribing.views.prescriptions import GivenAllergy, GivenMedicine, ItemRow, WaitingRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button, field, form, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.overlays import bottom_sheet, disclosed_confirm
from health_cloud.ui.rows import facts, row, rows, section, sheet, tile

_PAGE = PharmacyReview.page


def queue_page() -> rx.Component:
    """Return the page of what waits."""
    return page(
        rx.cond(
            PharmacyQueue.ready,
            rx.cond(
                PharmacyQueue.waiting.length() == 0,
                empty("pill", t("prescribing.queue.none"), t("prescribing.queue.none_text")),
                rows(rx.foreach(PharmacyQueue.waiting, _waiting), lead=True),
            ),
            loading(4),
        ),
        heading=t("prescribing.queue.title"),
        sub=t("prescribing.queue.sub"),
        role="pharmacist",
        tab="review",
    )


def _waiting(each: rx.Var[WaitingRow]) -> rx.Component:
    return row(
        words(each.patient),
        sub=rx.fragment(
            t("prescribing.pane.count", count=each.count),
            rx.el.i(class_name="sep"),
            words(each.physician),
            rx.cond(
                words(each.department) != "",
                rx.fragment(rx.el.i(class_name="sep"), words(each.department)),
                rx.fragment(),
            ),
            rx.cond(each.again, rx.fragment(rx.el.i(class_name="sep"), t("prescribing.queue.again")), rx.fragment()),
            rx.cond(each.own, rx.fragment(rx.el.i(class_name="sep"), t("prescribing.queue.own")), rx.fragment()),
        ),
        href="/pharmacist/" + each.id,
        lead=tile("pill", "c-rx"),
        end=[
            rx.cond(
                each.warned, rx.el.span(t("prescribing.queue.warned"), class_name="t-small warn-ink"), rx.fragment()
            ),
            rx.el.span(t("prescribing.queue.waits", count=each.waits), class_name="t-small ink-2"),
        ],
        arrow=True,
    )


def review_page() -> rx.Component:
    """Return the page of one prescription."""
    return page(
        rx.cond(
            PharmacyReview.ready,
            rx.cond(
                PharmacyReview.missing,
                empty(
                    "pill",
                    t("prescribing.review.none"),
                    t("prescribing.review.none_text"),
                    action=button(t("prescribing.queue.title"), href="/pharmacist"),
                ),
                _body(),
            ),
            loading(5, days=False),
        ),
        _word(),
        heading=rx.cond(_PAGE.id != "", words(_PAGE.patient), t("prescribing.review.title")),
        sub=rx.cond(_PAGE.id != "", _who(), rx.fragment()),
        size="title",
        back="/pharmacist",
        back_label=t("prescribing.queue.title"),
        role="pharmacist",
        tab="review",
    )


def _who() -> rx.Component:
    return rx.fragment(
        rx.match(
            _PAGE.sex,
            ("female", rx.fragment(t("prescribing.review.female"), rx.el.i(class_name="sep"))),
            ("male", rx.fragment(t("prescribing.review.male"), rx.el.i(class_name="sep"))),
            rx.fragment(),
        ),
        rx.cond(
            _PAGE.age >= 0,
            t("prescribing.review.age", count=_PAGE.age),
            t("prescribing.review.no_age"),
        ),
        rx.el.i(class_name="sep"),
        t("prescribing.review.number", number=_PAGE.number),
    )


def _body() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            _stand(),
            rx.cond(
                _PAGE.withheld,
                note(t("prescribing.review.withheld"), kind="warn", name="shield_x", inset=True),
                rx.fragment(),
            ),
            role="status",
        ),
        problem(PharmacyReview.problem, PharmacyReview.params),
        rx.cond(
            _PAGE.before != "",
            note(_PAGE.before, strong=t("prescribing.review.before"), name="history", inset=True),
            rx.fragment(),
        ),
        sheet(
            rx.el.ul(rx.foreach(_PAGE.medicines, _medicine), class_name="rx-items"),
            rx.cond(
                _PAGE.general.length() > 0,
                rx.el.ul(
                    rx.foreach(_PAGE.general, lambda each: rx.el.li(finding_line(each), class_name=look_of(each))),
                    class_name="rx-findings rx-general",
                ),
                rx.fragment(),
            ),
            rx.el.p(t("prescribing.pane.total", total=_PAGE.total), class_name="sheet-foot"),
            title=t("prescribing.pane.count", count=_PAGE.medicines.length()),
        ),
        rx.cond((_PAGE.state == "signed") & ~_PAGE.own, _acts(), rx.fragment()),
        section(t("prescribing.review.seen")),
        _seen(),
        section(t("prescribing.review.signed")),
        facts(
            (t("prescribing.review.physician"), words(_PAGE.physician.name)),
            (t("prescribing.review.department"), words(_PAGE.department)),
            (t("prescribing.review.at"), dates.moment(_PAGE.signed_at)),
            (t("prescribing.review.digest"), rx.el.code(_PAGE.digest, class_name="rx-digest")),
        ),
    )


def _medicine(each: rx.Var[ItemRow]) -> rx.Component:
    return medicine(each)


def _stand() -> rx.Component:
    return rx.match(
        _PAGE.state,
        (
            "signed",
            rx.cond(
                _PAGE.own, note(t("prescribing.review.own"), kind="warn", name="shield_x", inset=True), rx.fragment()
            ),
        ),
        ("approved", note(t("prescribing.review.approved"), name="check", inset=True)),
        ("returned", note(t("prescribing.review.returned"), name="undo_2", inset=True)),
        ("lapsed", note(t("prescribing.review.lapsed"), kind="warn", name="timer", inset=True)),
        note(t("prescribing.review.done"), name="check", inset=True),
    )


def _acts() -> rx.Component:
    return rx.el.div(
        pair(
            button(t("prescribing.review.give_back"), on_click=PharmacyReview.ask_word),
            rx.el.div(
                disclosed_confirm(
                    button(t("prescribing.review.approve"), look="primary", wide=True),
                    title=t("prescribing.review.approve_title", name=words(_PAGE.patient)),
                    lines=[t("prescribing.review.approve_pays"), t("prescribing.review.approve_signs")],
                    act=t("prescribing.review.approve"),
                    on_act=PharmacyReview.approve(PharmacyReview.page.id, PharmacyReview.page.digest),
                    danger=False,
                ),
            ),
        ),
        class_name="pad gap-top",
    )


def _word() -> rx.Component:
    wrong = rx.cond(PharmacyReview.field == "word", t(PharmacyReview.problem, PharmacyReview.params), "").to(str)
    return bottom_sheet(
        form(
            field(
                t("prescribing.review.word"),
                name="word",
                hint=t("prescribing.review.word_hint"),
                error=wrong,
                multiline=True,
                max_length=500,
            ),
            pair(
                button(t("ui.cancel"), on_click=PharmacyReview.keep),
                button(t("prescribing.review.give_back"), look="primary", submit=True),
            ),
            on_submit=PharmacyReview.give_back,
            no_validate=True,
        ),
        title=t("prescribing.review.give_back"),
        open=PharmacyReview.returning,
        on_close=PharmacyReview.keep,
    )


def _seen() -> rx.Component:
    """Show what the checks rested on: what the prescriber was given, and what not."""
    given = _PAGE.given
    nothing = rx.cond(given.no_allergies, t("prescribing.pane.no_allergies"), t("prescribing.review.no_allergies_seen"))
    return rx.el.div(
        rx.cond(
            given.at != "",
            rx.fragment(
                rx.el.p(t("prescribing.review.looked", at=dates.near_moment(given.at)), class_name="t-small ink-2"),
                rx.el.p(t("prescribing.review.basis"), class_name="t-small ink-2"),
                unseen(given.unseen),
                rx.el.h3(t("prescribing.review.allergies"), class_name="t-small ink-2"),
                rx.cond(
                    given.allergies.length() > 0,
                    rx.el.ul(rx.foreach(given.allergies, _allergy), class_name="rx-seen"),
                    rx.el.p(nothing),
                ),
                rx.el.h3(t("prescribing.review.medicines"), class_name="t-small ink-2"),
                rx.cond(
                    given.medicines.length() > 0,
                    rx.el.ul(rx.foreach(given.medicines, _given_medicine), class_name="rx-seen"),
                    rx.el.p(t("prescribing.review.no_medicines")),
                ),
            ),
            note(t("prescribing.review.nothing_seen"), kind="warn", name="eye_off", inset=True),
        ),
        class_name="pad rx-given",
    )


def _allergy(each: rx.Var[GivenAllergy]) -> rx.Component:
    return rx.el.li(rx.el.b(words(each.name)))


def _given_medicine(each: rx.Var[GivenMedicine]) -> rx.Component:
    return rx.el.li(
        rx.el.b(words(each.name)),
        rx.cond(each.now, rx.el.span(" · ", t("prescribing.pane.now"), class_name="t-small"), rx.fragment()),
        rx.el.p(words(each.dose), class_name="t-small ink-2"),
    )
