"""Written to be read, said to be heard: a table of both, and rules that hold for any text."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tts import shorthand
from tts.numbers import cardinal, digits, number, ordinal, pairs, year
from tts.spoken import spoken

TABLE = [
    ("at 1200 Main Street", "at twelve hundred Main Street"),
    ("Thanks, Dr. Lopez.", "Thanks, Doctor Lopez."),
    ("My address is 14 Elm Ave.", "My address is fourteen Elm Avenue."),
    ("It is $25/visit.", "It is twenty-five dollars per visit."),
    ("lisinopril 10 mg bid", "lisinopril ten milligrams twice a day"),
    ("We open at 10:30.", "We open at ten thirty."),
    ("10 AM", "ten A-M"),
    ("at 9:05 a.m. on Monday", "at nine oh five A-M on Monday"),
    ("It's 10 a.m.", "It's ten A-M."),
    ("We close at 5pm", "We close at five P-M"),
    ("$40", "forty dollars"),
    ("$1.50", "one dollar and fifty cents"),
    ("$0.99", "ninety-nine cents"),
    ("$1,250.00", "one thousand two hundred fifty dollars"),
    ("$40-60", "forty to sixty dollars"),
    ("$1.5 million", "one point five million dollars"),
    ("500 mg", "five hundred milligrams"),
    ("10mg", "ten milligrams"),
    ("1 mg", "one milligram"),
    ("0.5 ml", "zero point five milliliters"),
    (".5 mL", "zero point five milliliters"),
    ("5 mg/kg", "five milligrams per kilogram"),
    ("a 10-mg tablet", "a ten milligram tablet"),
    ("555-0142", "five five five, oh one four two"),
    ("(555) 010-0199", "five five five, oh one oh, oh one nine nine"),
    (
        "1-800-555-0199 ext. 12",
        "one, eight hundred, five five five, oh one nine nine, extension one two",
    ),
    ("911", "nine one one"),
    ("Call 911 now.", "Call nine one one now."),
    ("Dr. Chen is in.", "Doctor Chen is in."),
    ("It is on Main Dr.", "It is on Main Drive."),
    ("12 Oak Dr. Suite 4", "twelve Oak Drive Suite four"),
    (
        "St. Mary's Hospital on Main St. near the park",
        "Saint Mary's Hospital on Main Street near the park",
    ),
    (
        "1200 N. Main St., Springfield, IL 62704",
        "twelve hundred North Main Street, Springfield, Illinois six two seven oh four",
    ),
    ("Mon-Fri", "Monday to Friday"),
    ("Mon-Fri 9-5", "Monday to Friday nine to five"),
    ("Open Mon. to Fri. 8:00-5:00", "Open Monday to Friday eight o'clock to five o'clock"),
    ("Dec 3", "December third"),
    ("Dec. 3rd, 2026", "December third, twenty twenty-six"),
    ("3rd and 2nd", "third and second"),
    ("12/3", "December third"),
    ("12/03/2026", "December third, twenty twenty-six"),
    ("2026-12-03", "December third, twenty twenty-six"),
    ("25%", "twenty-five percent"),
    ("#4", "number four"),
    ("salt & pepper", "salt and pepper"),
    ("e.g. apples", "for example, apples"),
    ("bring ID, insurance card, etc.", "bring ID, insurance card, and so on."),
    (
        "visit https://www.clinic.example/new-patients?x=1.",
        "visit clinic dot example slash new dash patients x one.",
    ),
    ("mail front.desk@clinic.example", "mail front dot desk at clinic dot example"),
    ("room B12", "room B-twelve"),
    ("Room 204", "Room two oh four"),
    ("B12 and A1C", "B-twelve and A-one-C"),
    ("COVID-19", "COVID nineteen"),
    ("born in 1985", "born in nineteen eighty-five"),
    ("in 2005", "in two thousand five"),
    ("BP 120/80", "blood pressure one twenty over eighty"),
    ("x2", "times two"),
    ("take 2 tabs po bid", "take two tablets by mouth twice a day"),
    ("1 tablet q6h prn", "one tablet every six hours as needed"),
    ("q4-6h x 7 days", "every four to six hours for seven days"),
    ("1 1/2 tablets", "one and a half tablets"),
    ("\xbd tablet", "one half tablet"),
    ("1\xbd tablets", "one and a half tablets"),
    ("3/4 cup", "three quarters cup"),
    ("98.6\xb0F", "ninety-eight point six degrees Fahrenheit"),
    ("**Bold** and _it_ `code` \U0001f600\U0001f44d", "Bold and it code"),
    ("# Heading", "Heading"),
    ("- item one", "item one"),
    ("[our site](http://a.com)", "our site"),
    ("5-10 minutes", "five to ten minutes"),
    ("open 24/7", "open twenty-four seven"),
    ("ages 65+", "ages sixty-five plus"),
    ("COVID tests cost < $20", "COVID tests cost less than twenty dollars"),
    ("1,234 patients", "one thousand two hundred thirty-four patients"),
    ("20000 people", "twenty thousand people"),
    ("code 4521", "code four five two one"),
    ("Take 1/2 tablet", "Take one half tablet"),
    ("14:30", "fourteen thirty"),
    ("12:00 PM", "twelve P-M"),
    ("3 of 4", "three of four"),
    ("the 1990s", "the nineteen nineties"),
    ("version 1.2.3", "version one point two point three"),
    ("-5 degrees", "minus five degrees"),
    ("5'10\"", "five foot ten"),
    ("Well -- maybe... yes", "Well, maybe, yes"),
    ("he/she and/or they", "he or she and or they"),
    ("Wed, Sat 9-12", "Wednesday, Saturday nine to twelve"),
    ("Sat down on Sunday", "Sat down on Sunday"),
    ("Mr. and Mrs. Lopez", "Mister and Missus Lopez"),
    ("OB/GYN at the ER", "O-B-G-Y-N at the E-R"),
    ("temp 101.5", "temp one hundred one point five"),
    ("Thanks! See you at 3.", "Thanks! See you at three."),
    ("9-11:30 am", "nine to eleven thirty A-M"),
    ("10:30AM-2PM", "ten thirty A-M to two P-M"),
    ("No. 7", "number seven"),
    ("Apt. 4C", "Apartment four-C"),
]


@pytest.mark.parametrize(("written", "said"), TABLE)
def test_it_is_said_as_a_person_would_say_it(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(("written", "said"), TABLE)
def test_what_has_been_put_into_words_stays_as_it_is(written: str, said: str) -> None:
    assert spoken(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "Sure, let me check our hours.",
        "Is that right? I can hold Tuesday, or Thursday if you like!",
        "She sat down; the sun was out, and we wed in May.",
        "I'd like to bid on it, in March.",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert spoken(text) == text


def sentence_ends(text: str) -> int:
    return len(re.findall(r"[.!?]", text))


TABLES = [table for table in vars(shorthand).values() if isinstance(table, dict)]
WORDS = sorted({str(word) for table in TABLES for pair in table.items() for word in pair})

WRITTEN = st.text() | st.lists(
    st.sampled_from([written for written, _ in TABLE])
    | st.sampled_from(WORDS)
    | st.sampled_from(["Main", "Dr. Lee", "of", "3rd", "1200", "12", "-", "10:"])
    | st.from_regex(r"[$#+-]?[0-9]{1,6}[-/:.,' ]?[0-9]{0,5}( ?(mg|AM|p\.m\.|x|h|%|st|/day))?\Z")
    | st.text(
        "0123456789 .,:;-/$%#&@*_[]()AaPpMmqhxDrSt'\"\N{VULGAR FRACTION ONE HALF}", max_size=12
    ),
    max_size=5,
).map(" ".join)


@settings(deadline=None)  # the long examples take as long as the machine pleases
@given(WRITTEN)
@example("9" * 5_000)
@example("a" * 5_000)
@example("1.-" * 2_000)
@example("Aa " * 2_000)
@example("<a" * 2_000)
@example("[a](" * 2_000)
@example("q" + "9" * 5_000 + "h x" + "1" * 5_000)
@example("\N{SUPERSCRIPT TWO} \N{ARABIC-INDIC DIGIT THREE} \N{CIRCLED DIGIT FOUR}")
def test_no_text_breaks_it_no_digit_is_left_and_no_sentence_is_added(text: str) -> None:
    said = spoken(text)

    assert not any(character.isdigit() for character in said)
    assert sentence_ends(said) <= sentence_ends(text) + text.count("\N{HORIZONTAL ELLIPSIS}") * 3
    assert "[[" not in said  # Piper would take what follows for phonemes


@given(st.lists(st.from_regex(r"\A[a-z]{2,9}\Z"), min_size=1, max_size=8))
def test_words_in_lower_case_come_back_as_they_were(words: list[str]) -> None:
    text = " ".join(words) + "."
    short = {*shorthand.WORDS, *shorthand.HOW_OFTEN, *shorthand.UNITS, "bp"}
    if not short.intersection(words):
        assert spoken(text) == text


def test_numbers_are_read_in_the_way_that_is_asked_for() -> None:
    assert [cardinal(n) for n in (0, 7, 19, 40, 85, 100, 250, 1_250, 1_000_001)] == [
        "zero",
        "seven",
        "nineteen",
        "forty",
        "eighty-five",
        "one hundred",
        "two hundred fifty",
        "one thousand two hundred fifty",
        "one million one",
    ]
    assert cardinal(10**15 - 1).startswith("nine hundred ninety-nine trillion")
    assert [ordinal(n) for n in (1, 2, 3, 4, 5, 8, 9, 12, 20, 21, 30, 100)] == [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "eighth",
        "ninth",
        "twelfth",
        "twentieth",
        "twenty-first",
        "thirtieth",
        "one hundredth",
    ]
    assert digits("0142") == "oh one four two"
    assert [pairs(n) for n in (7, 90, 204, 450, 1_200, 1_250, 2_000, 12_345)] == [
        "seven",
        "ninety",
        "two oh four",
        "four fifty",
        "twelve hundred",
        "twelve fifty",
        "two thousand",
        "twelve thousand three hundred forty-five",
    ]
    assert [year(n) for n in (1905, 1999, 2000, 2005, 2026)] == [
        "nineteen oh five",
        "nineteen ninety-nine",
        "two thousand",
        "two thousand five",
        "twenty twenty-six",
    ]
    assert [number(text) for text in ("1,250", "98.6", ".05", "7.")] == [
        "one thousand two hundred fifty",
        "ninety-eight point six",
        "zero point zero five",
        "seven",
    ]
