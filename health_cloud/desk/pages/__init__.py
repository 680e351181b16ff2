"""Pages of the desk: what patients and treating teams may see, and the review of what was opened in emergencies."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.desk.pages.emergencies import LIST, review_page, reviews_page
from health_cloud.desk.pages.teams import teams_page
from health_cloud.desk.pages.visibility import visibility_page
from health_cloud.desk.state import HANDLERS, Review, Reviews, TeamSwitching, ToReview, Visibility
from health_cloud.ui.page import Page

EVERYWHERE = {Need.STAFF: (ToReview.load,), Need.SIGNED_IN: (ToReview.load,)}

PAGES = [
    Page("/desk", visibility_page, "desk.title", (Visibility.load,), Need.STAFF),
    Page("/desk/teams", teams_page, "desk.teams.title", (TeamSwitching.load,), Need.STAFF),
    Page(LIST, reviews_page, "desk.review.title", (Reviews.load,), Need.STAFF),
    Page(f"{LIST}/[emergency]", review_page, "desk.review.one", (Review.load,), Need.STAFF),
]

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES"]
