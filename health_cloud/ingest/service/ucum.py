# ruff: noqa: SIM905, E501 - lists of units read best as words
"""Whether a text can be a UCUM unit: a grammar of terms, prefixes and atoms, enough to find impossible ones."""

from __future__ import annotations

import re
from functools import lru_cache

_PREFIXES = ("da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y",
             "Ki", "Mi", "Gi", "Ti")  # fmt: skip
_METRIC = frozenset(
    "m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar t bar u eV pc U cal cal_th cal_m Np "
    "B eq osm kat st dyn erg Bi P St Mx G Oe Gb sb Lmb ph Ci R RAD REM bit By Bd m[H2O] m[Hg] [iU] [IU] g% mho tex".split()
)
_PLAIN = frozenset(
    "10* 10^ [pi] % [ppth] [ppm] [ppb] [pptr] deg ' '' gon min h d a_t a_j a_g a wk mo mo_s mo_j mo_g [degF] [degR] [pH] "
    "[in_i] [ft_i] [yd_i] [mi_i] [lb_av] [oz_av] [gr] [drp] [tsp_us] [tbs_us] [foz_us] [cup_us] [pt_us] [qt_us] [gal_us] "
    "[diop] [hp_X] [hp_C] [MET] [Cal] [arb'U] [CFU] [PFU] [CCID_50] [TCID_50] [EID_50] [FFU] [USP'U] [APL'U] [GPL'U] "
    "[MPL'U] [Lf] [HPF] [LPF] [S] [knk'U] [mclg'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [D'ag'U] [EU] [hnsf'U] [IR] "
    "[Amb'a'1'U] [beth'U] [anti'Xa'U] B[SPL] [in_i'H2O] [in_i'Hg] m[H2O] m[Hg] [sft_i] [cft_i] [stone_av] [car_m] [Btu] "
    "[PRU] [wood'U] [p'diop] [hd_i]".split()
)
_ANNOTATION = re.compile(r"\{[\x21-\x7a|~]*\}")
_COMPONENT = re.compile(r"(?P<atom>.*?)(?P<power>[+-]?\d+)?", re.DOTALL)


@lru_cache(maxsize=2_000)
def is_unit(code: str) -> bool:
    """Tell whether this is a UCUM expression (UCUM, section 2, terms and annotations)."""
    if not code or not code.isascii() or any(character.isspace() for character in code):
        return False
    bare = _ANNOTATION.sub("\x00", code)
    if "{" in bare or "}" in bare or bare.count("(") != bare.count(")"):
        return False
    parts = re.split(r"[./]", bare.removeprefix("/").replace("(", "").replace(")", ""))
    return all(_is_component(part) for part in parts)


def _is_component(part: str) -> bool:
    bare = part.replace("\x00", "")
    if bare == "":
        return "\x00" in part
    if bare.isdigit() or bare in _PLAIN or bare in _METRIC:
        return True
    found = _COMPONENT.fullmatch(bare)
    atom = found["atom"] if found else bare
    if atom in _PLAIN or atom in _METRIC or f"{atom}*" in _PLAIN:
        return True
    return any(atom.startswith(prefix) and atom[len(prefix) :] in _METRIC for prefix in _PREFIXES)
