"""Which slot answers: a call keeps its own, a new call robs nobody who still needs his."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llm.engine import Message
from llm.slots import Slots, Talk, preamble

SYSTEM = Message("system", "You are the front desk.")
GREETING = Message("assistant", "Thank you for calling. How can I help?")


def talk(*said: str) -> Talk:
    """A call so far: the caller begins."""
    turns = [Message("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said)]
    return (SYSTEM, GREETING, *turns)


def use(slots: Slots, *said: str) -> int | None:
    """The slot that answers, at once."""
    number, _ = slots.take(talk(*said))
    if number is not None:
        slots.give_back(number)
    return number


def test_a_call_keeps_its_slot() -> None:
    slots = Slots(3)
    first = use(slots, "A table for two.")
    assert use(slots, "Do you have parking?") != first
    assert use(slots, "A table for two.", "When?", "At eight.") == first


def test_words_that_change_before_the_turn_ends_are_still_the_same_call() -> None:
    slots = Slots(3)
    first = use(slots, "I would like")
    assert use(slots, "I would like a table") == first
    assert use(slots, "I would like a table, please.") == first


def test_a_reply_that_was_cut_short_is_still_the_same_call() -> None:
    slots = Slots(3)
    first = use(slots, "A table for two.", "When would you like to come?", "At eight.")
    use(slots, "Do you have parking?")
    assert use(slots, "A table for two.", "When would you like to come?", "No, wait.") == first


def test_a_new_call_takes_the_slot_that_was_idle_for_longest() -> None:
    slots = Slots(2)
    first, second = use(slots, "A table."), use(slots, "Parking?")
    assert {first, second} == {0, 1}
    assert use(slots, "A table.", "When?", "At eight.") == first
    assert use(slots, "Who are you?") == second


def test_a_busy_slot_is_left_alone() -> None:
    slots = Slots(2)
    first, _ = slots.take(talk("Hello."))
    assert use(slots, "Hello.") not in (first, None)
    assert use(slots, "What?") not in (first, None)


def test_calls_that_say_the_same_do_not_wait_for_each_other() -> None:
    slots = Slots(3)
    opening = talk("Hello, I would like to book an appointment with Dr. Chen, please.")
    taken = [slots.take(opening)[0] for _ in range(3)]
    assert sorted(n for n in taken if n is not None) == [0, 1, 2]
    assert not slots.is_worth_a_wait(opening)


def test_a_long_call_whose_answer_is_just_being_dropped_is_worth_a_wait() -> None:
    slots = Slots(2)
    so_far = ["A table for two.", 60 * "When? ", "At eight."]
    number, _ = slots.take(talk(*so_far))
    assert number is not None
    assert slots.is_worth_a_wait(talk(*so_far[:2], "At eight, and we are three."))
    slots.give_back(number)
    assert not slots.is_worth_a_wait(talk(*so_far[:2], "At eight, and we are three."))
    assert use(slots, *so_far[:2], "At eight, and we are three.") == number


def test_with_all_slots_busy_there_is_none() -> None:
    slots = Slots(1)
    number, _ = slots.take(talk("Hello."))
    assert number is not None
    assert slots.take(talk("What?")) == (None, ())
    slots.give_back(number)
    assert use(slots, "What?") == number


def test_what_the_slot_held_before_is_told() -> None:
    slots = Slots(1)
    assert slots.take(talk("Hello.")) == (0, ())
    slots.give_back(0)
    assert slots.take(talk("Parking?")) == (0, talk("Hello."))


def test_another_prompt_is_another_conversation() -> None:
    slots = Slots(2)
    first = use(slots, "A table for two.")
    other, held = slots.take(
        (Message("system", "You are a pirate."), *talk("A table for two.")[1:])
    )
    assert other != first
    assert held == ()


def test_the_preamble_ends_before_the_caller_speaks() -> None:
    assert preamble(talk("Hello.")) == (SYSTEM, GREETING)
    assert preamble(talk()) == (SYSTEM, GREETING)
    assert preamble((Message("user", "Hello."),)) == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(1, 4))
def test_no_slot_is_ever_taken_from_under_an_answer(
    requests: list[tuple[str, bool]], count: int
) -> None:
    slots = Slots(count)
    busy: set[int] = set()
    for who, done in requests:
        number, _ = slots.take(talk(25 * who))
        assert (number is None) == (len(busy) == count)
        assert number not in busy
        if number is not None:
            busy.add(number)
            if done:
                slots.give_back(number)
                busy.remove(number)
