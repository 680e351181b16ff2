"""The State that every page shares: who is signed in, and what the shell has to say.

The gate fills it on the server at each connect; nothing here is an authority, it only decides what is drawn.
"""

from __future__ import annotations

from typing import Any, ClassVar

import reflex as rx

from health_cloud.core.i18n import texts
from health_cloud.core.policy import Need
from health_cloud.ui.i18n import words

_LONGEST = 200


class Shell(rx.State):
    """What the frame shows.

    Attributes:
        signed_in: whether somebody is.
        role: `patient`, `physician`, `pharmacist`, `staff`, `auditor`, or `guest`.
        name, name_en: how the account is called, and in English.
        for_name, for_name_en: for whom a guardian acts, empty for themselves.
        for_levels: how far: `read`, and maybe `decide` and `book`.
        demo: whether this installation shows invented people.
        notice_key: text that the shell says now, empty for none.
        notice_params: its placeholders.
        badges: tab name -> number of things that wait.
    """

    keeps_on_reconnect: ClassVar[bool] = True

    signed_in: bool = False
    role: str = "guest"
    name: str = ""
    name_en: str = ""
    for_name: str = ""
    for_name_en: str = ""
    for_levels: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    demo: bool = False
    notice_key: str = ""
    notice_params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    badges: dict[str, int] = {}  # noqa: RUF012

    _owner: str = ""
    _turned: bool = False

    @rx.event
    def dismiss(self) -> None:
        """Take the notice away."""
        self.notice_key, self.notice_params = "", {}

    @rx.event
    def tell(self, key: str, params: dict[str, str]) -> None:
        """Say something in the shell; anybody may, to their own screen, in our own words."""
        if key in texts():
            self.notice_key = key
            self.notice_params = {name: value[:_LONGEST] for name, value in params.items()}

    @rx.event
    def as_signed_in(self) -> None:
        """Arrive at a page for anybody who is signed in; like the rest, all it does is to be refused to others."""

    @rx.event
    def as_patient(self) -> None:
        """Arrive at a page for patients."""

    @rx.event
    def as_physician(self) -> None:
        """Arrive at a page for physicians."""

    @rx.event
    def as_pharmacist(self) -> None:
        """Arrive at a page for pharmacists."""

    @rx.event
    def as_staff(self) -> None:
        """Arrive at a page for staff."""

    @rx.event
    def as_auditor(self) -> None:
        """Arrive at a page for auditors."""

    @rx.event
    def in_demo(self) -> None:
        """Arrive at a page of the demonstration."""


OWN_NAME = words(rx.Var.create({"zh": Shell.name, "en": Shell.name_en})).to(str)
"""The name of whoever is signed in, in the reader's language."""

FOR_NAME = words(rx.Var.create({"zh": Shell.for_name, "en": Shell.for_name_en})).to(str)
"""The name of the person for whom a guardian acts."""


def may_see_to(level: str) -> rx.Var[bool]:
    """Tell whether what is on the screen includes this level: always, but where a guardian has less."""
    return (Shell.for_name == "") | rx.Var.create(Shell.for_levels).to(list).contains(level)


ARRIVALS: dict[Need, Any] = {
    Need.SIGNED_IN: Shell.as_signed_in,
    Need.PATIENT: Shell.as_patient,
    Need.PHYSICIAN: Shell.as_physician,
    Need.PHARMACIST: Shell.as_pharmacist,
    Need.STAFF: Shell.as_staff,
    Need.AUDITOR: Shell.as_auditor,
    Need.DEMO: Shell.in_demo,
}
"""First event of a page that needs somebody; the gate refuses it, and so the page, to others."""

HANDLERS: dict[str, Need] = {
    "Shell.dismiss": Need.ANYONE,
    "Shell.tell": Need.ANYONE,
    "Shell.as_signed_in": Need.SIGNED_IN,
    "Shell.as_patient": Need.PATIENT,
    "Shell.as_physician": Need.PHYSICIAN,
    "Shell.as_pharmacist": Need.PHARMACIST,
    "Shell.as_staff": Need.STAFF,
    "Shell.as_auditor": Need.AUDITOR,
    "Shell.in_demo": Need.DEMO,
}
