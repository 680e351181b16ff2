"""Pages of prescribing."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.prescribing.api import ROUTES, routes
from health_cloud.prescribing.pages.formulary import formulary_page
from health_cloud.prescribing.pages.review import queue_page, review_page
from health_cloud.prescribing.state import HANDLERS, FormularyDesk, PharmacyCount, PharmacyQueue, PharmacyReview
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
    ],
    "prescribing",
)

EVERYWHERE = {Need.PHARMACIST: (PharmacyCount.load,), Need.SIGNED_IN: (PharmacyCount.load,)}

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES", "ROUTES", "routes"]
