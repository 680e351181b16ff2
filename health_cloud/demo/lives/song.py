"""宋玉华: two hospitals. The county hospital found her heart attack coming, the city hospital placed the stent."""

from datetime import date

from health_cloud.demo.directory import MINGHU
from health_cloud.demo.people import Person
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import problem


def person(seed: int) -> Person:
    """Returns who she is: the same national ID number and birth date at both hospitals."""
    return Person("song", ("宋", "Song"), ("玉华", "Yuhua"), "female", date(1961, 10, 3), seed)


def tell(seed: int, today: date) -> Story:
    """Writes down what the first hospital knows of her life."""
    story = Story(person(seed), today)
    if today > (found := date(2024, 9, 3)):
        problem(story, "coronary", found)
    play(story, _at(""))
    return story


def tell_elsewhere(seed: int, today: date) -> Story:
    """Writes down what the county hospital knows of it: other doctors, other numbers, other ranges."""
    story = Story(person(seed), today, MINGHU)
    problem(story, "hypertension", date(2019, 4, 16))
    play(story, _at(MINGHU.code))
    return story


def _at(hospital: str) -> Script:
    whole = read("song")
    return Script(whole.texts, [each for each in whole.visits if each.get("hospital", "") == hospital])
