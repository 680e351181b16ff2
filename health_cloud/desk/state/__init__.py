"""States of the desk, and who may call them."""

from health_cloud.core.policy import Need
from health_cloud.desk.state.teams import TeamSwitching
from health_cloud.desk.state.visibility import Visibility

HANDLERS = {
    **{
        f"Visibility.{name}": Need.STAFF for name in ("load", "toggle", "set_date", "discard", "ask", "keep", "publish")
    },
    **{f"TeamSwitching.{name}": Need.STAFF for name in ("load", "ask", "keep", "switch")},
}

__all__ = ["HANDLERS", "TeamSwitching", "Visibility"]
