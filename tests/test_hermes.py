"""Tool calls written as text: found wherever the pieces are cut, and nothing else held back."""

from __future__ import annotations

import contextlib
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.engine import LLMError, ToolCall
from llm.hermes import CLOSE, OPEN, HermesText, write_call

CALL = '{"name": "book", "arguments": {"day": "tuesday", "doctor": "Dr. Chen"}}'
BOOK = ToolCall("book", '{"day": "tuesday", "doctor": "Dr. Chen"}')


def read(*pieces: str) -> list[str | ToolCall]:
    """What comes out, with neighbouring texts joined."""
    text = HermesText()
    out: list[str | ToolCall] = []
    received = [part for piece in pieces for part in text.receive(piece)]
    for piece in received + text.end():
        if out and isinstance(piece, str) and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return out


def test_text_comes_out_as_it_went_in() -> None:
    assert read("Sure, ", "a < b ", "and <tool> ", "<tool_cal") == [
        "Sure, a < b and <tool> <tool_cal"
    ]


def test_no_more_is_held_back_than_could_be_a_tag() -> None:
    text = HermesText()
    assert text.receive("Sure. <") == ["Sure. "]
    assert text.receive("too") == []
    assert text.receive("th <tool") == ["<tooth "]
    assert text.receive("_call>") == []


def test_a_call_follows_its_acknowledgement() -> None:
    assert read(f"Sure.\n{OPEN}\n{CALL}\n{CLOSE}") == ["Sure.\n", BOOK]


def test_a_call_comes_out_with_its_last_brace() -> None:
    text = HermesText()
    assert text.receive(f"{OPEN}\n{CALL[:-1]}") == []
    assert text.receive(CALL[-1]) == [BOOK]


@pytest.mark.parametrize("end", ["", "\n", "</tool_", f"\n{CLOSE}", f"{CLOSE}\n\n"])
def test_a_call_needs_no_closing_tag(end: str) -> None:
    assert read(OPEN + CALL + end) == [BOOK]


@pytest.mark.parametrize("between", ["", "\n", CLOSE, f"\n{CLOSE}\n"])
def test_calls_may_follow_each_other(between: str) -> None:
    assert read(f"{OPEN}{CALL}{between}{OPEN}{CALL}{CLOSE}") == [BOOK, BOOK]


def test_text_may_follow_a_call() -> None:
    assert read(f"{OPEN}{CALL}{CLOSE}\nDone. <3") == [BOOK, "Done. <3"]


def test_braces_and_tags_inside_a_string_end_nothing() -> None:
    text = 'a } b {"c" ' + OPEN
    call = json.dumps({"name": "message", "arguments": {"text": text}})
    (out,) = read(OPEN, *call, CLOSE)
    assert isinstance(out, ToolCall)
    assert json.loads(out.arguments) == {"text": text}


def test_a_call_without_arguments_has_none() -> None:
    assert read(OPEN + '{"name": "confirm"}') == [ToolCall("confirm", "{}")]


def test_arguments_that_are_quoted_once_more_are_taken_out() -> None:
    assert read(OPEN + '{"name": "f", "arguments": "{\\"a\\": 1}"}') == [ToolCall("f", '{"a": 1}')]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OPEN, "0 characters of a tool call that is not whole"),
        (OPEN + CALL[:-1], "not whole"),
        (OPEN + CALL[:-1] + CLOSE, "not whole"),
        (OPEN + "book tuesday" + CLOSE, "not whole"),
        (OPEN + '["book", {}]' + CLOSE, "without a name"),
        (OPEN + '{"name": 3}', "without a name"),
        (OPEN + 99_999 * "[" + CLOSE, "more than"),
        (OPEN + '{"name": "' + 99_999 * "x", "more than 65536 characters"),
    ],
)
def test_what_is_no_call_is_an_error(text: str, words: str) -> None:
    with pytest.raises(LLMError, match=words) as caught:
        read(text)
    assert len(str(caught.value)) < 300


def test_a_half_surrogate_is_replaced() -> None:
    (out,) = read(OPEN + '{"name": "f", "arguments": {"a": "\\ud800"}}')
    assert isinstance(out, ToolCall)
    assert out.arguments.encode() == b'{"a": "?"}'


def test_a_call_is_written_as_it_was_read() -> None:
    written = write_call(BOOK)
    assert read(*written) == [BOOK]
    assert (
        written
        == f"{OPEN}\n"
        + CALL.replace('"day": "tuesday", "doctor": "Dr. Chen"', BOOK.arguments[1:-1])
        + f"\n{CLOSE}"
    )


_snippets = st.sampled_from(
    [OPEN, CLOSE, CALL, CALL[:9], "<", "tool", "{", "}", "\n", "Sure. ", '"']
)


@given(st.lists(st.one_of(_snippets, st.text(max_size=4))))
def test_whatever_is_written_raises_nothing_but_llm_error(pieces: list[str]) -> None:
    with contextlib.suppress(LLMError):
        read(*pieces)


def test_closing_tags_too_many_are_no_text() -> None:
    assert read(OPEN + CALL + 3 * CLOSE) == read(*(OPEN + CALL + 3 * CLOSE)) == [BOOK]


@given(st.lists(_snippets), st.data())
def test_cuts_change_nothing(snippets: list[str], draw: st.DataObject) -> None:
    whole = "".join(snippets)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    edges = [0, *cuts, len(whole)]
    pieces = [whole[a:b] for a, b in itertools.pairwise(edges)]
    assert _outcome([whole]) == _outcome(pieces) == _outcome(list(whole))


def _outcome(pieces: list[str]) -> list[str | ToolCall] | str:
    try:
        return read(*pieces)
    except LLMError:
        return "an error"
