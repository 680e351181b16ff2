"""Use cases of links: making, opening, seeing one's own, ending."""

from health_cloud.links.service.ending import SUBSCRIBERS, end_link, end_links_of, forget_links
from health_cloud.links.service.making import make_link, offer
from health_cloud.links.service.opening import begin, file_of, settle
from health_cloud.links.service.own import own_links

__all__ = [
    "SUBSCRIBERS",
    "begin",
    "end_link",
    "end_links_of",
    "file_of",
    "forget_links",
    "make_link",
    "offer",
    "own_links",
    "settle",
]
