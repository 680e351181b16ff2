"""Reflex reads its configuration here; what it says lives with everything else about Reflex."""

from health_cloud.web.config import configuration

config = configuration()
