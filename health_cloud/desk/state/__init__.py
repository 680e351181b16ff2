"""States of the desk, and who may call them."""

from health_cloud.core.policy import Need
from health_cloud.desk.state.emergencies import Review, Reviews, ToReview
from health_cloud.desk.state.teams import TeamSwitching
from health_cloud.desk.state.visibility import Visibility

HANDLERS = {
    **{
        f"Visibility.{name}": Need.STAFF for name in ("load", "toggle", "set_date", "discard", "ask", "keep", "publish")
    },
    **{f"TeamSwitching.{name}": Need.STAFF for name in ("load", "ask", "keep", "switch")},
    "ToReview.load": Need.SIGNED_IN,
    "Reviews.load": Need.STAFF,
    **{f"Review.{name}": Need.STAFF for name in ("load", "set_verdict", "decide")},
}

__all__ = ["HANDLERS", "Review", "Reviews", "TeamSwitching", "ToReview", "Visibility"]
