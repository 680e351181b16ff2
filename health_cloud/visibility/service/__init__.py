"""Release rules: which are in force, and how staff change them; and whether treating teams may read."""

from health_cloud.visibility.service.in_force import in_force
from health_cloud.visibility.service.publishing import draft_of, policy_page, publish
from health_cloud.visibility.service.teams import switch_teams, teams_may_read, teams_page

__all__ = ["draft_of", "in_force", "policy_page", "publish", "switch_teams", "teams_may_read", "teams_page"]
