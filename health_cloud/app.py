"""The composition root: it alone knows every feature and puts pages, routes, middleware and tasks together.

A feature joins with one line in `FEATURES` once it has pages, handlers or routes.
"""

from __future__ import annotations

from types import ModuleType

from health_cloud.access import pages as access_pages
from health_cloud.access.pages import ledger as ledger_pages
from health_cloud.access.service import telling as access_telling
from health_cloud.access.service import treating
from health_cloud.card import pages as card_pages
from health_cloud.chart.service import digest
from health_cloud.chart.service.forgetting import forget_opened
from health_cloud.chart.service.present import open_visit, own_ward_today
from health_cloud.chart.service.visits import visits_for_questions
from health_cloud.consent.service import emergency_ends, requests, visits
from health_cloud.consent.service import telling as consent_telling
from health_cloud.consent.service.ending import end_grants, end_grants_to, end_with_visit
from health_cloud.core import facts
from health_cloud.demo import pages as demo_pages
from health_cloud.demo.showing import POST_OPENED
from health_cloud.desk import pages as desk_pages
from health_cloud.followup import pages as followup_pages
from health_cloud.followup.service import telling as followup_telling
from health_cloud.followup.service.between import next_between, todays_of
from health_cloud.followup.service.demonstration import hold_hours
from health_cloud.followup.service.ending import cancel_appointments
from health_cloud.followup.service.prescribed import known_visit, visit_facts
from health_cloud.home import pages as home_pages
from health_cloud.identity import pages as identity_pages
from health_cloud.identity.pages.acting import acting_banner
from health_cloud.identity.pages.proof import proof_dialog
from health_cloud.identity.pages.staying import staying
from health_cloud.identity.service import accounts, agreements, closing, deaths, profile, questions
from health_cloud.identity.service.guardians import end_relations
from health_cloud.identity.service.sessions import actor_of_row, end_of_row, is_locked, row_of_secret
from health_cloud.ingest.service import corrections
from health_cloud.links import pages as links_pages
from health_cloud.links import service as links
from health_cloud.notify import pages as notify_pages
from health_cloud.notify.service import subscriptions
from health_cloud.prescribing import pages as prescribing_pages
from health_cloud.prescribing.service import telling as prescribing_telling
from health_cloud.prescribing.service import visits as prescribing_visits
from health_cloud.records import pages as records_pages
from health_cloud.ui import kit, layout
from health_cloud.web import pages as web_pages
from health_cloud.web.frame import compose
from health_cloud.web.sessions import sessions

FEATURES: tuple[ModuleType, ...] = (
    home_pages,
    identity_pages,
    demo_pages,
    kit,
    access_pages,
    ledger_pages,
    followup_pages,
    prescribing_pages,
    desk_pages,
    notify_pages,
    digest,
    records_pages,
    card_pages,
    links_pages,
)
"""Modules with any of `PAGES`, `HANDLERS`, `ROUTES`, `TASKS` and `routes()`."""

layout.fill("help", demo_pages.proving_help)
layout.fill("bell", notify_pages.bell)
layout.fill("proof", proof_dialog)
layout.fill("acting", acting_banner)
layout.fill("staying", staying)
sessions.plug(row_of_secret, actor_of_row, end_of_row, agreements.stop_of, is_locked)
questions.plug(visits_for_questions)
visits.plug(next_between, todays_of, present=open_visit, ward=own_ward_today)
prescribing_visits.plug(visit_facts, known_visit)
closing.plug(links.forget_links)
facts.subscribe(subscriptions.SUBSCRIBED, "identity.agreements", agreements.push_chosen)
facts.subscribe(closing.ERASED, "chart.opened", forget_opened)
facts.subscribe(closing.ERASED, "access.questions", access_telling.forget_questions)
facts.subscribe(deaths.DIED, "access.questions", access_telling.end_questions)
facts.subscribe(closing.CLOSING, "consent.grants", end_grants)
facts.subscribe(closing.CLOSING, "consent.emergencies", emergency_ends.end_of_person)
facts.subscribe(deaths.DIED, "consent.emergencies", emergency_ends.end_of_person)
facts.subscribe(accounts.DISABLED, "consent.emergencies", emergency_ends.end_of_account)
facts.subscribe(accounts.DISABLED, "consent.grants", end_grants_to)
facts.subscribe(closing.CLOSING, "links.links", links.end_links_of)
facts.subscribe(closing.CLOSING, "followup.appointments", cancel_appointments)
facts.subscribe(POST_OPENED, "followup.hours", hold_hours)
facts.subscribe(closing.CLOSING, "identity.guardians", end_relations)
facts.subscribe(deaths.DIED, "consent.grants", end_grants)
facts.subscribe("followup.appointment_cancelled", "consent.visits", end_with_visit)
facts.subscribe(deaths.DIED, "links.links", links.end_links_of)
facts.subscribe(deaths.DIED, "followup.appointments", cancel_appointments)
facts.subscribe(deaths.DIED, "identity.guardians", end_relations)
facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
facts.subscribe(profile.REPORTED, "ingest.corrections.open", corrections.open_case)
facts.subscribe(profile.ENDED, "ingest.corrections.close", corrections.close_case)
for told in (
    access_telling.SUBSCRIBERS,
    consent_telling.SUBSCRIBERS,
    followup_telling.SUBSCRIBERS,
    links.SUBSCRIBERS,
    prescribing_telling.SUBSCRIBERS,
    treating.SUBSCRIBERS,
):
    for kind, tell in told.items():
        facts.subscribe(kind, "word", tell)

app = compose((web_pages, *FEATURES))
