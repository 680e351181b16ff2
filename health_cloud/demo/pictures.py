"""Small drawn pictures (PNG) that stand for endoscopy, fundus, ultrasound, tissue, X-ray and CT; nobody's body."""

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache
from random import Random

from health_cloud.demo.chance import source

_SIZE = 144
_STEP = 6
Colour = tuple[float, float, float]
Painter = Callable[[float, float], Colour]
_BLACK: Colour = (8, 8, 10)


@cache
def picture(kind: str, variant: int = 0) -> bytes:
    """Returns a PNG of 144 x 144 pixels; equal arguments give equal bytes."""
    return _png(_PAINTERS[kind](source(variant, kind)))


def _png(paint: Painter) -> bytes:
    rows = bytearray()
    for row in range(_SIZE):
        rows.append(0)
        for column in range(_SIZE):
            colour = paint(2 * column / _SIZE - 1, 2 * row / _SIZE - 1)
            rows.extend(min(255, max(0, int(part) // _STEP * _STEP)) for part in colour)
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(rows), 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _spots(random: Random, count: int, reach: float) -> list[tuple[float, float]]:
    return [(random.uniform(-reach, reach), random.uniform(-reach, reach)) for _ in range(count)]


def _near_spot(spots: list[tuple[float, float]], x: float, y: float) -> float:
    return min((math.hypot(x - a, y - b) for a, b in spots), default=9.0)


def _stomach(random: Random) -> Painter:
    spots = _spots(random, 5, 0.5)
    turn = random.uniform(0, 6)

    def paint(x: float, y: float) -> Colour:
        far = math.hypot(x, y)
        if far > 0.97:  # noqa: PLR2004  # the round mask of the lens
            return _BLACK
        fold = 18 * math.sin(9 * math.atan2(y, x) + 6 * far + turn)
        light = 235 - 150 * (1 - far) ** 2 + fold
        red = 30 if _near_spot(spots, x, y) < 0.06 else 0  # noqa: PLR2004  # an erosion
        return (light, light * 0.52 - red, light * 0.42 - red)

    return paint


def _fundus(random: Random) -> Painter:
    spots = _spots(random, 3, 0.45)

    def paint(x: float, y: float) -> Colour:
        if math.hypot(x, y) > 0.95:  # noqa: PLR2004  # the round field of the camera
            return _BLACK
        disc = math.hypot(x - 0.42, y + 0.03)
        if disc < 0.14:  # noqa: PLR2004  # the optic disc
            return (250, 225, 150)
        vessel = min(abs(y - side * (0.55 * math.sqrt(abs(0.42 - x)) - 0.03)) for side in (-1, 1))
        dark = 50 * max(0.0, 1 - vessel / 0.03) + 38 * max(0.0, 1 - math.hypot(x + 0.15, y) / 0.2)
        spot = 60 if _near_spot(spots, x, y) < 0.018 else 0  # noqa: PLR2004  # a microaneurysm
        light = 205 - 45 * math.hypot(x, y) - dark - spot
        return (light, light * 0.48, light * 0.22)

    return paint


def _ultrasound(random: Random) -> Painter:
    phase = random.uniform(0, 6)

    def paint(x: float, y: float) -> Colour:
        wall = min(abs(y - 0.28 - 0.05 * math.sin(2 * x + phase)), abs(y + 0.28 - 0.05 * math.sin(2 * x + phase)))
        inside = abs(y - 0.05 * math.sin(2 * x + phase)) < 0.28  # noqa: PLR2004  # the lumen
        grain = 26 * math.sin(71 * x + 13 * y) * math.sin(53 * y - 7 * x)
        plaque = 60 if math.hypot(x - 0.3, (y - 0.24) * 2) < 0.16 else 0  # noqa: PLR2004  # at the bifurcation
        grey = (18 if inside else 88) + 120 * max(0.0, 1 - wall / 0.05) + plaque + grain * (0.3 if inside else 1)
        return (grey, grey, grey)

    return paint


def _tissue(random: Random) -> Painter:
    cells = _spots(random, 60, 1.0)

    def paint(x: float, y: float) -> Colour:
        close = _near_spot(cells, x, y)
        if close < 0.05:  # noqa: PLR2004  # a nucleus
            return (96, 62, 132)
        pink = 30 * math.sin(14 * x + 4 * math.sin(9 * y))
        return (228 + pink * 0.4, 168 + pink, 200 + pink * 0.6)

    return paint


def _chest(_: Random) -> Painter:
    def paint(x: float, y: float) -> Colour:
        lung = min(math.hypot((x - side * 0.42) / 0.34, (y + 0.02) / 0.72) for side in (-1, 1))
        heart = math.hypot((x - 0.12) / 0.3, (y - 0.3) / 0.34)
        rib = max(0.0, math.sin(17 * (y + 0.35 * x * x)) - 0.55) * 60
        grey = 150 - 105 * max(0.0, min(1.0, 3 * (1 - lung))) + rib
        grey += 80 * max(0.0, min(1.0, 2 * (1 - heart))) + 35 * max(0.0, 1 - abs(x) / 0.09)
        grey *= max(0.0, min(1.0, 6 * (1.0 - abs(x))))
        return (grey, grey, grey)

    return paint


def _slice(random: Random) -> Painter:
    cloud = random.uniform(0.3, 0.5)

    def paint(x: float, y: float) -> Colour:
        body = math.hypot(x / 0.92, y / 0.68)
        if body > 1:
            return _BLACK
        lung = min(math.hypot((x - side * 0.42) / 0.36, (y + 0.03) / 0.46) for side in (-1, 1))
        spine = math.hypot(x / 0.13, (y - 0.46) / 0.13)
        grey = 175.0 if body > 0.93 else 130.0 if lung > 1 else 24.0  # noqa: PLR2004  # skin, soft tissue, lung
        if lung < 1 and math.hypot((x + cloud) / 0.24, (y - 0.2) / 0.18) < 1:
            grey = 108 + 22 * math.sin(31 * x) * math.sin(37 * y)
        grey = 225.0 if spine < 1 else grey
        return (grey, grey, grey)

    return paint


def _trace(_: Random) -> Painter:
    def beat(x: float) -> float:
        part = (x * 2.5) % 1
        bumps = ((0.2, 0.03, 0.12), (0.36, 0.008, -0.1), (0.4, 0.012, 0.9), (0.44, 0.01, -0.22), (0.7, 0.05, 0.2))
        return sum(high * math.exp(-(((part - at) / wide) ** 2)) for at, wide, high in bumps)

    def paint(x: float, y: float) -> Colour:
        height = 0.35 - 0.55 * beat(x)
        steep = abs(0.55 * (beat(x + 0.01) - beat(x - 0.01))) / 2 + 0.015
        if abs(y - height) < steep:
            return (26, 26, 30)
        grid = min(abs((x * 8) % 1 - 0.5), abs((y * 8) % 1 - 0.5))
        return (246, 196, 196) if grid < 0.06 else (255, 244, 240)  # noqa: PLR2004  # the paper's grid

    return paint


_PAINTERS: dict[str, Callable[[Random], Painter]] = {
    "stomach": _stomach,
    "fundus": _fundus,
    "ultrasound": _ultrasound,
    "tissue": _tissue,
    "chest": _chest,
    "slice": _slice,
    "trace": _trace,
}
