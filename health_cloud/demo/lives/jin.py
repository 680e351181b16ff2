"""金德昌: heart failure over four years; he died in hospital, and the hospital's feed says so."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import problem

_DIED = "2026-02-17T04:35:00+08:00"


def person(seed: int) -> Person:
    """Returns who he was."""
    return Person("jin", ("金", "Jin"), ("德昌", "Dechang"), "male", date(1938, 12, 2), seed, died=_DIED)


def tell(seed: int, today: date) -> Story:
    """Writes his life down; what lies after today has not happened, but the demo's people are who they are."""
    story = Story(person(seed), today)
    problem(story, "heart-failure", date(2022, 3, 8))
    problem(story, "fibrillation", date(2022, 3, 8))
    play(story, read("jin"))
    return story
