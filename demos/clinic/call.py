"""One call at the front desk: what was asked, what is open, and what a tool call does to it.

    tool call -> routing (which form) -> forms (what was really said) -> counter (next sentence)

Everything a call knows is one frozen :class:`Talk`, so a discarded reply is undone by putting the
former one back. The book is written by ``confirm`` alone, after a yes was heard.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from demos.clinic import say
from demos.clinic.again import asks_again
from demos.clinic.alarm import again, lasts
from demos.clinic.book import Appointment, Book
from demos.clinic.consent import Verdict, drops_it, takes_leave, verdict
from demos.clinic.counter import Counter, Step, ask_for
from demos.clinic.facts import look_up, topic_of
from demos.clinic.forms import Ask, Form, Heard, fill, said_only
from demos.clinic.intents import asks_own_appointment, asks_whether_done
from demos.clinic.off_topic import for_fun, not_ours
from demos.clinic.practice import Practice
from demos.clinic.prompt import system_prompt
from demos.clinic.read_back import corrected, picks_other, spells_name
from demos.clinic.repair import repair
from demos.clinic.routing import KINDS, corrects_booking, opens_another, wants
from demos.clinic.second_wish import Wish, asks_besides, asks_plainly, gives_up, second_wish
from demos.clinic.tools import AT_READ_BACK, TOOLS
from demos.clinic.when import read_spoken
from llm.engine import Tool, ToolCall
from llm.guard import Kind, emergency
from voice.agent import Conversation, Expects, ToolResult

logger = logging.getLogger(__name__)

_EXPECTS: Mapping[Ask, Expects] = {
    "day": "date",
    "offer": "date",
    "which": "date",
    "name": "name",
    "last_name": "name",
    "other_name": "name",
    "phone": "digits",
    "read_back": "yes_no",
    "take_message": "yes_no",
    "anything_else": "yes_no",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything one call has come to: what was heard, asked, begun and done."""

    heard: tuple[str, ...] = ()
    ask: Ask | None = None
    question: str = ""
    form: Form | None = None
    forms: int = 0
    name: str | None = None
    booked: Appointment | None = None
    answered: tuple[ToolCall, str] | None = None
    alarm: Kind | None = None
    """What the emergency rule found, as long as the caller is on about it."""
    deed: str = ""
    """What this turn wrote, in the words that tell of it."""
    untold: str = ""
    """Deeds of turns before that nobody heard of."""
    after_plain: bool = False
    later: tuple[Wish, ...] = ()
    """What was asked for besides, to be taken up when the open form is settled."""


