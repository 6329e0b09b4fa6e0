"""The page, in a real Chromium whose microphone is a recording, against a real server."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from tests.chromium import CHROMIUM, Browser, Page, chromium, readable
from voice.weights import card

pytestmark = pytest.mark.slow

AUDIO = Path(__file__).parent / "audio"
EARS = "whisper-tiny.en-short"
GREETING = "Hello."
OPENINGS = (
    "Of course. We have openings on Tuesday at nine, at ten thirty, and at two in the afternoon. "
    "Doctor Chen has two more on Wednesday morning, and Doctor Patel has one on Thursday. "
    "Which of these would suit you best?"
)
DIRECTIONS = (
    "Of course. We have openings on Tuesday at nine, at ten thirty, and at two in the afternoon. "
    "Just come to the second floor and ring the bell, and they will let you in."
)
MICROPHONE = "--use-fake-device-for-media-stream"
ALLOWED = "--use-fake-ui-for-media-stream"
STATUS = "import('/page.js').then((page) => page.status())"
STOPPED = """
    [...document.querySelectorAll('.said.agent')]
        .filter((said) => said.querySelector('.note').textContent === 'stopped as you spoke')
        .map((said) => said.querySelector('.words').textContent)
        .find((words) => words.startsWith('Of course.'))
"""
LIKE_FIREFOX = """
    window.AudioContext = class extends AudioContext {
        createMediaStreamSource(stream) {
            if (this.sampleRate === 16000) throw new DOMException("", "NotSupportedError");
            return super.createMediaStreamSource(stream);
        }
    };
"""


@contextmanager
def answering(port: int, *options: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server that takes calls on this port, until it is killed."""
    command = [sys.executable, "-m", "tests.answering", "--port", str(port), *map(str, options)]
    with subprocess.Popen(command) as process:
        try:
            for _ in range(600):
                assert process.poll() is None, f"the server ended with status {process.returncode}"
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"http://127.0.0.1:{port}/health/ready").is_success:
                        break
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def port() -> int:
    """One that nobody listens on."""
    return free_port()


@pytest.fixture(scope="module")
def greeter() -> Iterator[str]:
    """The page of a server that greets everybody and hears nothing."""
    port = free_port()
    with answering(port, "--line", GREETING):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def installed() -> None:
    """Chromium is here: CI must have it, others may not."""
    if not CHROMIUM.exists():
        assert os.environ.get("CI") != "true", f"CI has no {CHROMIUM}"
        pytest.skip(f"no {CHROMIUM}: apt-get install chromium")


@contextmanager
def hearing(folder: Path, *parts: float | str) -> Iterator[Browser]:
    """One whose microphone may be used, and hears this again and again: clips, and silences."""
    samples = [
        np.zeros(round(16_000 * part), np.int16)
        if isinstance(part, float)
        else soundfile.read(AUDIO / str(part), dtype="int16")[0]
        for part in parts
    ]
    path = folder / "caller.wav"
    soundfile.write(path, np.concatenate(samples), 16_000)
    with chromium(MICROPHONE, ALLOWED, f"--use-file-for-fake-audio-capture={path}") as running:
        yield running


@pytest.fixture
def browser(installed: None, tmp_path: Path) -> Iterator[Browser]:
    """Its microphone is a caller who asks, listens for a moment, and speaks up."""
    with hearing(tmp_path, 2.0, "booking.wav", 4.0, "refill.wav", 3.0) as running:
        yield running


@pytest.fixture
def nodding(installed: None, tmp_path: Path) -> Iterator[Browser]:
    """Its microphone is a caller who asks, and says "yes" into the answer."""
    with hearing(tmp_path, 2.0, "booking.wav", 4.0, "yes.wav", 60.0) as running:
        yield running


