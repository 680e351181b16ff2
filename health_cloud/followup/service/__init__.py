"""Follow-up: physicians offer times, patients who were seen there book them, either says no."""

from health_cloud.followup.service.booking import book, cancel_appointment, my_appointments, offers, offers_in_person
from health_cloud.followup.service.calendar import calendar_of
from health_cloud.followup.service.checking import answers_of, ask, check, check_page, questions_of
from health_cloud.followup.service.giving import agree, give_page, let_page, let_read
from health_cloud.followup.service.holding import hold
from health_cloud.followup.service.hours import (
    WantedHours,
    add_hours,
    change_hours,
    end_hours,
    take_day_off,
    week_page,
    work_after_all,
)
from health_cloud.followup.service.moving import (
    hold_to_move,
    move_appointment,
    move_page,
    refuse_proposed,
    take_proposed,
)
from health_cloud.followup.service.opening import add_holiday, opening_page, remove_holiday, set_opening
from health_cloud.followup.service.preparing import preparation, prepare, read_preparation
from health_cloud.followup.service.proposing import propose_page, propose_time
from health_cloud.followup.service.queueing import leave_list, my_waiting, offered_to, pass_over, wait_for
from health_cloud.followup.service.slots import (
    answer_appointment,
    close_slot,
    open_slots,
    slots_page,
    waiting_appointments,
)
from health_cloud.followup.service.times import times_page
from health_cloud.followup.service.visits import (
    begin_visit,
    end_visit,
    enter_visit,
    look_at_visit,
    note_absent,
    queue_topic,
    say_in_visit,
)
from health_cloud.followup.service.waiting import todays_queue, visit_ground

__all__ = [
    "WantedHours",
    "add_holiday",
    "add_hours",
    "agree",
    "answer_appointment",
    "answers_of",
    "ask",
    "begin_visit",
    "book",
    "calendar_of",
    "cancel_appointment",
    "change_hours",
    "check",
    "check_page",
    "close_slot",
    "end_hours",
    "end_visit",
    "enter_visit",
    "give_page",
    "hold",
    "hold_to_move",
    "leave_list",
    "let_page",
    "let_read",
    "look_at_visit",
    "move_appointment",
    "move_page",
    "my_appointments",
    "my_waiting",
    "note_absent",
    "offered_to",
    "offers",
    "offers_in_person",
    "open_slots",
    "opening_page",
    "pass_over",
    "preparation",
    "prepare",
    "propose_page",
    "propose_time",
    "questions_of",
    "queue_topic",
    "read_preparation",
    "refuse_proposed",
    "remove_holiday",
    "say_in_visit",
    "set_opening",
    "slots_page",
    "take_day_off",
    "take_proposed",
    "times_page",
    "todays_queue",
    "visit_ground",
    "wait_for",
    "waiting_appointments",
    "week_page",
    "work_after_all",
]
