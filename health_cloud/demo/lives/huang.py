"""黄志远: came only once."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story


def person(seed: int) -> Person:
    """Returns who he is."""
    return Person("huang", ("黄", "Huang"), ("志远", "Zhiyuan"), "male", date(1995, 2, 11), seed)


def tell(seed: int, today: date) -> Story:
    """Writes his life down."""
    story = Story(person(seed), today)
    play(story, read("huang"))
    return story
