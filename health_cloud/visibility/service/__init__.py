"""Release rules: which are in force, and how staff change them."""

from health_cloud.visibility.service.in_force import in_force
from health_cloud.visibility.service.publishing import draft_of, policy_page, publish

__all__ = ["draft_of", "in_force", "policy_page", "publish"]
