"""孙伟民: a stomach looked into six times, with the pathologist's word each time."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import problem


def person(seed: int) -> Person:
    """Returns who he is."""
    return Person("sun", ("孙", "Sun"), ("伟民", "Weimin"), "male", date(1972, 6, 21), seed)


def tell(seed: int, today: date) -> Story:
    """Writes his life down."""
    story = Story(person(seed), today)
    problem(story, "gastritis", date(2021, 5, 25))
    problem(story, "hypertension", date(2025, 11, 18))
    play(story, read("sun"))
    return story
