"""`voice call URL WAV...`: be a caller, say the recordings, and tell how each was answered."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from demos.phone.call import Call
from demos.phone.client import place_call
from demos.phone.live import Commentary
from demos.phone.options import (
    add_manners,
    add_server,
    check_address,
    check_writable,
    headers_of,
    make_peer,
    manners_of,
)
from demos.phone.outcome import Outcome, judge
from demos.phone.recordings import read_recording, write_stereo
from demos.phone.report import as_json, describe
from voice.errors import VoiceError

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
    parser = subparsers.add_parser(
        "call",
        help="be a caller: stream recordings as turns and time the answers",
        description="Call a voice server, say recordings in real time, and time the answers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_server(parser, environ)
    parser.add_argument("wavs", metavar="WAV", nargs="+", type=Path, help="one turn each")
    parser.add_argument("--save", type=Path, metavar="FILE.wav", help="stereo: caller left")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="the call's timeline")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    add_manners(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Place the call, print, save and draw it. Raises :class:`VoiceError`."""
    check_address(arguments.url)
    check_writable(arguments.save)
    if arguments.picture:
        from demos.phone.picture import check_format  # matplotlib takes a second to import

        check_format(arguments.picture)
    check_writable(arguments.picture)
    peer = make_peer(arguments)
    recordings = [read_recording(path, peer.sample_rate) for path in arguments.wavs]
    call = Call(peer, recordings, manners_of(arguments))
    commentary = Commentary((lambda line: None) if arguments.json else _say)
    try:
        hung_up = asyncio.run(
            place_call(
                arguments.url, peer, call, headers_of(arguments), lambda: commentary.show(call)
            )
        )
    except KeyboardInterrupt:
        if call.line:
            _keep(judge(call, arguments.url, peer.sample_rate, len(recordings)), arguments)
        raise
    commentary.show(call)
    if hung_up and not call.spoken:
        raise VoiceError(f"{arguments.url} ended the call: {hung_up}")
    outcome = judge(call, arguments.url, peer.sample_rate, len(recordings), hung_up)
    _publish(outcome, arguments)
    return 2 if hung_up and outcome.missed else outcome.status


def _publish(outcome: Outcome, arguments: argparse.Namespace) -> None:
    print(json.dumps(as_json(outcome)) if arguments.json else f"\n{describe(outcome)}")
    _keep(outcome, arguments)


def _keep(outcome: Outcome, arguments: argparse.Namespace) -> None:
    """What of the call was to be written to files; of one that was interrupted, what there is."""
    if arguments.save:
        write_stereo(arguments.save, outcome.left, outcome.right, outcome.sample_rate)
        _say(f"saved {arguments.save}: the caller on the left, the agent on the right")
    if arguments.picture:
        from demos.phone.picture import draw

        draw(outcome, arguments.picture)
        _say(f"drew {arguments.picture}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
