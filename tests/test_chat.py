"""A conversation in a request: OpenAI's form, and the text that a tuned model once wrote."""

from __future__ import annotations

from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import TypeAdapter

from llm.chat import write_messages, write_tools
from llm.engine import Message, Tool, ToolCall

TALK = [
    Message("system", "You are the front desk."),
    Message("user", "A table for two."),
    Message("assistant", "Sure.", (ToolCall("book", '{"seats": 2}'), ToolCall("note", "{}"))),
    Message("tool", '{"say": "When?"}'),
    Message("tool", "{}"),
    Message("assistant", "When?"),
]


def test_calls_without_an_id_get_one_that_their_results_carry() -> None:
    *_, asked, first, second, said = write_messages(TALK, "openai")
    ids = [call["id"] for call in asked["tool_calls"]]
    assert len(set(ids)) == 2
    assert [first["tool_call_id"], second["tool_call_id"]] == ids
    assert asked["tool_calls"][0]["function"] == {"name": "book", "arguments": '{"seats": 2}'}
    assert said == {"role": "assistant", "content": "When?"}


def test_the_ids_of_the_server_are_kept() -> None:
    calls = (ToolCall("a", "{}", "x"), ToolCall("b", "{}", "y"))
    talk = [
        Message("assistant", "", calls),
        Message("tool", "2", tool_call_id="y"),
        Message("tool", "1", tool_call_id="x"),
    ]
    asked, *results = write_messages(talk, "openai")
    assert [call["id"] for call in asked["tool_calls"]] == ["x", "y"]
    assert [result["tool_call_id"] for result in results] == ["y", "x"]


def test_a_result_without_a_call_is_sent_all_the_same() -> None:
    (written,) = write_messages([Message("tool", "{}")], "openai")
    assert written == {"role": "tool", "content": "{}", "tool_call_id": ""}


def test_openais_own_types_accept_it() -> None:
    TypeAdapter(list[ChatCompletionMessageParam]).validate_python(write_messages(TALK, "openai"))
    tool = Tool("book", "Book a table.", {"type": "object", "properties": {}})
    TypeAdapter(list[ChatCompletionToolParam]).validate_python(write_tools([tool]))


def test_a_tuned_model_sees_its_calls_as_it_wrote_them() -> None:
    assert [entry["content"] for entry in write_messages(TALK, "hermes-text")][2:] == [
        'Sure.\n<tool_call>\n{"name": "book", "arguments": {"seats": 2}}\n</tool_call>\n'
        '<tool_call>\n{"name": "note", "arguments": {}}\n</tool_call>',
        '{"say": "When?"}',
        "{}",
        "When?",
    ]


def test_an_acknowledgement_that_nobody_heard_leaves_the_call_alone() -> None:
    talk = [Message("assistant", " ", (ToolCall("a", "{}"),))]
    (written,) = write_messages(talk, "hermes-text")
    assert written["content"].startswith("<tool_call>\n")
