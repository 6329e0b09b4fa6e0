"""Decide what the training clips say: one-word turns, a caller's requests, other talk, long turns.

A small grammar, so that a seed gives as many different sentences as are wanted. The teacher is the
stock model itself, so nothing here teaches new words: what matters is that every length from a
single "yes" to a dozen seconds occurs, with the names and digits of telephone calls.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

_SLOTS: dict[str, str] = {
    "first": "Anna|Robert|Elena|Tom|Priya|Marcus|Sofia|Hannah|Luis|Grace|Omar|Julia|Kevin|Nadia"
    "|Peter",
    "last": "Walker|Gupta|Romero|Fischer|Brooks|Nakamura|Ellis|Moreau|Haddad|Sullivan|Ivanov"
    "|Carter",
    "doctor": "Dr. Harris|Dr. Mendez|Dr. Shah|Dr. Olsen|Doctor Blake|Dr. Kim|Doctor Rossi"
    "|Dr. Young",
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|tomorrow|next Monday|next Thursday"
    "|this Friday|the day after tomorrow|the {ordinal}|{month} {ordinal}",
    "month": "January|February|March|April|May|June|July|August|September|October|November"
    "|December",
    "ordinal": "first|second|third|fifth|eighth|twelfth|fourteenth|nineteenth|twenty first"
    "|thirtieth",
    "hour": "one|two|three|four|five|eight|nine|ten|eleven|twelve",
    "time": "{hour} o'clock|{hour} thirty|half past {hour}|{hour} fifteen|quarter to {hour}|noon"
    "|{hour} a.m.|{hour} p.m.|{hour} forty five|in the morning|in the afternoon"
    "|around {hour}",
    "digit": "zero|one|two|three|four|five|six|seven|eight|nine|oh",
    "phone": "{digit} {digit} {digit}, {digit} {digit} {digit} {digit}"
    "|{digit} {digit} {digit}, {digit} {digit} {digit}, {digit} {digit} {digit} {digit}",
    "drug": "ibuprofen|aspirin|metformin|amoxicillin|insulin|omeprazole|prednisone|penicillin"
    "|my pills",
    "strength": "five|ten|twenty|forty|fifty|one hundred|five hundred",
    "part": "back|knee|shoulder|ear|stomach|throat|left foot|head|neck|wrist|right eye|elbow",
    "visit": "a checkup|a flu shot|a blood test|an x-ray|a follow up|my test results|a new rash"
    "|a sore {part}|a second opinion|an eye exam|a vaccination|my annual physical",
    "insurer": "Medicare|Medicaid|Humana|Anthem|my employer's plan|Kaiser|travel insurance",
    "thing": "the car|a green bicycle|the old piano|her umbrella|a box of letters"
    "|the kitchen table|my suitcase|the garden gate|a bag of apples|the radio|his coat"
    "|a wooden ladder",
    "place": "the station|the library|the harbour|our neighbor's house|the market|a small village"
    "|the top of the hill|the back room|the office|a quiet street|the river|the school",
    "who": "my brother|the teacher|an old friend|the captain|our neighbor|the children"
    "|a stranger|the woman next door|my grandmother|the driver|two of the students"
    "|the manager",
    "did": "forgot|sold|found|carried|painted|repaired|left behind|borrowed|looked for|dropped",
    "when": "last night|in the summer|before breakfast|two years ago|on the way home|at sunrise"
    "|during the storm|every Sunday|after the meeting|a week later",
    "clause": "the weather had turned cold|nobody had asked for it|the train was late again"
    "|it seemed like a good idea|the lights went out|there was nothing else to do"
    "|we could hear music|the road was closed|everyone was tired|it would soon be dark",
    "say": "I think|I'm sure|they told us|she said|he wrote|it turned out|we all knew|I remember",
    "hi": "Hi|Hello|Good morning|Good afternoon|Hey there|Um, hi|Yes, hello",
}  # fmt: skip

_SHORT = """\
Yes.|No.|Yeah.|Nope.|Okay.|Sure.|Right.|Correct.|Hello?|Thanks.|Please.|Goodbye.|Bye.|Maybe.
|Stop.|Wait.|Help.|What?|Sorry?|{digit}.|{hour}.|{ordinal}.|{month}.|{day}.|{time}.|{first}.
|{last}.|{first} {last}.|{doctor}.|{drug}.|Yes, please.|No, thanks.|That's right.|That's wrong.
|Not really.|I don't know.|Thank you.|One moment.|Hold on.|Go ahead.|Never mind.|{hour}, please.
|{day} at {time}.|{hour} or {hour}.|{digit} {digit} {digit}.|{phone}.|It's {first}.|My {part}.
|{insurer}.|At {time}.|On {day}.|Say that again.|The first one.|Uh, {day}.|No, {day}.
|{strength} milligrams.|Anything.
""".replace("\n", "")

_CALLER = """\
{hi}, could I get in to see {doctor} {day}?|I need to come in for {visit}.
|Is {doctor} free on {day} around {time}?
|My name is {first} {last}, and I have a question about {visit}.
|I'd rather come {day} if you have something near {time}.
|Please push my visit back to {day} at {time}.
|I can't make it on {day}, can you take me off the list?|What times do you have on {day}?
|My number is {phone}.|You can call me back at {phone}.|Do you work with {insurer}?
|I'm out of {drug}.|I take {strength} milligrams of {drug} twice a day.
|When do you close on {day}?|Where do I park?|Could somebody phone me about {visit}?
|How much is {visit} without insurance?|My {part} still hurts.
|I've had a sore {part} since {day}.|It's for my daughter {first}, she is {hour} years old.
|No, I said {day}, not {day}.|Actually, make that {time}.
|Can {doctor} send {drug} to the pharmacy?
|The date of birth is {month} {ordinal}, nineteen seventy {digit}.
|It's spelled the usual way, {last}.|{hi}, this is {first} {last} calling for {doctor}.
|Did my results come in yet?|Are you a real person?|I was told to call again on {day}.
|Which bus goes to your building?|Do I have to bring anything?
|The street is number {strength} {last} Avenue.|I'll be about {hour} minutes late.
""".replace("\n", "")

_GENERAL = """\
{who} {did} {thing} {when}.|{say} {clause}.|When {clause}, {who} {did} {thing}.
|{who} never went back to {place}.|There was {thing} in front of {place}.
|Have you ever seen {place} {when}?|{say} {who} {did} {thing} near {place}.
|{when} we walked to {place} and {did} {thing}.|Why has {who} {did} {thing}?
|Nothing much happened at {place} {when}.|Tell {who} about {thing}.
|It was {who} who {did} {thing}, although {clause}.|{place} is not far from here.
|You should have asked {who} about {place}.|The price went up to {strength} dollars {when}.
""".replace("\n", "")

_JOIN = [", and ", ", but ", ". ", ", because ", ". Also, ", ", so "]


def fill(pattern: str, dice: random.Random) -> str:
    """Choose one alternative of ``pattern`` and fill its slots, and theirs."""
    text = dice.choice(pattern.split("|"))
    return re.sub(r"\{(\w+)\}", lambda slot: fill(_SLOTS[slot[1]], dice), text)


def long(dice: random.Random) -> str:
    """Join two or three sentences, as people do who have been waiting to tell it."""
    pieces = [fill(dice.choice([_CALLER, _GENERAL]), dice) for _ in range(dice.choice([2, 2, 3]))]
    text = pieces[0]
    for piece in pieces[1:]:
        joint = dice.choice(_JOIN)
        text = (
            text.rstrip(".?") + joint + (piece if joint[0] == "." else piece[0].lower() + piece[1:])
        )
    return text


def sentences(seed: int) -> Iterator[str]:
    """Yield different sentences for ever: a fifth very short, a fifth long."""
    dice = random.Random(seed)
    seen: set[str] = set()
    while True:
        kind = dice.choices(["short", "caller", "general", "long"], [20, 30, 28, 22])[0]
        if kind == "long":
            text = long(dice)
        else:
            text = fill({"short": _SHORT, "caller": _CALLER, "general": _GENERAL}[kind], dice)
        text = (text[0].upper() + text[1:]).replace("..", ".")
        # One-word turns are few and may come again, in another voice.
        if text not in seen or len(text) < 12:
            seen.add(text)
            yield text


def terms(seed: int) -> str:
    """Return a list of names and medicines, as a server puts in front of a transcript."""
    dice = random.Random(seed)
    slots = dice.choices(["{doctor}", "{drug}", "{last}", "{insurer}", "{month}"], k=8)
    return ", ".join(dict.fromkeys(fill(slot, dice) for slot in slots)) + "."
