r"""What ``\p{…}`` names in Java: POSIX classes (ASCII), the java* methods, categories, scripts, blocks, properties."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import polars as pl

from parcours.language.patterns.sets import (
    EVERYTHING,
    SPACE,
    UNICODE_DIGIT,
    UNICODE_SPACE,
    UNICODE_WORD,
    Both,
    CharSet,
    Not,
    Property,
    Range,
    Union,
    chars,
)

_PUNCTUATION = chars("!-/", ":-@", "[-`", "{-~")
_POSIX: Mapping[str, CharSet] = {
    "Lower": chars("a-z"),
    "Upper": chars("A-Z"),
    "ASCII": Range(0, 0x7F),
    "Alpha": chars("a-z", "A-Z"),
    "Digit": chars("0-9"),
    "Alnum": chars("a-z", "A-Z", "0-9"),
    "Punct": _PUNCTUATION,
    "Graph": chars("!-~"),
    "Print": chars(" -~"),
    "Blank": chars(" ", "\t"),
    "Cntrl": Union((Range(0, 0x1F), Range(0x7F, 0x7F))),
    "XDigit": chars("0-9", "a-f", "A-F"),
    "Space": SPACE,
}
#: The POSIX classes under the flag ``(?U)``.
_UNICODE: Mapping[str, CharSet] = {
    "Lower": Property("Lowercase"),
    "Upper": Property("Uppercase"),
    "ASCII": Range(0, 0x7F),
    "Alpha": Property("Alphabetic"),
    "Digit": UNICODE_DIGIT,
    "Alnum": Union((Property("Alphabetic"), UNICODE_DIGIT)),
    "Punct": Property("P"),
    "Graph": Not(Union((UNICODE_SPACE, Property("Cc"), Property("Cn")))),
    "Print": Union(
        (Both(Not(Union((UNICODE_SPACE, Property("Cc"), Property("Cn")))), EVERYTHING), Property("Zs")),
    ),
    "Blank": Union((Property("Zs"), chars("\t"))),
    "Cntrl": Property("Cc"),
    "XDigit": Union((UNICODE_DIGIT, Property("Hex_Digit"))),
    "Space": UNICODE_SPACE,
    "Word": UNICODE_WORD,
}
_NO_BREAK = chars("\xa0", "\u2007", "\u202f")
_JAVA: Mapping[str, CharSet] = {
    "LowerCase": Property("Lowercase"),
    "UpperCase": Property("Uppercase"),
    "TitleCase": Property("Lt"),
    "Alphabetic": Property("Alphabetic"),
    "Ideographic": Property("Ideographic"),
    "Digit": UNICODE_DIGIT,
    "Defined": Not(Property("Cn")),
    "Letter": Property("L"),
    "LetterOrDigit": Union((Property("L"), UNICODE_DIGIT)),
    "SpaceChar": Property("Z"),
    "Whitespace": Union((Both(Property("Z"), Not(_NO_BREAK)), chars("\t-\r", "\x1c-\x1f"))),
    "ISOControl": Property("Cc"),
    "Mirrored": Property("Bidi_Mirrored"),
}
_CATEGORIES = frozenset(
    {"L", "Lu", "Ll", "Lt", "LC", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "Z", "Zs", "Zl", "Zp"}
    | {"C", "Cc", "Cf", "Co", "Cn", "P", "Pd", "Ps", "Pe", "Pc", "Po", "Pi", "Pf", "S", "Sm", "Sc", "Sk", "So"}
)
_SPECIAL: Mapping[str, CharSet] = {
    "L1": Range(0, 0xFF),
    "LD": Union((Property("L"), UNICODE_DIGIT)),
    "all": EVERYTHING,
    "ALL": EVERYTHING,
    "Cs": Union(()),
}
_BINARY: Mapping[str, CharSet] = {
    "alphabetic": Property("Alphabetic"),
    "ideographic": Property("Ideographic"),
    "letter": Property("L"),
    "lowercase": Property("Lowercase"),
    "uppercase": Property("Uppercase"),
    "titlecase": Property("Lt"),
    "punctuation": Property("P"),
    "control": Property("Cc"),
    "white_space": UNICODE_SPACE,
    "digit": UNICODE_DIGIT,
    "hex_digit": Property("Hex_Digit"),
    "join_control": Property("Join_Control"),
    "noncharacter_code_point": Property("Noncharacter_Code_Point"),
    "assigned": Not(Property("Cn")),
    "emoji": Property("Emoji"),
    "emoji_presentation": Property("Emoji_Presentation"),
    "emoji_modifier": Property("Emoji_Modifier"),
    "emoji_modifier_base": Property("Emoji_Modifier_Base"),
    "emoji_component": Property("Emoji_Component"),
    "extended_pictographic": Property("Extended_Pictographic"),
}
#: The blocks that are asked for, by name without blanks, hyphens and underscores.
_BLOCKS: Mapping[str, tuple[int, int]] = {
    "basiclatin": (0x0, 0x7F),
    "latin1supplement": (0x80, 0xFF),
    "latinextendeda": (0x100, 0x17F),
    "latinextendedb": (0x180, 0x24F),
    "latinextendedadditional": (0x1E00, 0x1EFF),
    "combiningdiacriticalmarks": (0x300, 0x36F),
    "greek": (0x370, 0x3FF),
    "greekandcoptic": (0x370, 0x3FF),
    "greekextended": (0x1F00, 0x1FFF),
    "cyrillic": (0x400, 0x4FF),
    "armenian": (0x530, 0x58F),
    "hebrew": (0x590, 0x5FF),
    "arabic": (0x600, 0x6FF),
    "devanagari": (0x900, 0x97F),
    "thai": (0xE00, 0xE7F),
    "hanguljamo": (0x1100, 0x11FF),
    "generalpunctuation": (0x2000, 0x206F),
    "currencysymbols": (0x20A0, 0x20CF),
    "letterlikesymbols": (0x2100, 0x214F),
    "arrows": (0x2190, 0x21FF),
    "mathematicaloperators": (0x2200, 0x22FF),
    "boxdrawing": (0x2500, 0x257F),
    "dingbats": (0x2700, 0x27BF),
    "cjksymbolsandpunctuation": (0x3000, 0x303F),
    "hiragana": (0x3040, 0x309F),
    "katakana": (0x30A0, 0x30FF),
    "bopomofo": (0x3100, 0x312F),
    "cjkunifiedideographs": (0x4E00, 0x9FFF),
    "hangulsyllables": (0xAC00, 0xD7AF),
    "privateusearea": (0xE000, 0xF8FF),
    "halfwidthandfullwidthforms": (0xFF00, 0xFFEF),
    "emoticons": (0x1F600, 0x1F64F),
}
_CASED = Union((Property("Lu"), Property("Ll"), Property("Lt")))


def named(name: str, *, unicode: bool, any_case: bool) -> CharSet | None:
    r"""The set that ``\p{name}`` is, ``None`` when there is none of that name.

    ``unicode`` is the flag ``(?U)``; ``any_case`` makes upper, lower and title case the same.
    """
    key, equals, value = name.partition("=")
    if equals:
        return _keyed(key.lower(), value)
    if any_case and name in ("Lu", "Ll", "Lt", "IsLu", "IsLl", "IsLt", "javaLowerCase", "javaUpperCase"):
        return _CASED
    if any_case and name in ("Lower", "Upper"):
        return _CASED if unicode else _POSIX["Alpha"]
    posix = (_UNICODE if unicode else _POSIX).get(name)
    if posix is not None:
        return posix
    if name.startswith("java"):
        return _JAVA.get(name.removeprefix("java"))
    if name.startswith("In"):
        return _block(name.removeprefix("In"))
    if name.startswith("Is"):
        bare = name.removeprefix("Is")
        return _category(bare) or _BINARY.get(bare.lower()) or _script(bare)
    return _category(name)


def _keyed(key: str, value: str) -> CharSet | None:
    if key in ("sc", "script"):
        return _script(value)
    if key in ("blk", "block"):
        return _block(value)
    return _category(value) if key in ("gc", "general_category") else None


def _category(name: str) -> CharSet | None:
    return Property(name) if name in _CATEGORIES else _SPECIAL.get(name)


def _block(name: str) -> CharSet | None:
    found = _BLOCKS.get(name.lower().replace(" ", "").replace("-", "").replace("_", ""))
    return None if found is None else Range(*found)


@functools.lru_cache(maxsize=256)
def _script(name: str) -> CharSet | None:
    if not name.replace("_", "").isalnum() or not name.isascii():
        return None
    try:
        pl.Series([""]).str.contains(rf"\p{{sc={name}}}")
    except pl.exceptions.ComputeError:
        return None
    return Property(f"sc={name}")