class Call:
    """One call at the front desk."""

    def __init__(
        self,
        call_id: str,
        caller: str,
        practice: Practice,
        book: Book,
        now: Callable[[], datetime],
        replies: Mapping[str, str],
    ) -> None:
        self._id = call_id
        # A call's name may come again after a restart, while the book remembers.
        self._key = f"{call_id}-{secrets.token_hex(4)}"
        self._caller = caller
        self._practice = practice
        self._book = book
        self._now = now
        self._replies = replies
        self._talk = self._before = Talk()
        self.prompt = system_prompt(practice.name, practice.doctor_names)
        self.greeting = say.greeting(practice.name)

    @property
    def tools(self) -> Sequence[Tool]:
        """What the model may call; while something is read back, nearly each of them may write."""
        return AT_READ_BACK if self._talk.ask == "read_back" else TOOLS

    @property
    def talk(self) -> Talk:
        """Everything the call has come to."""
        return self._talk

    def resume(self, talk: Talk) -> None:
        """Go on from there, as if the call had come to it."""
        self._talk = self._before = talk

    @property
    def expects(self) -> Expects:
        """What the last question asked for."""
        ask = self._talk.ask
        if ask == "offer" and self._talk.form and len(self._talk.form.offered) == 1:
            return "yes_no"
        return _EXPECTS.get(ask, "any") if ask else "any"

    def answer(self, text: str) -> str | None:
        """Take the caller's words; a reply that needs no model if they tell of an emergency."""
        talk = self._before = self._talk
        plain = bool(talk.heard) and talk.answered is None
        if plain and talk.form and drops_it(talk.heard[-1]):
            talk = replace(talk, form=None, ask="anything_else")  # the model has said so itself
        self._talk = replace(
            talk,
            heard=(*talk.heard, text),
            answered=None,
            after_plain=plain,
            later=tuple(wish for wish in talk.later if not gives_up(text, wish.tool)),
        )
        if found := emergency(text):
            logger.warning("call %s: %s rule %s", self._id, found.kind, found.rule)
            self._talk = replace(self._talk, alarm=found.kind)
            return self._replies[found.kind]
        if talk.alarm and lasts(talk.alarm, text):
            return again(self._replies[talk.alarm])
        self._talk = replace(self._talk, alarm=None)
        return self._say_again(text) or self._keep_to_it(text) or self._take_letters(text)

    def was_heard(self, said: str) -> None:
        """What was read back counts once the caller has heard its details, if not the question;
        what was done is told again."""
        talk = self._talk
        if talk.answered is None:
            return
        whole = say.but_question(talk.answered[1]) in said
        # Whatever they say next, what they did not hear is read back again.
        ask = None if talk.ask == "read_back" and not whole else talk.ask
        self._talk = replace(talk, ask=ask, deed="", untold="" if talk.deed in said else talk.deed)

    def asked_aside(self) -> None:
        """The yes to "Are you there?" is none to what was read back before."""
        if self._talk.ask == "read_back":
            self._talk = self._before = replace(self._talk, ask=None)

    def is_over(self, said: str) -> bool:
        """Was that our goodbye, to somebody who has taken their leave? A model may err."""
        open_form = self._talk.form is not None
        return said.endswith("Goodbye.") and takes_leave(self.heard.now, in_the_middle=open_form)

    def rewind(self) -> None:
        """Forget the turn since :meth:`answer`: its reply was discarded unheard."""
        self._talk = self._before

    async def call(self, call: ToolCall, heard: str) -> ToolResult:
        """Run one tool, and answer with the sentence to say."""
        if not self._talk.heard or self._talk.heard[-1] != heard:
            self._talk = replace(self._talk, heard=(*self._talk.heard, heard), answered=None)
        bare = ToolCall(call.name, call.arguments)
        if self._talk.answered and self._talk.answered[0] == bare:
            return _result(self._talk.answered[1])  # a model that repeats itself books once
        arguments = _parse(call.arguments)
        if arguments is None or call.name not in {tool.name for tool in TOOLS}:
            return _result(say.SAY_AGAIN)
        if self._talk.answered and self._put_off(call.name, arguments):
            return _result("")  # the first call's sentence is being said
        try:
            step = self._take_up(self._run(call.name, arguments))
        except sqlite3.Error:
            logger.exception("call %s: the book could not be used", self._id)
            # What was asked before still stands: "yes", said again, is its answer.
            self._talk = replace(self._talk, answered=(bare, say.BOOK_UNREACHABLE))
            return _result(say.BOOK_UNREACHABLE)
        return _result(self._settle(step, bare))

    def _settle(self, step: Step, call: ToolCall) -> str:
        """Keep what a tool call has come to; the sentence to say."""
        talk, form = self._talk, step.form
        sentence = f"{talk.untold} {step.sentence}".strip()
        self._talk = replace(
            talk,
            deed=f"{talk.untold} {talk.deed}".strip(),
            form=form,
            ask=step.ask,
            question=step.question,
            name=(form and form.name) or (step.done and step.done.name) or talk.name,
            booked=None if step.undone else step.done or talk.booked,
            answered=(call, sentence),
            untold="",
        )
        return sentence

    @property
    def heard(self) -> Heard:
        """What this turn said, and what had been asked."""
        talk = self._talk
        ask: Ask = talk.ask or "anything_else"
        return Heard(talk.heard, ask, self._now().date(), self._practice.doctor_names)

    @property
    def _counter(self) -> Counter:
        return Counter(self._book, self._practice.doctor_names, self._now(), self._caller)

    def _run(self, tool: str, arguments: Mapping[str, Any]) -> Step:
        said = said_only(arguments, self.heard)
        for key in {"about", "answer"} & set(arguments):  # ours, not the caller's words
            said[key] = str(arguments[key] or "").strip()
        tool, said = repair(tool, said, self.heard, self._talk.form)
        if self._agrees_and_wants(tool):
            self._keep(Wish(tool, said))
            return self._confirm("yes")
        if self._is_for_later(tool):
            self._keep(Wish(tool, said))
            return self._ask_on(say.THAT_NEXT)
        if wish := second_wish(self.heard.now, tool, self._practice.doctor_names):
            self._keep(wish)
        if tool == "lookup":
            return self._look_up(said.get("about", ""), said.get("of", ""))
        if tool == "confirm":
            return self._confirm(said.get("answer", "").lower())
        if tool == "book" and not_ours(self.heard.now):
            return self._decline()
        aside = "" if self._talk.form else self._fact_besides(tool)
        step = self._fill(tool, said)
        return replace(step, sentence=f"{aside} {step.sentence}".strip())

    def _fact_besides(self, tool: str) -> str:
        """ "What are your hours? And I need a refill": the question is answered by the way."""
        for question in re.findall(r"[^.?!]+\?", self.heard.now):
            if not wants(tool, question) and topic_of("", question) in _ASIDE:
                now = self._now()
                return look_up(self._practice, "", "", question, now) or ""
        return ""

    def _decline(self) -> Step:
        if self._talk.form:
            return self._ask_on(say.ONLY_CLINIC)
        question = say.ANYTHING_ELSE
        return Step(f"{say.ONLY_CLINIC} {question}", "anything_else", None, question)

    def _ask_on(self, told: str) -> Step:
        """Tell something by the way, and ask of the open form what had been asked."""
        talk = self._talk
        return ask_for(talk.ask or "anything_else", talk.question, talk.form, told)

    def _say_again(self, text: str) -> str | None:
        """Repeat what was said, without a model that might answer "sorry?" with something else."""
        before = self._before
        if before.answered is None or not asks_again(text):
            return None
        repeated = ToolCall("again", text)
        if before.form and before.ask in {None, "read_back"}:
            return self._settle(self._counter.advance(before.form), repeated)
        self._talk = replace(self._talk, answered=(repeated, before.answered[1]))
        return before.answered[1]

    def _keep_to_it(self, text: str) -> str | None:
        """Decline a joke amid a form and ask on: the model would make the question about jokes."""
        if self._talk.form is None or not for_fun(text):
            return None
        return self._settle(self._decline(), ToolCall("declined", text))

    # A name that is spelled

    def _take_letters(self, text: str) -> str | None:
        """Answer letters without the model, which was taught none and says it heard nothing."""
        talk = self._talk
        if not talk.form or not spells_name(talk.form, self.heard):
            return None
        try:
            step = self._take_up(self._counter.advance(fill(talk.form, {"name": text}, self.heard)))
        except sqlite3.Error:
            return None  # the model's own call says so
        return self._settle(step, ToolCall("spelled", text))

    # Two wishes in one breath

    def _keep(self, wish: Wish) -> None:
        """Remember what is to be taken up later; once for each kind."""
        talk = self._talk
        others = tuple(one for one in talk.later if one.tool != wish.tool)
        if talk.form is None or talk.form.kind != KINDS[wish.tool]:
            self._talk = replace(talk, later=(*others, wish))

    def _put_off(self, tool: str, arguments: Mapping[str, Any]) -> bool:
        """A second call in one turn that opens another form waits for the first to be settled."""
        form = self._talk.form
        if form is None or tool in {"lookup", "confirm"}:
            return False
        said = said_only(arguments, self.heard)
        if not opens_another(tool, said, self.heard.now, form):
            return False
        known = next((one.arguments for one in self._talk.later if one.tool == tool), {})
        self._keep(Wish(tool, {**known, **said}))
        return True

    def _agrees_and_wants(self, tool: str) -> bool:
        """ "Yes, and I need a refill, too": the yes is the answer, the rest is for later."""
        talk, heard = self._talk, self.heard.now
        if talk.ask != "read_back" or not talk.form or KINDS.get(tool, "find") == "find":
            return False
        another = KINDS[tool] != talk.form.kind and asks_plainly(heard, tool)
        return another and self._verdict == "yes"

    def _is_for_later(self, tool: str) -> bool:
        """ "And I also need a refill", amid a booking: first the one, then the other."""
        form = self._talk.form
        if form is None or form.kind == "find" or KINDS.get(tool, "find") in {"find", form.kind}:
            return False
        return asks_besides(self.heard.now, tool)

    def _take_up(self, step: Step) -> Step:
        """The form is settled: go on with what was asked for besides, if anything was."""
        talk = self._talk
        if step.form or not talk.later or step.ask != "anything_else" or step == _PARTING:
            return step
        wish, *rest = talk.later
        kind = KINDS[wish.tool]
        name = (step.done and step.done.name) or (talk.form and talk.form.name) or talk.name
        form = Form(kind, f"{self._key}/{talk.forms}", name=name)
        self._talk = replace(talk, later=tuple(rest), forms=talk.forms + 1)
        taken = self._counter.advance(fill(form, wish.arguments, self._fresh))
        sentence = say.taken_up(step.sentence, kind, taken.sentence)
        return replace(taken, sentence=sentence, done=step.done, undone=step.undone)

    # Forms

    def _fill(self, tool: str, said: Mapping[str, str]) -> Step:
        talk, heard = self._talk, self.heard
        if talk.form and drops_it(heard.now) and not said and not wants("book", heard.now):
            return Step(say.NEVER_MIND)
        if talk.ask in {"read_back", "change"} and (other := picks_other(talk.form, heard)):
            return self._counter.advance(other)
        if talk.ask == "read_back" and talk.form and not said and (agreed := self._verdict):
            return self._confirm(agreed)
        if self._accepts_with_more(said):
            said = {**said, "time": "the first one"}
        offered = talk.after_plain and tool == "message" and verdict(heard.now) == "yes"
        open_already = talk.form is not None and talk.form.kind == "message"
        if (offered and not open_already) or opens_another(tool, said, heard.now, talk.form):
            return self._counter.advance(fill(self._open(tool, said), said, self._fresh))
        assert talk.form is not None
        form = fill(talk.form, said, heard)
        if form == talk.form and talk.ask == "change":
            return Step(say.WHAT_TO_CHANGE, "change", form, "What should I change?")
        return self._counter.advance(form)

    def _accepts_with_more(self, said: Mapping[str, str]) -> bool:
        """ "Yes, and my name is": the one time that was offered is accepted by the way."""
        talk = self._talk
        offered = talk.form.offered if talk.form and talk.ask == "offer" else ()
        refused = verdict(self.heard.now) == "no"
        if len(offered) != 1 or {"day", "time"} & set(said) or refused:
            return False
        heard, at = self.heard, offered[0].at.time()
        parts = re.findall(r"[^.,!?]+", heard.now)
        hours = (read_spoken(part, heard.today).hours for part in parts)
        named = any(each is not None and each.allow(at) for each in hours)
        return named or any(verdict(part) == "yes" for part in parts)

    def _open(self, tool: str, said: Mapping[str, str]) -> Form:
        talk = self._talk
        self._talk = replace(talk, forms=talk.forms + 1)
        form = Form(KINDS[tool], f"{self._key}/{talk.forms}", name=talk.name)
        moves = corrects_booking(said, self.heard.now) and not _asks_anew(tool, self.heard.now)
        if talk.booked and talk.form is None and said and tool in {"book", "move"} and moves:
            form = replace(form, kind="move", appointment=talk.booked, name=talk.booked.name)
        elif talk.booked and tool in {"move", "cancel"} and not {"name", "doctor"} & set(said):
            form = replace(form, appointment=talk.booked, name=talk.booked.name)
        return form

    @property
    def _fresh(self) -> Heard:
        """The last question was about another form: only what the model copied counts."""
        return replace(self.heard, ask="anything_else")

    # Yes and no

    @property
    def _verdict(self) -> Verdict | None:
        """What this turn says to the question that was asked."""
        return verdict(self.heard.now, self._talk.question)

    def _confirm(self, answer: str) -> Step:
        talk, heard = self._talk, self.heard
        agreed = self._verdict
        if answer not in {"yes", "no"} or (agreed and agreed != answer):
            agreed = None
        elif answer == "no":
            agreed = "no"
        form = talk.form
        if talk.ask == "read_back" and form and talk.after_plain:
            # What the model itself said last may have asked something else: read it back again.
            return self._counter.advance(form)
        if talk.ask == "read_back" and form:
            return self._decide(form, agreed)
        if form and talk.ask == "offer":
            return self._take_offer(form, agreed)
        if form and talk.ask == "change" and agreed == "no":
            return Step(say.NEVER_MIND)
        if form is None and talk.ask == "take_message":
            if agreed == "yes":
                return self._fill("message", {})
            return Step(say.NOTHING_ELSE_OPEN)
        if form:
            if agreed == "no" and (drops_it(heard.now) or talk.ask == "other_name"):
                return Step(say.NEVER_MIND)
            return self._counter.advance(fill(form, {}, heard))
        return _PARTING if agreed == "no" else Step(say.WHAT_ELSE)

    def _decide(self, form: Form, agreed: str | None) -> Step:
        """The answer to what was read back."""
        heard = self.heard
        if changed := corrected(form, heard):
            return self._counter.advance(changed)
        if agreed == "yes":
            return self._write(form)
        if agreed == "no":
            if drops_it(heard.now):
                return Step(say.NEVER_MIND)
            return Step(say.WHAT_TO_CHANGE, "change", form, "What should I change?")
        return Step(
            f"{say.YES_OR_NO} {self._talk.question}", "read_back", form, self._talk.question
        )

    def _write(self, form: Form) -> Step:
        """The only way into the book: for what had been read back before this turn."""
        if (self._before.ask, self._before.form) != ("read_back", form):
            return self._counter.advance(form)
        step = self._counter.write(form)
        if step.form is None:
            self._talk = replace(self._talk, deed=say.but_question(step.sentence))
        return step

    def _take_offer(self, form: Form, agreed: str | None) -> Step:
        filled = fill(form, {}, self.heard)
        if filled != form:
            return self._counter.advance(filled)
        if agreed == "yes" and len(form.offered) == 1:
            picked = fill(form, {"time": "the first one"}, self.heard)
            return self._counter.advance(picked)
        if agreed == "no":
            return Step(say.OTHER_TIME, "day", form, "What day or time would suit you?")
        question = self._talk.question
        return Step(question, "offer", form, question)

    # Facts

    def _look_up(self, about: str, of: str) -> Step:
        talk, heard = self._talk, self.heard
        asks_own = topic_of(about, heard.now) == "appointment"
        plainly = asks_own_appointment(heard.now) or asks_whether_done(heard.now)
        if asks_own and talk.form and talk.ask == "read_back" and not plainly:
            return self._counter.advance(talk.form)  # "what day was that?" is about this one
        if asks_own and talk.form and talk.form.kind != "find":
            return self._ask_on(self._own_appointment(of))
        if asks_own:
            form = self._open("lookup", {})
            named = {"name": of} if of else {}
            return self._counter.advance(fill(form, named, self._fresh))
        fact = look_up(self._practice, about, of, heard.now, self._now())
        if talk.form and fact is None and (filled := self._answered(talk.form)):
            return self._counter.advance(filled)
        if talk.form:
            return self._ask_on(fact or "I don't have that information.")
        if fact is None:
            return Step(say.NO_INFORMATION, "take_message", None, "Shall I take a message?")
        return Step(f"{fact} {say.ANYTHING_ELSE}")

    def _answered(self, form: Form) -> Form | None:
        """ "Metformin." is no question, though the model looks it up: it answers ours."""
        if self.heard.now.rstrip().endswith("?"):
            return None
        filled = fill(form, {}, self.heard)
        return None if replace(filled, missed=form.missed) == form else filled

    def _own_appointment(self, of: str) -> str:
        """What is in the book already, told by the way: the open form stays open."""
        talk = self._talk
        if asks_whether_done(self.heard.now):
            return say.NOT_YET
        find = Form("find", "", name=talk.form.name if talk.form else talk.name)
        find = fill(find, {"name": of} if of else {}, self._fresh)
        if not find.name:
            return say.NO_NAME_YET
        return say.but_question(self._counter.advance(find).sentence)


_: type[Conversation] = Call

_PARTING = Step(say.GOODBYE)
_ASIDE = {"hours", "address", "parking", "insurance", "cost"}


def _asks_anew(tool: str, heard: str) -> bool:
    return tool == "book" and wants("book", heard)


def _parse(arguments: str) -> Mapping[str, Any] | None:
    try:
        parsed = json.loads(arguments or "{}")
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _result(sentence: str) -> ToolResult:
    return ToolResult(json.dumps({"say": sentence}, ensure_ascii=False), sentence)
