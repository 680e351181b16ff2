"""Pages of prescribing."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.prescribing.api import ROUTES, routes
from health_cloud.prescribing.pages.formulary import formulary_page
from health_cloud.prescribing.pages.payments import payments_page
from health_cloud.prescribing.pages.review import queue_page, review_page
from health_cloud.prescribing.service import lapsing
from health_cloud.prescribing.state import (
    HANDLERS,
    FormularyDesk,
    PharmacyCount,
    PharmacyQueue,
    PharmacyReview,
    UnfitPayments,
)
from health_cloud.ui.i18n import spoken
from health_cloud.ui.page import Page

PAGES = spoken(
    [
        Page("/pharmacist", queue_page, "prescribing.queue.title", (PharmacyQueue.load,), Need.PHARMACIST),
        Page(
            "/pharmacist/[prescription]",
            review_page,
            "prescribing.review.title",
            (PharmacyReview.load,),
            Need.PHARMACIST,
        ),
        Page("/desk/formulary", formulary_page, "prescribing.formulary.title", (FormularyDesk.load,), Need.STAFF),
        Page("/desk/payments", payments_page, "prescribing.unfit.title", (UnfitPayments.load,), Need.STAFF),
    ],
    "prescribing",
)

EVERYWHERE = {Need.PHARMACIST: (PharmacyCount.load,), Need.SIGNED_IN: (PharmacyCount.load,)}

TASKS = lapsing.TASKS

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES", "ROUTES", "TASKS", "routes"]
