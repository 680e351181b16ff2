"""秦思雨: a first pregnancy from the first heartbeat to the visit after the birth."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import problem


def person(seed: int) -> Person:
    """Returns who she is."""
    return Person("qin", ("秦", "Qin"), ("思雨", "Siyu"), "female", date(1994, 11, 20), seed)


def tell(seed: int, today: date) -> Story:
    """Writes her life down."""
    story = Story(person(seed), today)
    if today > (found := date(2025, 12, 30)):
        problem(story, "gestational-diabetes", found)
    play(story, read("qin"))
    return story
