"""What `voice --help` and its like show must be what the command line takes."""

from __future__ import annotations

import re
import shlex

import pytest

from demos.latency import cli as bench
from demos.phone import cli as phone
from voice import commands, serve
from voice.weights import cli as weights

EXAMPLES = [
    re.split(r" {3,}| +#", line.strip())[0]
    for module in (commands, serve, phone, bench, weights)
    for line in module.EPILOG.splitlines()
    if line.startswith(" ") and line.strip().startswith("voice ")
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_understood(example: str) -> None:
    _, *words = shlex.split(example)
    parser = commands.make_parser({})

    assert callable(parser.parse_args(words).run)
