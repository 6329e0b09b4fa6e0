"""Say what a setting is, and what was expected: pydantic's findings in our own words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from pydantic_core import ErrorDetails

_SECRETS = {"token", "key"}
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": "a table",
    "path_type": "a path in quotes",
    "sequence_str": "a list",
    "string_type": "text in quotes",
    "tuple_type": "a list",
}
_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "literal_error": "{expected}",
}


def describe(name: str, error: ErrorDetails) -> str:
    """One line: the setting, its value, what was expected."""
    kind = error["type"]
    expected = _EXPECTED.get(kind)
    if kind in _BOUNDS:
        expected = _BOUNDS[kind].format(**error["ctx"])
    told = f"{name} is {_shown(error)}"
    return f"{told}, expected {expected}" if expected else f"{told}: {error['msg'].lower()}"


def endless(value: object, where: str = "") -> Iterator[str]:
    """Numbers that TOML knows and no setting can be, of whichever table: a line each."""
    if isinstance(value, float) and not isfinite(value):
        yield f"{where.removeprefix('.')} is {value}, expected a finite number"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from endless(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from endless(inner, f"{where}.{number}")


def _shown(error: ErrorDetails) -> str:
    """The value that is wrong, unless it is a secret or may hold one."""
    value = error["input"]
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return "not as expected" if _SECRETS & set(error["loc"]) else repr(value)
