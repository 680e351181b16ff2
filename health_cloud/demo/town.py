"""A town: any number of people with short plausible histories, one at a time so that memory stays flat."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from health_cloud.demo.bodies import age
from health_cloud.demo.chance import source, working_day
from health_cloud.demo.fhir import Text
from health_cloud.demo.people import Person
from health_cloud.demo.script import play_visit
from health_cloud.demo.story import Story

_FAMILIES = tuple(
    zip(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余",
        [
            "Wang",
            "Li",
            "Zhang",
            "Liu",
            "Chen",
            "Yang",
            "Huang",
            "Zhao",
            "Wu",
            "Zhou",
            "Xu",
            "Sun",
            "Ma",
            "Zhu",
            "Hu",
            "Guo",
            "He",
            "Gao",
            "Lin",
            "Luo",
            "Zheng",
            "Liang",
            "Xie",
            "Song",
            "Tang",
            "Xu",
            "Han",
            "Feng",
            "Deng",
            "Cao",
            "Peng",
            "Zeng",
            "Xiao",
            "Tian",
            "Dong",
            "Pan",
            "Yuan",
            "Cai",
            "Jiang",
            "Yu",
        ],
        strict=True,
    )
)
_SYLLABLES = tuple(
    zip(
        "安白晨丹恩芳光海佳康兰明宁平琪然思婷文欣雪雅一永云志子建国春秋月和",
        [
            "an",
            "bai",
            "chen",
            "dan",
            "en",
            "fang",
            "guang",
            "hai",
            "jia",
            "kang",
            "lan",
            "ming",
            "ning",
            "ping",
            "qi",
            "ran",
            "si",
            "ting",
            "wen",
            "xin",
            "xue",
            "ya",
            "yi",
            "yong",
            "yun",
            "zhi",
            "zi",
            "jian",
            "guo",
            "chun",
            "qiu",
            "yue",
            "he",
        ],
        strict=True,
    )
)
_YEARS = 8
"""How far back a history of the town reaches."""
_FIRST_BIRTH = date(1934, 1, 1)
_DAYS = 33_000
"""Days on which people of the town were born, 90 years."""
_HALVES = 450
"""Halves of the resident number's serial; with the day of birth they name some 14 million people."""
_STRIDE = 10_000_019
"""A prime: each pair of day and serial comes once before any comes twice."""

Scene = Mapping[str, Any]
_SCENES: tuple[Scene, ...] = tuple(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["scene"]
)


def histories(people: int, seed: int, today: date) -> Iterator[Story]:
    """Yields one story after the other; person n is the same in a town of any size."""
    for number in range(people):
        yield _history(_person(number, seed), today)


def _person(number: int, seed: int) -> Person:
    random = source(seed, "town", number)
    family = random.choice(_FAMILIES)
    parts = [random.choice(_SYLLABLES) for _ in range(random.choice((1, 2, 2)))]
    given: Text = ("".join(part[0] for part in parts), "".join(part[1] for part in parts).capitalize())
    start = source(seed, "town").randrange(_DAYS * _HALVES)
    day, half = divmod((start + number * _STRIDE) % (_DAYS * _HALVES), _HALVES)
    gender = random.choice(("female", "male"))
    birth = _FIRST_BIRTH + timedelta(days=day)
    return Person(f"t{number:07d}", family, given, gender, birth, seed, townsman=number, serial=half)


def _history(person: Person, today: date) -> Story:
    story = Story(person, today)
    random = story.chance("history")
    taken: set[date] = set()
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        scene = _scene(random, age(person.birth, today))
        for _ in range(random.randint(1, scene["repeat"])):
            day = working_day(today - timedelta(days=random.randint(7, _YEARS * 365)))
            fits = scene["youngest"] <= age(person.birth, day) <= scene["oldest"]
            if fits and day not in taken:
                taken.add(day)
                play_visit(story, day, scene)
    return story


def _scene(random: Random, years: int) -> Scene:
    fitting = [each for each in _SCENES if each["youngest"] <= years <= each["oldest"]] or list(_SCENES)
    return random.choices(fitting, [each["weight"] for each in fitting])[0]
