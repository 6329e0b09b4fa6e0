"""Drop what has no sound: markdown, tags, emoji, exotic characters. Pure."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "'": "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    '"': "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    "-": "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{MINUS SIGN}",
    " - ": "\N{EM DASH}\N{HORIZONTAL BAR}",
    " ": "\N{TRADE MARK SIGN}\N{BULLET}\N{MIDDLE DOT}\\{}[]^",
    "": "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}",
    # Their plain forms would grow onto a number before them: one and a half would be eleven halves.
    " 1/2": "\N{VULGAR FRACTION ONE HALF}",
    " 1/4": "\N{VULGAR FRACTION ONE QUARTER}",
    " 3/4": "\N{VULGAR FRACTION THREE QUARTERS}",
    " 1/3": "\N{VULGAR FRACTION ONE THIRD}",
    " 2/3": "\N{VULGAR FRACTION TWO THIRDS}",
}
_PLAIN = {ord(sign): plain for plain, signs in _SIGNS.items() for sign in signs}

_MARKUP = [
    (re.compile(pattern, re.MULTILINE), kept)
    for pattern, kept in [
        (r"```\w*", " "),
        (r"!?\[([^\[\]\n]*)\]\([^()\n]*\)", r"\1"),  # a link or a picture: its text
        (r"</?[A-Za-z][^<>\n]{0,200}>", " "),
        (r"^[ |:-]*---[ |:-]*$", " "),  # the line of a table, or between sections
        (r"^\s{0,3}(?:(?:#{1,6}|>+|[-*+])\s+)+", ""),  # headings, quotations, lists
        (r"(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|~~|[`*]+", ""),  # emphasis
        (r"\s*\|\s*", ", "),
    ]
]


def clean(text: str) -> str:
    """``text`` without markup, in plain characters; digits of any script as 0 to 9."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    text = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    return "".join(map(_sound, text))


def _sound(character: str) -> str:
    if character.isdigit():
        return str(unicodedata.digit(character))
    kind = unicodedata.category(character)
    silent = kind[0] in "CZ" or kind in ("So", "Sk", "Me")  # controls, spaces, pictures
    return " " if silent and character != "\N{DEGREE SIGN}" else character
