"""`voice call URL WAV...`: be a caller, say the recordings, and tell how each was answered."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from demos.phone.call import Call
from demos.phone.client import place_call
from demos.phone.live import Commentary
from demos.phone.outcome import Outcome, judge
from demos.phone.peers import NativePeer, Peer, TwilioPeer
from demos.phone.recordings import read_recording, write_stereo
from demos.phone.report import as_json, describe
from demos.phone.script import Manners
from voice.errors import VoiceError
from voice.wire.native import SAMPLE_RATES

EPILOG = """\
Each WAV is one turn. The caller waits for the greeting, says the first, listens until the agent has
finished, says the next, and hangs up after the last answer. Time to first sentence (TTFS) runs from
the last voiced sample of the WAV to the first audible sample of the reply, both at this end of the
socket. The end of speech is read from the WAV's loudness, or from a label beside it: book.wav,
book.json with {"speech_end": 2.913}.

    voice call ws://127.0.0.1:8080/call book.wav time.wav yes.wav --save call.wav --picture call.png
    voice call wss://pbx.example/twilio hello.wav --protocol twilio --token "$TOKEN"

Any server that speaks Twilio Media Streams can be called, not only ours.

exit status: 0 every turn was answered, 1 a reply was missed or the agent cut in,
2 something for you to mend (one line on standard error says what)
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], environ: Mapping[str, str]
) -> None:
    """Add `call` to the command line; the parsed arguments carry what to call as ``run``."""
    manners = Manners()
    parser = subparsers.add_parser(
        "call",
        help="be a caller: stream recordings as turns and time the answers",
        description="Call a voice server, say recordings in real time, and time the answers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", metavar="URL", help="ws://HOST:PORT/call, or /twilio")
    parser.add_argument("wavs", metavar="WAV", nargs="+", type=Path, help="one turn each")
    parser.add_argument(
        "--protocol",
        choices=("native", "twilio"),
        help="default: twilio if the URL's path ends with /twilio, else native",
    )
    parser.add_argument(
        "--token",
        default=environ.get("VOICE_TOKEN", ""),
        help="what a guarded server asks for (default: $VOICE_TOKEN)",
    )
    parser.add_argument(
        "--sample-rate",
        type=int,
        choices=SAMPLE_RATES,
        default=16_000,
        help="of the native protocol (default: %(default)s)",
    )
    parser.add_argument("--save", type=Path, metavar="FILE.wav", help="stereo: caller left")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="the call's timeline")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument(
        "--pause",
        type=float,
        default=manners.pause,
        metavar="S",
        help="silence of the agent after which the caller goes on (default: %(default)s)",
    )
    parser.add_argument(
        "--greeting-timeout",
        type=float,
        default=manners.greeting_timeout,
        metavar="S",
        help="how long to wait to be greeted (default: %(default)s)",
    )
    parser.add_argument(
        "--reply-timeout",
        type=float,
        default=manners.reply_timeout,
        metavar="S",
        help="how long until a reply counts as missed (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Place the call, print, save and draw it. Raises :class:`VoiceError`."""
    protocol = arguments.protocol or protocol_of(arguments.url)
    check_address(arguments.url)
    peer: Peer = (
        TwilioPeer({"token": arguments.token} if arguments.token else {}, uuid4().hex)
        if protocol == "twilio"
        else NativePeer(arguments.sample_rate, arguments.token)
    )
    recordings = [read_recording(path, peer.sample_rate) for path in arguments.wavs]
    manners = Manners(
        pause=arguments.pause,
        greeting_timeout=arguments.greeting_timeout,
        reply_timeout=arguments.reply_timeout,
    )
    call = Call(peer, recordings, manners)
    commentary = Commentary((lambda line: None) if arguments.json else _say)
    headers = {"Authorization": f"Bearer {arguments.token}"} if arguments.token else {}
    hung_up = asyncio.run(
        place_call(arguments.url, peer, call, headers, lambda: commentary.show(call))
    )
    commentary.show(call)
    if hung_up and not call.spoken:
        raise VoiceError(f"{arguments.url} ended the call: {hung_up}")
    outcome = judge(call, arguments.url, peer.sample_rate, len(recordings), hung_up)
    _publish(outcome, arguments)
    return 2 if hung_up and outcome.missed else outcome.status


def _publish(outcome: Outcome, arguments: argparse.Namespace) -> None:
    print(json.dumps(as_json(outcome)) if arguments.json else f"\n{describe(outcome)}")
    if arguments.save:
        write_stereo(arguments.save, outcome.left, outcome.right, outcome.sample_rate)
        _say(f"saved {arguments.save}: the caller on the left, the agent on the right")
    if arguments.picture:
        from demos.phone.picture import draw  # matplotlib takes a second to import

        draw(outcome, arguments.picture)
        _say(f"drew {arguments.picture}")


def protocol_of(url: str) -> str:
    """What a server is most likely to speak at this address."""
    return "twilio" if urlsplit(url).path.rstrip("/").endswith("/twilio") else "native"


def check_address(url: str) -> None:
    """Raise :class:`VoiceError` unless it is a websocket's."""
    scheme = urlsplit(url).scheme
    if scheme not in ("ws", "wss"):
        raise VoiceError(f"URL is {url}, expected one that begins with ws:// or wss://")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
