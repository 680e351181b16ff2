"""陶安然: came for the first time just now; nothing of it is finished, so there is nothing to read yet."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story


def person(seed: int) -> Person:
    """Returns who she is."""
    return Person("tao", ("陶", "Tao"), ("安然", "Anran"), "female", date(2001, 7, 7), seed)


def tell(seed: int, today: date) -> Story:
    """Writes down what there is of her life here."""
    story = Story(person(seed), today)
    play(story, read("tao"))
    return story
