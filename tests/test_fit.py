"""Long calls: the oldest turns are forgotten in blocks, the prompt and the last turn never."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llm.engine import Message, ToolCall
from llm.fit import BLOCK, estimate, fit

SYSTEM = Message("system", "You are the front desk.")


def call(turns: int, chars: int = 60) -> list[Message]:
    talk = [SYSTEM]
    for n in range(turns):
        talk += [Message("user", f"{n}".ljust(chars)), Message("assistant", "Yes.")]
    return talk


def test_a_short_call_stays_as_it_is() -> None:
    assert fit(call(5), 1000) == tuple(call(5))
    assert fit([SYSTEM], 1) == (SYSTEM,)
    assert fit([], 1) == ()


def test_a_long_call_loses_a_block_of_turns_and_then_only_grows() -> None:
    room = estimate(call(20))
    begins = {n: fit(call(n), room)[1].content.strip() for n in range(1, 50)}
    assert begins[20] == "0"
    assert begins[21] == str(BLOCK)
    assert begins[20 + BLOCK] == str(BLOCK)
    assert begins[21 + BLOCK] == str(2 * BLOCK)


def test_tool_calls_count() -> None:
    plain = Message("assistant", "Sure.")
    calling = Message("assistant", "Sure.", (ToolCall("book", '{"day": "tuesday"}'),))
    assert estimate([calling]) > estimate([plain]) + 15


@given(st.integers(1, 60), st.integers(1, 200), st.integers(0, 2000))
def test_the_prompt_and_the_last_turn_always_stay(turns: int, chars: int, room: int) -> None:
    talk = call(turns, chars)
    kept = fit(talk, room)
    assert kept[0] == SYSTEM
    tail = talk[-len(kept[1:]) :]
    assert tail[0].content.endswith(kept[1].content)
    assert kept[2:] == tuple(tail[1:])
    assert kept[1].role == "user"
    assert estimate(kept) <= room or len(kept) == 3


def test_of_a_turn_of_five_minutes_the_end_is_asked() -> None:
    talk = [SYSTEM, Message("user", 1000 * "and so on " + "so can I come on Monday?")]
    kept = fit(talk, 864)
    assert estimate(kept) <= 864
    assert kept[1].content.endswith("so can I come on Monday?")
    assert len(kept[1].content) > 2000
