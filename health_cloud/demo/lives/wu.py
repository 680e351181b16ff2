"""吴桂芬: pneumonia and sepsis in hospital, and another stay that has not ended."""

from datetime import date

from health_cloud.demo.people import Person
from health_cloud.demo.script import play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import allergy, problem


def person(seed: int) -> Person:
    """Returns who she is."""
    return Person("wu", ("吴", "Wu"), ("桂芬", "Guifen"), "female", date(1955, 2, 14), seed)


def tell(seed: int, today: date) -> Story:
    """Writes her life down."""
    story = Story(person(seed), today)
    problem(story, "copd", date(2017, 11, 1))
    problem(story, "heart-failure", date(2024, 3, 19))
    sulfa = ("磺胺类药物", "Sulfonamides")
    allergy(story, date(2019, 1, 21), sulfa, ("91939003", "J01E"), ("荨麻疹", "Urticaria"))
    play(story, read("wu"))
    return story
