"""Emily Carter: lives in China with a passport; her records are written in English."""

from datetime import date

from health_cloud.demo.fhir import in_english
from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import problem


def person(seed: int) -> Person:
    """Returns who she is; the passport number is none that was ever issued."""
    family, given = ("Carter", "Carter"), ("Emily", "Emily")
    return Person("carter", family, given, "female", date(1991, 9, 12), seed, passport="000123457", issuer="GBR")


def tell(seed: int, today: date) -> Story:
    """Writes her life down, then keeps only its English."""
    story = Story(person(seed), today)
    problem(story, "hypothyroidism", date(2023, 4, 11))
    play(story, read("carter"))
    story.resources = [{**in_english(each), "language": "en"} for each in story.resources]
    return story
