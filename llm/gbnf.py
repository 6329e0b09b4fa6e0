"""Write the tools on offer as a grammar: words, then at most one call, and it is a valid one.

    [Tool("confirm", ..., {"properties": {"answer": {"enum": ["yes", "no"]}}, ...})]
    ->  root ::= ([^<] | "<"+ [^<t])* ("<tool_call>" nl (call-1) nl "</tool_call>")?
        call-1 ::= "{\\"name\\": \\"confirm\\", \\"arguments\\": " ... "}"

The notation is llama.cpp's, which lets a model write no token that the grammar has no place for.
So there is no unknown tool, no argument that is not that tool's, and no JSON that is broken.
Arguments come in the schema's order, each at most once. What a schema says of numbers' ranges,
strings' forms and the like is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from llm.engine import Tool
from llm.hermes import CLOSE, OPEN

_TEXT = '([^<] | "<"+ [^<t])*'
"""Words: whatever does not begin as a call does."""

_CHAR = r'[^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" hex hex hex hex)'

_BASE = {
    "nl": '"\\n"?',
    "gap": '" "?',
    "hex": "[0-9a-fA-F]",
    "string": rf'"\"" ({_CHAR})* "\""',
    "integer": '"-"? ("0" | [1-9] [0-9]*)',
    "number": 'integer ("." [0-9]+)? ([eE] [-+]? [0-9]+)?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "pair": 'string ":" gap value',
    "object": '"{" (pair ("," gap pair)*)? "}"',
    "array": '"[" (value ("," gap value)*)? "]"',
    "value": "string | number | boolean | null | object | array",
}
"""JSON on one line, as everybody is trained to write it."""


def grammar(tools: Sequence[Tool]) -> str:
    """What a model with these tools may write; there must be one."""
    rules: dict[str, str] = {}
    calls = [_call(tool, rules) for tool in tools]
    call = f"{_quoted(OPEN)} nl ({' | '.join(calls)}) nl {_quoted(CLOSE)}"
    return "".join(
        f"{name} ::= {means}\n"
        for name, means in {"root": f"{_TEXT} ({call})?", **rules, **_BASE}.items()
    )


def _call(tool: Tool, rules: dict[str, str]) -> str:
    arguments = _object(tool.parameters, rules)
    name = f"{_key('name')} {_json(tool.name)}"
    body = f'"{{" {name} "," gap {_key("arguments")} {arguments} "}}"'
    return _named("call", body, rules)


def _named(kind: str, means: str, rules: dict[str, str]) -> str:
    """A rule of its own; its name."""
    name = f"{kind}-{len(rules) + 1}"
    rules[name] = means
    return name


def _value(schema: object, rules: dict[str, str]) -> str:
    """Values that fit a schema, as far as its types, constants and fields go."""
    if not isinstance(schema, Mapping):
        return "value"
    if "const" in schema or "enum" in schema:
        return _either(_json(v) for v in schema.get("enum", [schema.get("const")]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _either(_value(one, rules) for one in schema[several])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return _either(_value({**schema, "type": kind}, rules) for kind in kinds)
    if kinds == "object":
        return _object(schema, rules)
    if kinds == "array" and "items" in schema:
        item = _value(schema["items"], rules)
        return _named("array", f'"[" ({item} ("," gap {item})*)? "]"', rules)
    return kinds if kinds in _BASE else "value"


def _object(schema: Mapping[str, Any], rules: dict[str, str]) -> str:
    """The fields of an object in their order, those that are not required perhaps."""
    if not (fields := schema.get("properties")):
        closed = schema.get("additionalProperties") is False
        return _quoted("{}") if closed else "object"
    required = set(schema.get("required", ()))
    pairs = [
        (_named("field", f"{_key(name)} {_value(one, rules)}", rules), name in required)
        for name, one in fields.items()
    ]
    ways = []
    for number, (first, needed) in enumerate(pairs):
        rest = (f'("," gap {pair}){"" if must else "?"}' for pair, must in pairs[number + 1 :])
        ways.append(" ".join([first, *rest]))
        if needed:
            return _named("object", f'"{{" ({" | ".join(ways)}) "}}"', rules)
    return _named("object", f'"{{" ({" | ".join(ways)})? "}}"', rules)


def _either(ways: Iterable[str]) -> str:
    return f"({' | '.join(ways)})"


def _key(name: str) -> str:
    return f"{_quoted(json.dumps(name, ensure_ascii=False) + ':')} gap"


def _json(value: object) -> str:
    return _quoted(json.dumps(value, ensure_ascii=False))


def _quoted(text: str) -> str:
    """These very characters; JSON has no control characters that would need more."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
