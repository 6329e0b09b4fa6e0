"""Reading a peer's JSON: what is wrong is said in one short line."""

import pytest

from voice.errors import WireError
from voice.wire import LONGEST_MESSAGE_BYTES
from voice.wire.fields import check_size, digit_of, parse, shown, text_of, texts_of


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "text is not JSON: expecting value at character 0"),
        ('{"a" 1}', "text is not JSON: expecting ':' delimiter at character 5"),
        ('{"type": "hello"', "text is not JSON: expecting ',' delimiter at character 16"),
        ("[" * 60_000, "text is not JSON: too deep or too large at character 0"),
        ('{"n": ' + 5_000 * "1" + "}", "text is not JSON: too deep or too large at character 0"),
        ('{"n": NaN}', "text holds NaN, expected JSON, which has no such number"),
        ('{"n": -Infinity}', "text holds -Infinity, expected JSON, which has no such number"),
        ("[]", "message is [], expected an object"),
        ("null", "message is None, expected an object"),
        ('"hello"', "message is 'hello', expected an object"),
    ],
)
def test_what_is_not_a_json_object_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(WireError) as caught:
        parse(text)

    assert str(caught.value) == complaint


@pytest.mark.parametrize("message", ["a", b"a", "é"])
def test_a_message_is_measured_in_bytes_and_refused_with_both_sizes(message: str | bytes) -> None:
    width = len(message.encode()) if isinstance(message, str) else len(message)
    check_size(message * (LONGEST_MESSAGE_BYTES // width))

    with pytest.raises(WireError, match=r"message has 6553[78] bytes, expected at most 65536"):
        check_size(message * (LONGEST_MESSAGE_BYTES // width + 1))


def test_a_missing_field_and_half_a_character_are_not_strings() -> None:
    with pytest.raises(WireError, match="mark is None, expected a string"):
        text_of({}, "mark")
    with pytest.raises(WireError, match="expected whole unicode characters"):
        text_of(parse('{"mark": "a\\ud83d"}'), "mark")

    assert text_of(parse('{"mark": "\\ud83d\\ude00"}'), "mark") == "😀"


def test_an_object_of_strings_may_be_missing_but_holds_nothing_else() -> None:
    assert texts_of({}, "parameters") == {}
    assert texts_of({"parameters": {"name": "Ann"}}, "parameters") == {"name": "Ann"}
    with pytest.raises(WireError, match=r"parameters.'age' is 7, expected a string"):
        texts_of({"parameters": {"age": 7}}, "parameters")
    with pytest.raises(WireError, match=r"parameters is \['Ann'\], expected an object"):
        texts_of({"parameters": ["Ann"]}, "parameters")


@pytest.mark.parametrize("digit", ["", "12", "E", "\u0661", 5, None])
def test_only_a_key_of_a_telephone_is_a_digit(digit: object) -> None:
    with pytest.raises(WireError, match="digit is "):
        digit_of({"digit": digit}, "digit")


@pytest.mark.parametrize("value", ["é" * 500, "\ud800" * 50, 10**4000, {"a": {"b": []}}, [[[[]]]]])
def test_any_value_is_shown_in_a_few_ascii_characters(value: object) -> None:
    assert shown(value).isascii()
    assert len(shown(value)) <= 28
