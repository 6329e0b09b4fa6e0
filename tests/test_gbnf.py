"""The grammar of tool calls: what it lets through is valid, and what models write it lets through.

Read by llama.cpp itself in :mod:`tests.test_llamacpp`; here as a regular expression.
"""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.clinic.tools import TOOLS
from llm.engine import Tool, ToolCall
from llm.gbnf import grammar
from llm.hermes import write_call

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|[a-z][a-z0-9-]*|\S')
_DEPTH = 4
"""How deep JSON may be for this reader; the grammar itself knows no bottom."""


def as_pattern(written: str) -> re.Pattern[str]:
    """The grammar as a regular expression, each rule written out where it is used."""
    rules = dict(line.split(" ::= ", 1) for line in written.splitlines())

    def expand(rule: str, used: tuple[str, ...]) -> str:
        if used.count(rule) > _DEPTH:
            return "(?!)"
        return f"(?:{''.join(read(p, (*used, rule)) for p in _PIECE.findall(rules[rule]))})"

    def read(piece: str, used: tuple[str, ...]) -> str:
        if piece[0] == '"':
            # The two notations agree on escapes, but for a newline's, which must stay.
            text = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], piece[1:-1])
            return f"(?:{re.escape(text)})"
        return expand(piece, used) if piece[0].isalpha() else piece

    return re.compile(expand("root", ()), re.S)


def tool(name: str = "book", **schema: object) -> Tool:
    return Tool(name, "", {"type": "object", **schema})


def accepts(tools: list[Tool], arguments: object, name: str = "book") -> bool:
    call = write_call(ToolCall(name, json.dumps(arguments, ensure_ascii=False)))
    return bool(as_pattern(grammar(tools)).fullmatch(f"Sure.\n{call}"))


CLINIC = as_pattern(grammar(TOOLS))
STRINGS = {"day": {"type": "string"}, "time": {"type": "string"}, "name": {"type": "string"}}


@given(
    st.sampled_from([t for t in TOOLS if t.name != "confirm"]).flatmap(
        lambda t: st.tuples(
            st.just(t.name),
            st.fixed_dictionaries(
                {}, optional={key: st.text(max_size=20) for key in t.parameters["properties"]}
            ),
        )
    )
)
def test_whatever_can_be_asked_of_a_tool_can_be_written(call: tuple[str, dict[str, str]]) -> None:
    name, given_arguments = call
    order = next(t.parameters["properties"] for t in TOOLS if t.name == name)
    arguments = {key: given_arguments[key] for key in order if key in given_arguments}
    written = write_call(ToolCall(name, json.dumps(arguments, ensure_ascii=False)))
    # JSON may have a delete character in it as it is; the grammar wants it escaped.
    assert CLINIC.fullmatch("Okay.\n" + written.replace("\x7f", r"\u007f"))


@pytest.mark.parametrize(
    "words", ["", "Sure.", "1 < 2, and <b> too", "Two lines.\nHere.", "<<<", "a <ttool_call> b"]
)
def test_words_alone_are_an_answer(words: str) -> None:
    # What begins as a call does, "<t", is one: nobody says that.
    assert bool(CLINIC.fullmatch(words)) is ("<t" not in words and words != "<<<")


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "order", "arguments": {}}',
        '{"name": "book", "arguments": {"drug": "lisinopril"}}',
        '{"name": "book", "arguments": {"time": "ten", "day": "tuesday"}}',
        '{"name": "book", "arguments": {"day": "tuesday", "day": "friday"}}',
        '{"name": "book", "arguments": {"day": "tuesday"}',
        '{"name": "book", "arguments": {"day": "tues"day"}}',
        '{"name": "book", "arguments": {"day": tuesday}}',
        '{"name": "book", "arguments": {"day": "tuesday",}}',
        '{"name": "book", "arguments": {"day": "a\nb"}}',
        '{"name": "book", "arguments": {"day": "\\x"}}',
        '{"name": "book"}',
        '{"name": "confirm", "arguments": {}}',
        '{"name": "confirm", "arguments": {"answer": "perhaps"}}',
        "",
    ],
)
def test_a_call_that_is_not_valid_cannot_be_written(body: str) -> None:
    assert not CLINIC.fullmatch(f"Sure.\n<tool_call>\n{body}\n</tool_call>")


def test_nothing_follows_a_call() -> None:
    call = write_call(ToolCall("confirm", '{"answer": "yes"}'))
    assert CLINIC.fullmatch(f"Great.\n{call}")
    assert CLINIC.fullmatch(call.replace("\n", "").replace(": ", ":"))
    assert not CLINIC.fullmatch(f"Great.\n{call} And now?")
    assert not CLINIC.fullmatch(f"Great.\n{call}{call}")


def test_required_arguments_are_there_and_others_may_be() -> None:
    tools = [tool(properties=STRINGS, required=["time"])]
    assert accepts(tools, {"day": "a", "time": "b", "name": "c"})
    assert accepts(tools, {"time": "b"})
    assert accepts(tools, {"time": "b", "name": "c"})
    assert not accepts(tools, {"day": "a", "name": "c"})
    assert not accepts(tools, {})


@pytest.mark.parametrize(
    ("schema", "fits", "does_not"),
    [
        ({"type": "integer"}, [0, -12, 907], [1.5, "1", True, None]),
        ({"type": "number"}, [0, -1.5, 2e-8, 10], ["1", True]),
        ({"type": "boolean"}, [True, False], ["true", 1]),
        ({"type": ["string", "null"]}, ["", 'a "b" \\ c', None], [1, [], {}]),
        ({"enum": ["a", 1, None]}, ["a", 1, None], ["b", 2]),
        ({"const": "a"}, ["a"], ["b"]),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, [None, 3], ["x"]),
        ({"type": "array", "items": {"type": "integer"}}, [[], [1], [1, 2, 3]], [["a"], 1]),
        ({"type": "array"}, [[], ["a", 1, {"b": []}]], ["a"]),
        ({"type": "object"}, [{}, {"a": {"b": [1, None]}}], [[]]),
        ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
        (
            {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            [{"n": 1}],
            [{}, {"n": "1"}, {"m": 1}],
        ),
        ({}, ["a", 1, [None], {"b": 2}], []),
        (True, ["a", 1], []),
    ],
)
def test_a_value_is_what_its_schema_says(
    schema: object, fits: list[object], does_not: list[object]
) -> None:
    tools = [tool(properties={"x": schema}, required=["x"])]
    assert [value for value in fits if not accepts(tools, {"x": value})] == []
    assert [value for value in does_not if accepts(tools, {"x": value})] == []


def test_names_are_written_as_json_has_them() -> None:
    odd = tool('say "é"\\', properties={'a "b"\\n': {"type": "integer"}})
    assert accepts([odd], {'a "b"\\n': 1}, odd.name)
