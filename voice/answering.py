"""One call's replies, one at a time: prepared in silence, let go, stopped, and remembered as heard.

start -> (held) -> release -> heard to the end -> ReplyEnded
             `-------`-> cancel: every stage stops, what was not heard is forgotten
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from llm.engine import LLM, LLMError, Message
from llm.warmup import warm
from tts.engine import TTS, Pcm, TTSError
from voice import reply as replies
from voice.agent import Conversation, Expects
from voice.events import Phrase, ReplyEnded, ReplyFailed
from voice.history import History
from voice.line import Line
from voice.reply import Clause, Reply
from voice.speaking import Mouth
from voice.speculation import Speculation
from voice.trace import Milestone, TurnTrace
from voice.wire import TraceOut, TranscriptOut

logger = logging.getLogger(__name__)

_TOKEN = 4
"""Characters of speech in a token of a model's, more or less."""


class Answering:
    """``tell`` is given the news of a reply that has ended by itself.

    ``speculation`` is told what each reply has cost. With ``read_ahead`` the model reads each reply
    while the caller still hears it.
    """

    def __init__(
        self,
        call: str,
        llm: LLM,
        tts: TTS,
        conversation: Conversation,
        line: Line,
        tell: Callable[[ReplyEnded | ReplyFailed], None],
        read_ahead: bool,
        speculation: Speculation,
    ) -> None:
        self.mouth = Mouth(tts, line, self._report)
        self._call = call
        self._llm, self._tts = llm, tts
        self._conversation = conversation
        self._history = History(conversation.prompt)
        self._line = line
        self._tell = tell
        self._reads_ahead = read_ahead
        self._speculation = speculation
        self._expected: Expects = "any"
        self._wasted: dict[str, float] = {}  # work on replies to this turn that nobody heard
        self._live: tuple[Reply, asyncio.Task[None]] | None = None
        self._reading: asyncio.Task[bool] | None = None

    @property
    def expects(self) -> Expects:
        """What the caller was asked for; a reply that they do not hear yet has asked nothing."""
        held = self._live is not None and not self._live[0].released.is_set()
        return self._expected if held else self._conversation.expects

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far, as the model sees it."""
        return self._history.messages

    def begin_turn(self) -> None:
        """The caller has begun to say something new."""
        self._wasted.clear()

    def answer(self, number: int, words: str, tasks: asyncio.TaskGroup) -> None:
        """Begin to answer the caller's words; nothing is heard before :meth:`release`."""
        reply = Reply(number, words, TurnTrace(number))
        self._expected = self._conversation.expects
        prompt, writing = self._history.ask(words), self._speculation.writing
        clauses = replies.compose(reply, prompt, self._llm, self._conversation, writing)
        self._start(reply, clauses, tasks)

    def say(self, number: int, phrase: Phrase, text: str, tasks: asyncio.TaskGroup) -> None:
        """Say ``text``, our words for this. An apology answers nothing, and no model reads it."""
        if phrase is Phrase.REPROMPT:
            self._conversation.asked_aside()
        reply = Reply(number, "", TurnTrace(number), kept=phrase is not Phrase.APOLOGY)
        reply.released.set()
        self._start(reply, replies.recite(reply, text), tasks)

    def release(self, times: Mapping[Milestone, float]) -> None:
        """The turn is ours: let the reply be heard. ``times`` are those of the caller's turn."""
        assert self._live is not None
        reply, _ = self._live
        for name, at in times.items():
            reply.trace.mark(name, at)
        reply.trace.mark("endpoint")
        for work, amount in self._wasted.items():
            reply.trace.count(f"wasted_{work}", amount)
        reply.released.set()
        self._line.put(TranscriptOut("user", reply.words, final=True, settled=len(reply.words)))

    def pause(self) -> None:
        """Be silent, and ready to go on."""
        self.mouth.pause()

    def resume(self) -> None:
        """Go on where :meth:`pause` stopped."""
        self.mouth.resume()

    def cancel(self) -> None:
        """Stop the reply at every stage; remember only what was heard of it."""
        assert self._live is not None
        (reply, task), self._live = self._live, None
        reply.stopped = True  # its tasks may each take one more step before they are cancelled
        task.cancel()
        heard = self.mouth.heard(reply)
        if reply.released.is_set():
            self.mouth.stop()
        self._remember(reply, heard)

    def close(self) -> None:
        """The call is over."""
        self._stop_reading()

    def _start(
        self, reply: Reply, clauses: AsyncGenerator[Clause, None], tasks: asyncio.TaskGroup
    ) -> None:
        self._stop_reading()  # the model has something better to do
        self.mouth.begin(reply)
        self._live = reply, tasks.create_task(self._speak(reply, clauses, tasks))

    async def _speak(
        self, reply: Reply, clauses: AsyncGenerator[Clause, None], tasks: asyncio.TaskGroup
    ) -> None:
        async def play(clause: Clause, chunks: AsyncGenerator[Pcm, None]) -> bool:
            return await self.mouth.play(reply, clause, chunks)

        failed = False
        try:
            await replies.speak(reply, clauses, self._tts, play, self.mouth.slack)
            self._read_ahead(reply, tasks)
        except (LLMError, TTSError) as error:
            logger.warning("call %s: reply %d failed: %s", self._call, reply.number, error)
            failed = True
        await self.mouth.wait_heard()
        self._live = None
        heard = self.mouth.sent(reply)
        self._remember(reply, heard)
        now = asyncio.get_running_loop().time()
        if failed:
            self._tell(ReplyFailed(now, reply.number))
        else:
            over = reply.asked and self._conversation.is_over(" ".join(filter(None, heard)))
            self._tell(ReplyEnded(now, reply.number, over))

    def _read_ahead(self, reply: Reply, tasks: asyncio.TaskGroup) -> None:
        """All is written: let the model read it while the caller still hears it."""
        if self._reads_ahead and reply.words:
            said = [*self._history.ask(reply.words), *reply.messages]
            self._reading = tasks.create_task(warm(self._llm, said, self._conversation.tools))

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def _remember(self, reply: Reply, heard: list[str]) -> None:
        """Keep the turn as it was heard; if nobody has heard or felt it, it has not been."""
        self._account(reply)
        text = " ".join(filter(None, heard))
        happened = bool(text) or any(m.role == "tool" for m in reply.messages)
        if reply.released.is_set() and reply.kept:
            self._history.answer(reply.words, reply.messages, heard)
        if reply.asked and happened and reply.released.is_set():
            self._conversation.was_heard(text)
        elif reply.asked:
            self._conversation.rewind()
        if text:
            self._line.put(TranscriptOut("agent", text, final=True, settled=len(text)))

    def _account(self, reply: Reply) -> None:
        released = reply.released.is_set()
        read = len(reply.words) / _TOKEN  # the rest of its prompt is known from the reply before
        self._speculation.account(read + reply.trace.counts.get("tokens", 0.0), heard=released)
        if not released:
            for work, amount in {"replies": 1, **reply.trace.counts}.items():
                self._wasted[work] = self._wasted.get(work, 0) + amount

    def _report(self, trace: TurnTrace) -> None:
        if marks := trace.since_speech_ended():
            self._line.put(TraceOut(trace.turn, marks, dict(trace.counts)))
            ttfs_ms = 1e3 * marks["audio_sent"]
            logger.info("call %s: turn %d, TTFS %.0f ms", self._call, trace.turn, ttfs_ms)
