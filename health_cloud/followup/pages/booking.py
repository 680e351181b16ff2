"""The patient's follow-up visits, and booking one."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from health_cloud.followup.pages.kinds import kind_line, place_line
from health_cloud.followup.pages.waiting import waiting_list
from health_cloud.followup.service.rows import IN_PERSON
from health_cloud.followup.state import Appointments, Booking, InPerson, Waitlist
from health_cloud.followup.views import AppointmentCard, Offer, RefusedRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import language, t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.overlays import disclosed_confirm
from health_cloud.ui.rows import face, section


class Download(BaseHTML):
    """A link to a file; `rx.el.a` would make it a route."""

    tag = "a"

    href: rx.Var[str]


def appointments_page() -> rx.Component:
    """Return the page of one's follow-up visits."""
    return page(
        problem(Appointments.problem, Appointments.params),
        waiting_list(),
        rx.cond(
            Appointments.ready,
            rx.cond(
                (Appointments.coming.length() == 0) & (Appointments.past.length() == 0),
                rx.cond(
                    Waitlist.cards.length() > 0,
                    rx.fragment(),
                    empty("calendar_clock", t("followup.none"), t("followup.none_text")),
                ),
                rx.fragment(
                    rx.el.ul(rx.foreach(Appointments.coming, _appointment), class_name="rows answers"),
                    rx.cond(
                        Appointments.past.length() > 0,
                        rx.fragment(
                            section(t("followup.past")),
                            rx.el.ul(rx.foreach(Appointments.past, _appointment), class_name="rows answers"),
                        ),
                        rx.fragment(),
                    ),
                ),
            ),
            loading(3),
        ),
        heading=t("followup.title"),
        role="patient",
        tab="followup",
        actions=button(t("followup.book.start"), look="primary", href="/followup/book", wide=True),
    )


def _appointment(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            face(words(card.physician.name)),
            rx.el.div(
                rx.el.b(dates.visit(card.starts_at)),
                rx.el.p(
                    t("access.doctor", name=words(card.physician.name)),
                    rx.el.i(class_name="sep"),
                    words(card.department),
                    rx.el.i(class_name="sep"),
                    kind_line(card.kind),
                    class_name="t-small ink-2",
                ),
                rx.cond(
                    card.kind == IN_PERSON,
                    rx.el.p(
                        place_line(words(card.physician.organization), words(card.department), card.place),
                        class_name="t-small",
                    ),
                    rx.fragment(),
                ),
                rx.el.p(t("followup.reason_said", text=card.reason), class_name="t-small ink-2"),
                rx.cond(
                    card.absent != "",
                    rx.el.p(t("followup.absent.patient_sees." + card.absent), class_name="t-small"),
                    rx.fragment(),
                ),
                rx.cond(
                    card.word != "",
                    rx.el.p(t("followup.word_said", text=card.word), class_name="t-small"),
                    rx.fragment(),
                ),
            ),
            rx.el.span(t("followup.state." + card.state), class_name="t-small strong", role="status"),
            class_name="grant-head",
        ),
        rx.cond(
            card.reads_until != "",
            rx.el.p(
                t("followup.give.until", name=words(card.physician.name), at=dates.moment(card.reads_until)),
                class_name="t-small ink-2",
            ),
            rx.fragment(),
        ),
        rx.cond(card.proposed_at != "", _proposed(card), rx.fragment()),
        rx.cond(
            card.can_cancel,
            rx.el.div(
                _to_room(card),
                button(t("followup.prepare.start"), href="/followup/prepare/" + card.id, small=True),
                _to_calendar(card),
                rx.cond(
                    card.can_move,
                    button(t("followup.move.start"), href="/followup/move/" + card.id, small=True),
                    rx.fragment(),
                ),
                rx.cond(
                    card.too_late_hours > 0,
                    rx.el.p(t("followup.cancel_late", hours=card.too_late_hours), class_name="t-small ink-2"),
                    _cancel(card),
                ),
                class_name="visit-acts",
            ),
            rx.cond(card.room != "", rx.el.div(_to_room(card), class_name="visit-acts"), rx.fragment()),
        ),
        rx.cond(
            card.may_let != "",
            rx.el.p(
                rx.el.a(
                    t("followup.let.start", name=words(card.physician.name)), href=card.may_let, class_name="link act"
                ),
                class_name="t-small",
            ),
            rx.fragment(),
        ),
        key=card.id,
    )


def _proposed(card: rx.Var[AppointmentCard]) -> rx.Component:
    """Show the time that the physician proposes: taken with one press, until it is kept no longer."""
    return rx.el.div(
        note(
            t("followup.propose.kept_until", until=dates.near_moment(card.proposed_until)),
            strong=t("followup.propose.offers", at=dates.visit(card.proposed_at)),
            name="calendar_clock",
            kind="info",
        ),
        rx.cond(
            card.reads_until != "",
            rx.el.p(
                t("followup.give.until", name=words(card.physician.name), at=dates.moment(card.proposed_reads)),
                class_name="t-small ink-2",
            ),
            rx.fragment(),
        ),
        rx.el.div(
            button(t("followup.propose.take"), look="primary", small=True, on_click=Appointments.take(card.id)),
            button(t("followup.propose.refuse"), small=True, on_click=Appointments.refuse(card.id)),
            class_name="visit-acts",
        ),
        class_name="proposed",
    )


def _to_room(card: rx.Var[AppointmentCard]) -> rx.Component:
    return rx.cond(
        card.room != "",
        rx.cond(
            card.kind == IN_PERSON,
            button(t("followup.in_person.details"), href=card.room, small=True, name="hospital"),
            button(t("followup.room"), href=card.room, small=True, name="messages_square"),
        ),
        rx.fragment(),
    )


