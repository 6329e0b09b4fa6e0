"""What the model is shown: what was said, and what was heard."""

from __future__ import annotations

from llm.engine import Message, ToolCall
from voice.history import History

CALL = ToolCall("book", "{}", "1")
REPLY = [
    Message("assistant", "Sure.", (CALL,)),
    Message("tool", '{"say": "Booked."}', tool_call_id="1"),
    Message("assistant", "Booked. Anything else?"),
]


def test_a_reply_is_kept_as_it_was_heard() -> None:
    history = History("Be kind.")
    history.answer("Hours?", [Message("assistant", "We open at nine.")], ["We open"])
    assert history.messages[1:] == (Message("user", "Hours?"), Message("assistant", "We open"))


def test_a_tool_that_ran_is_kept_though_nobody_heard_of_it() -> None:
    history = History("Be kind.")
    history.answer("Book it.", REPLY, ["", "", ""])
    assert history.messages[1:] == (
        Message("user", "Book it."),
        Message("assistant", "", (CALL,)),
        REPLY[1],
    )


def test_words_without_an_answer_are_asked_again_with_the_next() -> None:
    history = History("Be kind.")
    history.answer("My name is", [Message("assistant", "Yes?")], [""])
    assert history.messages[1:] == ()
    assert history.ask("Ann.")[-1] == Message("user", "My name is Ann.")


def test_the_same_words_asked_again_are_not_doubled() -> None:
    history = History("Be kind.")
    history.answer("Hours?", [], [])
    assert history.ask("Hours?")[-1] == Message("user", "Hours?")


def test_an_apology_closes_the_question_it_could_not_answer() -> None:
    history = History("Be kind.")
    history.answer("Hours?", [], [])
    history.answer("", [Message("assistant", "Sorry.")], ["Sorry."])
    assert history.messages[1:] == (Message("user", "Hours?"), Message("assistant", "Sorry."))


def test_asking_remembers_nothing() -> None:
    history = History("Be kind.")
    history.ask("Hours?")
    assert history.messages == (Message("system", "Be kind."),)


def test_what_we_say_in_a_row_is_one_message() -> None:
    history = History("Be kind.")
    for text in ("Hello.", "Are you there?"):
        history.answer("", [Message("assistant", text)], [text])
    assert history.messages[1:] == (Message("assistant", "Hello. Are you there?"),)


def test_words_that_were_answered_with_the_next_are_not_asked_for_ever() -> None:
    history = History("Be kind.")
    history.answer("My name is", [], [])
    history.answer("Ann.", [Message("assistant", "Hello, Ann.")], ["Hello, Ann."])
    assert history.ask("Hours?")[1:] == [
        Message("user", "My name is Ann."),
        Message("assistant", "Hello, Ann."),
        Message("user", "Hours?"),
    ]


def test_what_we_say_before_a_tool_call_is_not_merged_with_it() -> None:
    history = History("Be kind.")
    history.answer("", [Message("assistant", "Hello.")], ["Hello."])
    history.answer("", REPLY, ["Sure.", "", "Booked."])
    assert history.messages[1:] == (
        Message("assistant", "Hello."),
        REPLY[0],
        REPLY[1],
        Message("assistant", "Booked."),
    )