@pytest.fixture(scope="module")
def quiet(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One whose microphone may be used, and hears nothing."""
    path = tmp_path_factory.mktemp("silence") / "silence.wav"
    soundfile.write(path, np.zeros(16_000, np.int16), 16_000)
    silence = f"--use-file-for-fake-audio-capture={path}"
    with chromium(MICROPHONE, ALLOWED, silence) as running:
        yield running


@pytest.fixture(scope="module")
def strict(installed: None) -> Iterator[Browser]:
    """One that asks before a page may use the microphone, and knows another name of ours."""
    with chromium(MICROPHONE, "--host-resolver-rules=MAP voice.test 127.0.0.1") as running:
        yield running


def status(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(STATUS)
    return found


def wait_until(page: Page, condition: str, seconds: float = 40.0) -> dict[str, Any]:
    """Until ``condition`` holds of the page's ``status``; the status."""
    page.wait_for(f"{STATUS}.then((status) => {condition})", seconds)
    return status(page)


def wait_for_words(page: Page, selector: str, *words: str, seconds: float = 40.0) -> None:
    """Until they can all be read there."""
    read = f"{readable(selector)}.toLowerCase()"
    page.wait_for(f"{json.dumps(words)}.every((word) => {read}.includes(word))", seconds)


def test_a_caller_is_understood_answered_and_may_interrupt(
    browser: Browser, port: int, model: Callable[[str], Path]
) -> None:
    lines = [option for line in (GREETING, OPENINGS) for option in ("--line", line)]
    ears = "--whisper", model(EARS), "--window", str(card(EARS).window)
    with answering(port, *lines, *ears):
        page = browser.open(f"http://127.0.0.1:{port}/")
        while page.evaluate("document.activeElement.id") != "call":
            page.press("Tab")
        page.press("Enter")

        wait_until(page, "status.state === 'open' && status.rate === 16000")
        wait_for_words(page, ".said.user", "appointment", "tuesday", seconds=40)
        wait_until(page, "status.clears > 0 && status.cleared > 0", 60)
        heard = page.wait_for(STOPPED, 60)
        found = wait_until(page, "status.turns.length > 0 && status.turns[0].heard !== null", 30)

        assert OPENINGS.startswith(heard)
        assert len(heard) < len(OPENINGS)
        assert found["played"] > 0.5
        assert abs(found["turns"][0]["heard"] - found["turns"][0]["marks"]["audio_sent"]) < 1
        lanes = page.evaluate(
            "[...document.querySelectorAll('#waterfall th')].map(h => h.innerText)"
        )
        assert lanes[:6] == [
            "Endpoint",
            "Final transcript",
            "First token",
            "First sentence",
            "First audio",
            "Audio sent",
        ]
        assert page.text("#latest").endswith(" ms")
        assert "Median of" in page.text("#summary")
        assert page.text("#news").startswith(("You: ", "Agent: "))

        page.click("#call")
        wait_for_words(page, "#notice", "call ended")
        assert page.complaints() == []


def test_a_nod_does_not_look_like_an_interruption(
    nodding: Browser, port: int, model: Callable[[str], Path]
) -> None:
    lines = [option for line in (GREETING, DIRECTIONS) for option in ("--line", line)]
    ears = "--whisper", model(EARS), "--window", str(card(EARS).window)
    with answering(port, *lines, *ears):
        page = nodding.open(f"http://127.0.0.1:{port}/")
        page.click("#call")

        wait_until(page, "status.clears > 0 && status.cleared > 0", 60)
        page.wait_for("document.querySelector('#news').innerText.includes('let you in')", 60)

        agent = "[...document.querySelectorAll('.said.agent')]"
        words = page.evaluate(f"{agent}.map((said) => said.querySelector('.words').textContent)")
        assert words == [GREETING, DIRECTIONS]
        assert page.evaluate(f"{agent}.map((said) => said.querySelector('.note').textContent)") == [
            "",
            "",
        ]
        page.click("#call")


def test_a_line_that_drops_is_told_and_called_again(quiet: Browser, port: int) -> None:
    with answering(port, "--line", GREETING) as server:
        page = quiet.open(f"http://127.0.0.1:{port}/")
        page.click("#call")
        before = wait_until(page, "status.state === 'open' && status.played > 0.3")
        server.kill()

        wait_for_words(page, "#notice", "the line dropped", "calling again in", "call now")
        assert status(page)["state"] in ("waiting", "connecting")

    with answering(port, "--line", GREETING):
        wait_until(page, f"status.state === 'open' && status.played > {before['played'] + 0.3}")
        wait_for_words(page, "#transcript", "the line dropped", "connected again", "hello")
        assert page.text("#notice") == ""
        page.click("#call")


def test_who_may_not_call_is_told_why_and_the_token_of_the_address_is_passed_on(
    quiet: Browser, port: int
) -> None:
    with answering(port, "--line", GREETING, "--token", "secret", "--max-calls", "1"):
        address = f"http://127.0.0.1:{port}/"
        stranger, first, second = (
            quiet.open(address + query) for query in ("", "?token=secret", "?token=secret")
        )

        stranger.click("#call")
        wait_for_words(stranger, "#notice", "this server wants a token")
        wait_for_words(stranger, "#call", "call again")

        first.click("#call")
        wait_until(first, "status.state === 'open'")
        second.click("#call")
        wait_for_words(second, "#notice", "all lines are busy", "calling again in")
        first.click("#call")
        wait_until(second, "status.state === 'open'")
        second.click("#call")


def test_a_browser_that_connects_no_microphone_at_16_khz_resamples(
    quiet: Browser, greeter: str
) -> None:
    page = quiet.open(greeter, LIKE_FIREFOX)
    page.click("#call")

    found = wait_until(page, "status.state === 'open' && status.played > 0.3")

    assert found["rate"] in (44_100, 48_000)
    page.click("#call")


def test_a_blocked_microphone_is_told(strict: Browser, greeter: str) -> None:
    page = strict.open(greeter)
    microphone = {"name": "microphone"}
    strict.do("Browser.setPermission", permission=microphone, setting="denied", origin=greeter)

    page.click("#call")
    wait_for_words(page, "#notice", "the microphone is blocked", "site settings")
    wait_for_words(page, "#call", "call again")

    known = strict.open(greeter)  # and it says so before anybody presses a button
    wait_for_words(known, "#notice", "the microphone is blocked")


def test_a_page_that_is_not_secure_says_why_it_cannot_listen(strict: Browser, greeter: str) -> None:
    page = strict.open(greeter.replace("127.0.0.1", "voice.test"))

    wait_for_words(page, "#notice", "not on a secure connection", "https")
    assert page.evaluate("document.querySelector('#call').disabled")


@pytest.fixture(scope="module")
def modules(quiet: Browser, greeter: str) -> Page:
    """A page on which our modules can be imported."""
    return quiet.open(greeter)


@pytest.mark.parametrize(
    ("source", "target"), [(48_000, 16_000), (44_100, 16_000), (16_000, 48_000), (16_000, 44_100)]
)
def test_a_tone_survives_resampling_and_what_the_lower_rate_cannot_hold_does_not(
    modules: Page, source: int, target: int
) -> None:
    error, alias = modules.evaluate(
        f"""import('/resample.js').then(({{ Resampler }}) => {{
            const [from, to] = [{source}, {target}];
            const play = (hertz) => {{
                const resampler = new Resampler(from, to);
                const output = [];
                for (let at = 0; at < from; at += 128) {{
                    const input = Float32Array.from({{ length: 128 }}, (_, i) =>
                        Math.sin((2 * Math.PI * hertz * (at + i)) / from));
                    output.push(...resampler.feed(input));
                }}
                return output.slice(200, to - 400);
            }};
            const power = (samples) => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
            const ideal = (x, i) => x - Math.sin((2 * Math.PI * 1000 * (i + 200)) / to);
            const high = Math.min(0.45 * from, 0.65 * to);
            return [power(play(1000).map(ideal)), high > to / 2 ? power(play(high)) : 0];
        }})"""
    )

    assert 10 * np.log10(error / 0.5) < -60
    assert alias < 0.5e-6


def test_the_ring_gives_back_what_it_was_given_in_order_and_nothing_once_cleared(
    modules: Page,
) -> None:
    given, taken, after = modules.evaluate(
        """import('/ring.js').then(({ Ring }) => {
            const ring = new Ring(8);
            const [given, taken] = [[], []];
            for (let n = 0; n < 200; n++) {
                const samples = Float32Array.from({ length: (n * 7) % 13 }, (_, i) => n * 100 + i);
                ring.write(samples);
                given.push(...samples);
                const out = new Float32Array((n * 5) % 11);
                const count = ring.read(out);
                taken.push(...out.subarray(0, count));
            }
            const rest = new Float32Array(ring.length);
            ring.read(rest);
            ring.write(Float32Array.of(1, 2, 3));
            ring.clear();
            const after = new Float32Array(4).fill(9);
            return [given, [...taken, ...rest], [ring.read(after), ...after]];
        })"""
    )

    assert taken == given
    assert after == [0, 0, 0, 0, 0]


def test_settled_words_are_told_from_the_others_even_after_an_emoji(modules: Page) -> None:
    shown = modules.evaluate(
        """import('/transcript.js').then(({ Transcript }) => {
            const [list, scroller, news] = ["ol", "div", "div"].map((name) =>
                document.createElement(name));
            const transcript = new Transcript(list, scroller, news);
            transcript.user("\N{GRINNING FACE} yes <b>please", 5, false);
            transcript.agent("All of it.");
            transcript.heard(3);
            transcript.pause();
            transcript.agentFinal("All of");
            const words = [...list.querySelectorAll(".words > span")];
            return words.map((span) => span.textContent);
        })"""
    )

    assert shown == ["\N{GRINNING FACE} yes", " <b>please", "All of", ""]


def test_a_reply_is_heard_at_the_pace_of_its_voice_in_whole_words(modules: Page) -> None:
    heard = modules.evaluate(
        """import('/spoken.js').then(({ Spoken }) => {
            const spoken = new Spoken(10);
            spoken.begin("Of course.", 10);
            spoken.end(11);
            spoken.begin("Of course. At nine or ten?", 11);
            const at = [9, 10.5, 11, 12].map((position) => spoken.heard(position, 13));
            spoken.end(13);
            return [...at, spoken.heard(13, 13)].map((count) => spoken.text.slice(0, count));
        })"""
    )

    assert heard == ["", "Of", "Of course.", "Of course. At nine", "Of course. At nine or ten?"]


def test_what_broke_off_in_the_voice_is_not_shown_and_what_follows_keeps_its_pace(
    modules: Page,
) -> None:
    heard = modules.evaluate(
        """import('/spoken.js').then(({ Spoken }) => {
            const spoken = new Spoken(10);
            spoken.begin("Yes. We open at", 10);
            spoken.end(11);
            spoken.begin("Yes. At nine or ten?", 11);
            spoken.end(13);
            return [11, 12, 13].map((at) => spoken.text.slice(0, spoken.heard(at, 13)));
        })"""
    )

    assert heard == ["Yes.", "Yes. At nine", "Yes. At nine or ten?"]


@pytest.mark.parametrize(
    ("then", "agent", "user"),
    [
        ("agent('One two three. Four.', false)", ["One", " two three. Four.", "", True], "Mm-hm."),
        ("agent('One two', true)", ["One two", "", "stopped as you spoke", False], "Mm-hm."),
        ("user('No.', true)", ["One", "", "stopped as you spoke", False], "No."),
        ("conversation.silence()", ["One", "", "stopped as you spoke", False], "Mm-hm."),
    ],
    ids=["a nod", "an interruption", "words that the server takes for unheard", "hanging up"],
)
def test_what_follows_a_clear_tells_whether_a_reply_goes_on(
    modules: Page, then: str, agent: list[object], user: str
) -> None:
    found = modules.evaluate(
        f"""Promise.all([import('/conversation.js'), import('/transcript.js')])
            .then(([{{ Conversation }}, {{ Transcript }}]) => {{
                const [list, scroller, news] = ["ol", "div", "div"].map((name) =>
                    document.createElement(name));
                const speaker = {{
                    given: 0, position: 0, mark() {{}}, watch() {{}}, clear() {{}}, play() {{}},
                }};
                const transcript = new Transcript(list, scroller, news);
                const conversation = new Conversation({{ speaker, rate: 16000, transcript }});
                const say = (role) => (text, final) => conversation.take(
                    {{ type: "transcript", role, text, final, settled: text.length }});
                const [agent, user] = [say("agent"), say("user")];
                agent("One two three. Four.", false);
                speaker.given = 2;
                speaker.position = 0.5;
                speaker.onprogress();
                conversation.take({{ type: "clear" }});
                user("Mm-hm.", false);
                {then};
                speaker.onprogress();
                return [...list.querySelectorAll(".said")].map((said) => [
                    ...[...said.querySelectorAll(".words > span")].map((span) => span.textContent),
                    said.querySelector(".note").textContent,
                    said.classList.contains("speaking"),
                ]);
            }})"""
    )

    assert found == [agent, [user, "", "", False]]


def test_a_reply_that_the_end_of_the_call_breaks_off_was_not_stopped_by_anybody(
    modules: Page,
) -> None:
    notes = modules.evaluate(
        """import('/transcript.js').then(({ Transcript }) => {
            const [list, scroller, news] = ["ol", "div", "div"].map((name) =>
                document.createElement(name));
            const transcript = new Transcript(list, scroller, news);
            transcript.agent("One two three.");
            transcript.heard(3);
            transcript.stop();
            return [...list.querySelectorAll(".words, .note")].map((part) => part.textContent);
        })"""
    )

    assert notes == ["broken off as the call ended", "One"]


def test_a_lane_begins_where_what_it_waits_for_has_ended(modules: Page) -> None:
    lanes = modules.evaluate(
        """import('/waterfall.js').then(({ lanes }) => lanes({
            first_token: -0.1, first_sentence: 0.2, first_audio: 0.3, final: 0.05,
            endpoint: 0.4, audio_sent: 0.41,
        }).map(({ key, from, to }) => [key, from, to]))"""
    )

    assert lanes == [
        ["endpoint", 0, 0.4],
        ["final", 0, 0.05],
        ["first_token", -0.1, -0.1],  # written before all the words were certain
        ["first_sentence", -0.1, 0.2],
        ["first_audio", 0.2, 0.3],
        ["audio_sent", 0.4, 0.41],
    ]


def test_each_attempt_waits_longer_but_never_long(modules: Page) -> None:
    waits = modules.evaluate(
        "import('/call.js').then(({ backOff }) => [1, 2, 3, 20].map((n) => backOff(n, 0.5)))"
    )

    assert waits == [0.5, 1, 2, 10]