def _to_calendar(card: rx.Var[AppointmentCard]) -> rx.Component:
    """Hand out a visit that was accepted as a file, which phones put into their calendar."""
    return rx.cond(
        card.calendar != "",
        Download.create(
            icon("calendar_plus", size="s"),
            t("followup.calendar.add"),
            href=card.calendar + "?language=" + language(),
            class_name="btn plain sm",
            custom_attrs={"download": ""},
        ),
        rx.fragment(),
    )


def _cancel(card: rx.Var[AppointmentCard]) -> rx.Component:
    return disclosed_confirm(
        button(t("followup.cancel"), look="danger", small=True),
        title=t("followup.cancel_title", at=dates.visit(card.starts_at)),
        lines=[
            t("followup.cancel_told", name=t("access.doctor", name=words(card.physician.name))),
            t("followup.cancel_free"),
        ],
        act=t("followup.cancel_act"),
        cancel=t("followup.cancel_not"),
        on_act=Appointments.cancel(card.id),
    )


def booking_page() -> rx.Component:
    """Return the page of the physicians with whom one can book."""
    return page(
        rx.cond(Booking.ready, _offers(), loading(4)),
        heading=t("followup.book.title"),
        back="/followup",
        back_label=t("followup.title"),
        role="patient",
        tab="followup",
    )


def _offers() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Booking.may_give,
            rx.fragment(),
            note(
                t("followup.book.not_yours_text"),
                strong=t("followup.book.not_yours"),
                kind="warn",
                name="shield_x",
                inset=True,
                action=button(t("followup.book.not_yours_way"), href="/me/guardians", small=True),
            ),
        ),
        rx.cond(
            Booking.offers.length() == 0,
            empty("calendar_clock", t("followup.book.none"), t("followup.book.none_text")),
            rx.el.ul(rx.foreach(Booking.offers, _offer), class_name="rows answers"),
        ),
        rx.foreach(Booking.refused, _refused),
        rx.cond(
            Booking.in_person.length() > 0,
            rx.fragment(
                section(t("followup.in_person.title")),
                rx.el.p(t("followup.in_person.text"), class_name="pad t-small ink-2"),
                rx.el.ul(rx.foreach(Booking.in_person, in_person_offer), class_name="rows answers"),
            ),
            rx.fragment(),
        ),
    )


def _refused(each: rx.Var[RefusedRow]) -> rx.Component:
    return note(
        t("followup.rule.no_visit"),
        strong=words(each.department),
        name="scale",
        inset=True,
        action=rx.cond(
            each.in_person != "", button(t("followup.in_person.times"), href=each.in_person, small=True), rx.fragment()
        ),
    )


def in_person_page() -> rx.Component:
    """Return the page of the physicians of one department with whom one can meet at the hospital."""
    shown = InPerson.page
    none = empty(
        "hospital",
        t("followup.in_person.none"),
        t("followup.in_person.none_text"),
        action=button(t("followup.book.title"), href="/followup/book"),
    )
    return page(
        rx.cond(
            InPerson.ready,
            rx.cond(
                InPerson.gone | (shown.offers.length() == 0),
                none,
                rx.fragment(
                    rx.el.p(t("followup.in_person.text"), class_name="pad t-small ink-2"),
                    rx.el.ul(rx.foreach(shown.offers, in_person_offer), class_name="rows answers"),
                ),
            ),
            loading(4),
        ),
        heading=rx.cond(
            words(shown.department) != "",
            t("followup.in_person.title_of", department=words(shown.department)),
            t("followup.in_person.title"),
        ),
        sub=rx.cond(words(shown.hospital) != "", rx.el.span(words(shown.hospital)), rx.fragment()),
        size="title",
        back="/followup/book",
        back_label=t("followup.book.title"),
        role="patient",
        tab="followup",
    )


def in_person_offer(offer: rx.Var[Offer]) -> rx.Component:
    """Show with whom one can meet at the hospital, where, and when next."""
    name = t("access.doctor", name=words(offer.physician.name))
    return rx.el.li(
        rx.el.div(
            face(words(offer.physician.name)),
            rx.el.div(
                rx.el.h2(name, class_name="t-heading"),
                rx.el.p(
                    place_line(words(offer.physician.organization), words(offer.department), offer.place),
                    class_name="t-small ink-2",
                ),
                rx.el.p(t("followup.times.next_at", at=dates.visit(offer.next_at)), class_name="t-small"),
            ),
            class_name="grant-head",
        ),
        rx.el.div(
            button(
                t("followup.in_person.times"),
                href=offer.times,
                small=True,
                aria_label=t("followup.in_person.times_of", name=name),
            )
        ),
        key=offer.times,
    )


def _offer(offer: rx.Var[Offer]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            face(words(offer.physician.name)),
            rx.el.div(
                rx.el.h2(t("access.doctor", name=words(offer.physician.name)), class_name="t-heading"),
                rx.el.p(
                    words(offer.department),
                    rx.el.i(class_name="sep"),
                    t("followup.book.seen", day=dates.full_day(offer.last_visit)),
                    class_name="t-small ink-2",
                ),
                rx.el.p(t("followup.times.next_at", at=dates.visit(offer.next_at)), class_name="t-small"),
            ),
            class_name="grant-head",
        ),
        rx.cond(
            Booking.may_give,
            rx.el.div(
                rx.cond(
                    offer.check != "",
                    button(
                        rx.cond(offer.check.contains("/give/"), t("followup.book.give"), t("followup.book.check")),
                        href=offer.check,
                        small=True,
                    ),
                    button(t("followup.times.see"), href=offer.times, small=True),
                )
            ),
            rx.fragment(),
        ),
    )
