"""Pages of follow-up."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.followup.api import ROUTES, routes
from health_cloud.followup.pages.booking import appointments_page, booking_page
from health_cloud.followup.pages.checking import check_page
from health_cloud.followup.pages.giving import give_page
from health_cloud.followup.pages.slots import slots_page
from health_cloud.followup.state import HANDLERS, Appointments, Asked, Booking, Checking, Giving, Slots
from health_cloud.ui.i18n import spoken
from health_cloud.ui.page import Page

_CHECK = "/followup/check/[department]/[physician]"
_GIVE = "/followup/give/[department]/[physician]"

PAGES = [
    Page("/followup", appointments_page, "followup.title", (Appointments.load,), Need.PATIENT),
    Page("/followup/book", booking_page, "followup.book.title", (Booking.load,), Need.PATIENT),
    *spoken(
        [
            Page(_CHECK, check_page, "followup.book.title", (Checking.load,), Need.PATIENT),
            Page(_GIVE, give_page, "followup.book.title", (Giving.load,), Need.PATIENT),
        ],
        "followup",
    ),
    Page("/physician/slots", slots_page, "followup.slots.title", (Slots.load,), Need.PHYSICIAN),
]

EVERYWHERE = {Need.PHYSICIAN: (Asked.load,), Need.SIGNED_IN: (Asked.load,)}

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES", "ROUTES", "routes"]
