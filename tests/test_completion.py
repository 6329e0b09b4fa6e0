"""What events add up to: text, whole tool calls, or one clear error."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionChunk

from llm.completion import DONE, Completion
from llm.engine import LLMError, ToolCall


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    """An event as OpenAI's own types have it."""
    event = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }
    ChatCompletionChunk.model_validate(event)
    return json.dumps(event)


def fragment(index: int, arguments: str, name: str = "", id_: str = "") -> dict[str, Any]:
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return {"index": index, "function": function} | ({"id": id_} if id_ else {})


def calls(*fragments: dict[str, Any]) -> list[str]:
    return [chunk({"tool_calls": [fragment]}) for fragment in fragments]


def read(*events: str) -> list[str | ToolCall]:
    completion = Completion()
    return [piece for event in events for piece in completion.receive(event)] + completion.end()


def test_pieces_come_out_as_they_come_in() -> None:
    completion = Completion()
    assert completion.receive(chunk({"role": "assistant", "content": ""})) == []
    assert not completion.begun
    assert completion.receive(chunk({"content": "Sure"})) == ["Sure"]
    assert completion.begun
    assert completion.receive(chunk({"content": "."})) == ["."]
    assert not completion.finished
    assert completion.receive(chunk({}, "stop")) == []
    assert completion.finished
    assert completion.end() == []


def test_half_a_tag_is_a_beginning_all_the_same() -> None:
    completion = Completion()
    assert completion.receive(chunk({"content": "<tool"})) == []
    assert completion.begun


def test_a_call_is_put_together_from_its_fragments() -> None:
    events = calls(
        fragment(0, "", "book", "call_1"),
        fragment(0, '{"day": '),
        fragment(0, '"tuesday"}'),
        fragment(1, "{}", "confirm", "call_2"),
    )
    assert read(chunk({"content": "Sure."}), *events, chunk({}, "tool_calls")) == [
        "Sure.",
        ToolCall("book", '{"day": "tuesday"}', "call_1"),
        ToolCall("confirm", "{}", "call_2"),
    ]


def test_a_call_comes_out_when_the_next_begins() -> None:
    completion = Completion()
    first, second = calls(fragment(0, "{}", "a", "1"), fragment(1, "{}", "b", "2"))
    assert completion.receive(first) == []
    assert completion.receive(second) == [ToolCall("a", "{}", "1")]


def test_calls_that_all_have_the_number_0_are_told_apart_by_their_ids() -> None:
    events = calls(fragment(0, "{}", "a", "1"), fragment(0, "{}", "b", "2"))
    assert read(*events, DONE) == [ToolCall("a", "{}", "1"), ToolCall("b", "{}", "2")]


def test_arguments_may_be_an_object_or_missing() -> None:
    events = [
        json.dumps({"choices": [{"delta": {"tool_calls": [{"function": f}]}}]})
        for f in ({"name": "a", "arguments": {"x": 1}},)
    ]
    assert read(*events, DONE) == [ToolCall("a", '{"x": 1}')]
    assert read(*calls(fragment(0, "", "b")), DONE) == [ToolCall("b", "{}")]


def test_a_call_may_be_written_in_the_text() -> None:
    text = 'Sure.\n<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>'
    assert read(chunk({"content": text}), chunk({}, "stop")) == ["Sure.\n", ToolCall("a", "{}")]


def test_thoughts_usage_and_timings_say_nothing() -> None:
    events = [
        json.dumps({"choices": [{"delta": {"reasoning_content": "hm"}}]}),
        json.dumps({"choices": [], "usage": {"total_tokens": 3}}),
        json.dumps({"timings": {}}),
        json.dumps({"choices": [{"delta": None}]}),
    ]
    assert read(*events, chunk({"content": "x"}), DONE) == ["x"]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "stopped in the middle"),
        ([chunk({"content": "Sure"})], "stopped in the middle"),
        ([DONE], "returned nothing"),
        ([chunk({"content": " \n"}), chunk({}, "stop")], "returned nothing"),
        (["half an"], "sent 7 characters, expected JSON"),
        (["[]"], "sent a list, expected an object"),
        (['{"error": {"message": "out of\\n memory", "code": 500}}'], "failed: out of memory"),
        (['{"error": "busy"}'], "failed: busy"),
        (['{"object": "error", "message": "too long", "code": 400}'], "failed: too long"),
        ([*calls(fragment(0, '{"day": ', "book")), chunk({}, "length")], "book is cut short"),
        ([*calls(fragment(0, "{}")), DONE], "without a name"),
        ([json.dumps({"choices": [{"delta": {"tool_calls": ["x"]}}]})], "expected an object"),
        (
            [json.dumps({"choices": [{"delta": {"tool_calls": [{"function": {"name": 3}}]}}]})],
            "tool call that is not one",
        ),
    ],
)
def test_what_is_no_answer_is_an_error(events: list[str], words: str) -> None:
    with pytest.raises(LLMError, match=words):
        read(*events)


def test_a_half_surrogate_is_replaced() -> None:
    assert read('{"choices": [{"delta": {"content": "a\\ud800"}}]}', DONE) == ["a?"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "choices delta content tool_calls index id function name arguments error message "
                "finish_reason object".split()
            ),
            inner,
        )
    ),
)


@given(st.lists(_json.map(json.dumps) | st.text(max_size=9) | st.just(DONE), max_size=4))
def test_whatever_is_sent_raises_nothing_but_llm_error(events: list[str]) -> None:
    with contextlib.suppress(LLMError):
        read(*events)


@given(_json, st.lists(_json, max_size=3))
def test_whatever_a_delta_is_raises_nothing_but_llm_error(
    content: object, tools: list[object]
) -> None:
    delta = {"content": content, "tool_calls": tools}
    event = json.dumps({"choices": [{"delta": delta, "finish_reason": "stop"}]})
    with contextlib.suppress(LLMError):
        for piece in read(event):
            str(piece).encode()


@pytest.mark.parametrize(
    "event",
    [
        "my name is Maria",
        '"my name is Maria"',
        '{"detail": "", "error": [{"loc": "messages", "input": "my name is Maria"}]}',
        '{"choices": [{"delta": {"tool_calls": ["my name is Maria"]}}]}',
        '{"choices": [{"delta": {"tool_calls": [{"id": 1, "function": "my name is Maria"}]}}]}',
    ],
)
def test_an_error_never_quotes_what_was_said(event: str) -> None:
    with pytest.raises(LLMError) as caught:
        read(event)
    assert "Maria" not in str(caught.value)
