"""The command line: `voice serve | call | bench | models | check`.

Each command's module adds its own parser; what the operator must mend is one line and status 2.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence

from demos.latency import cli as bench
from demos.phone import cli as phone
from voice import check, serve
from voice.errors import VoiceError
from voice.weights import cli as weights

EPILOG = """\
start here:
  voice serve                                      then open http://127.0.0.1:8080/ and speak
  voice call ws://127.0.0.1:8080/call hello.wav    be a caller: words, reply, time to first sentence
  voice bench ws://127.0.0.1:8080/call --calls 8   be eight, and know how long they waited

`voice COMMAND --help` says more about each.
"""


def make_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """The command line, with every command's own."""
    parser = argparse.ArgumentParser(
        prog="voice",
        description="A low-latency real-time voice agent server.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="log what happens in calls")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (serve, phone, bench, weights, check):
        command.add_parser(commands, environ)
    return parser


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    arguments = make_parser(os.environ).parse_args(argv)
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    for chatty in ("httpx", "uvicorn.error"):  # a line a request, with its query: tokens
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()  # here, where a reader that is gone is expected
    except* VoiceError as group:
        for line in _lines(group):
            print(f"voice: {line}", file=sys.stderr)
        status = 2
    except* KeyboardInterrupt:
        status = 130
    except* BrokenPipeError:  # as in `voice check | head -1`: nobody wants the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    return status


def _lines(group: BaseExceptionGroup[VoiceError]) -> list[str]:
    lines: list[str] = []
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            lines += _lines(error)
        else:
            lines += str(error).splitlines()
    return lines
