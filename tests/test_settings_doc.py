"""docs/settings.md has every key, with the default that it really has."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest

from voice.compose import ADAPTERS, load
from voice.config import EngineConfig, ModelsConfig, ServerConfig, TurnPolicy

PAGE = (Path(__file__).parent.parent / "docs" / "settings.md").read_text()
OURS = {"vad", "window_extra", "key"}
"""Arguments that the composer gives: shared parts, what a model's card says, a key's value."""
EXPLAINED_ELSEWHERE = {"clinic"}


def documented(heading: str) -> dict[str, Any]:
    """The keys of the table that follows this, with their defaults; None where none is shown."""
    lines = PAGE.split(heading, 1)[1].splitlines()
    table = takewhile(is_row, dropwhile(lambda line: not is_row(line), lines))
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.+?)` )?\|", "\n".join(table), re.M)
    return {key: tomllib.loads(f"it = {value}")["it"] if value else None for key, value in rows}


def is_row(line: str) -> bool:
    """Whether it is of a table."""
    return line.startswith("|")


def plain(value: object) -> Any:  # noqa: ANN401 - as TOML has it
    """As it would be written in the file."""
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize(
    ("heading", "table"),
    [("## [server]", ServerConfig), ("## [turn]", TurnPolicy), ("## [models]", ModelsConfig)],
)
def test_every_key_of_a_table_is_there(
    heading: str, table: type[ServerConfig | TurnPolicy | ModelsConfig]
) -> None:
    true = {key: plain(field.default) for key, field in table.model_fields.items()}
    assert documented(heading) == true


@pytest.mark.parametrize(
    ("kind", "engine"),
    [(kind, engine) for kind, engines in ADAPTERS.items() for engine in engines
     if engine not in EXPLAINED_ELSEWHERE],
)  # fmt: skip
def test_every_key_of_an_engine_is_there(kind: str, engine: str) -> None:
    known = inspect.signature(load(kind, EngineConfig(engine=engine))).parameters
    true = {
        key: None if parameter.default is parameter.empty else plain(parameter.default)
        for key, parameter in known.items()
        if key not in OURS
    }
    if "key" in known:
        true["key_env"] = None
    assert documented(f'| `[{kind}] engine = "{engine}"` ') == true
