"""Who may import whom, read from the sources."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"torch", "vllm", "transformers", "peft"}
ENGINES = ("asr", "llm", "tts")
PURE = {"asr.engine", "asr.edges", "llm.engine", "llm.warmup"}
PURE |= {"tts.engine", "tts.spoken", "tts.cache"}
PURE_EARS = ("agreement", "batch", "edges", "engine", "filter", "hearing", "tail", "window")
"""What decides in ``asr``; all else there holds a model, or asks one."""
COMPOSERS = {"voice/compose.py", "voice/cli.py"}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def modules(*folders: str) -> list[str]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [str(file.relative_to(ROOT)) for file in files]


@pytest.mark.parametrize("file", modules(*ENGINES))
def test_engines_know_neither_the_server_nor_each_other(file: str) -> None:
    own = file.split("/")[0]
    strangers = {"voice", "demos", *ENGINES} - {own}
    assert not {name for name in imports(ROOT / file) if name.split(".")[0] in strangers}


@pytest.mark.parametrize("file", [f for f in modules("voice") if f not in COMPOSERS])
def test_the_server_knows_only_what_engines_are(file: str) -> None:
    adapters = {name for name in imports(ROOT / file) if name.split(".")[0] in ENGINES} - PURE
    assert not adapters


@pytest.mark.parametrize("file", modules("voice", *ENGINES))
def test_the_default_install_needs_nothing_heavy(file: str) -> None:
    if not file.startswith("asr/tune/"):
        assert not {name.split(".")[0] for name in imports(ROOT / file)} & HEAVY


@pytest.mark.parametrize("name", PURE_EARS)
def test_what_decides_what_to_decode_knows_no_model(name: str) -> None:
    own = {name for name in imports(ROOT / f"asr/{name}.py") if name.startswith("asr.")}
    assert own <= {f"asr.{pure}" for pure in PURE_EARS}
