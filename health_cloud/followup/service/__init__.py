"""Follow-up: physicians offer times, patients who were seen there book them, either says no."""

from health_cloud.followup.service.booking import book, cancel_appointment, my_appointments, offers
from health_cloud.followup.service.calendar import calendar_of
from health_cloud.followup.service.checking import answers_of, check, check_page, questions_of
from health_cloud.followup.service.giving import agree, give_page
from health_cloud.followup.service.slots import (
    answer_appointment,
    close_slot,
    open_slots,
    slots_page,
    waiting_appointments,
)

__all__ = [
    "agree",
    "answer_appointment",
    "answers_of",
    "book",
    "calendar_of",
    "cancel_appointment",
    "check",
    "check_page",
    "close_slot",
    "give_page",
    "my_appointments",
    "offers",
    "open_slots",
    "questions_of",
    "slots_page",
    "waiting_appointments",
]
