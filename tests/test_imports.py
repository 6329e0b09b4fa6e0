"""Who may import whom, read from the sources."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from voice.compose import ADAPTERS

ROOT = Path(__file__).parent.parent
HEAVY = {"torch", "vllm", "transformers", "peft"}
ENGINES = ("asr", "llm", "tts")
PURE = {"asr.engine", "asr.edges", "asr.heard", "llm.engine", "llm.warmup"}
PURE |= {"tts.engine", "tts.spoken", "tts.cache"}
PURE_EARS = ("agreement", "batch", "edges", "engine", "filter", "hearing", "tail", "window")
"""What decides in ``asr``; all else there holds a model, or asks one."""
CARRIED = {
    "certifi": "httpx",
    "ctranslate2": "faster-whisper",
    "huggingface-hub": "faster-whisper",
    "pydantic-core": "pydantic",
    "starlette": "fastapi",
    "tokenizers": "faster-whisper",
}
"""What a dependency of ours brings, and cannot be without."""
BY_NAME = ("llm.llamacpp_server", "llm.delta", "asr.delta", "demos.phone.demo")
"""What is run or imported by its name alone."""
COMPOSERS = {"voice/compose.py", "voice/commands.py"}


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


def test_the_map_of_the_server_has_every_module_once() -> None:
    page = (ROOT / "docs" / "design.md").read_text()
    rows = page.split("## Where to look in `voice/`", 1)[1].split("##", 1)[0]
    shown = [name for row in rows.splitlines() for name in re.findall(r"`(\w+)/?`", row[1:])]
    there = [Path(file) for file in modules("voice") if not file.endswith("__.py")]
    assert sorted(shown) == sorted({file.parts[1].removesuffix(".py") for file in there})


@pytest.mark.parametrize("file", modules("voice", *ENGINES))
def test_the_default_install_needs_nothing_heavy(file: str) -> None:
    if not file.startswith("asr/tune/"):
        assert not {name.split(".")[0] for name in imports(ROOT / file)} & HEAVY


@pytest.mark.parametrize("name", PURE_EARS)
def test_what_decides_what_to_decode_knows_no_model(name: str) -> None:
    own = {name for name in imports(ROOT / f"asr/{name}.py") if name.startswith("asr.")}
    assert own <= {f"asr.{pure}" for pure in PURE_EARS}


def reached(*modules: str) -> set[str]:
    """Everything that is imported from these modules of ours, or from what they import."""
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        name = waiting.pop()
        found.add(name)
        path = ROOT / name.replace(".", "/")
        file = next(
            (f for f in (path.with_suffix(".py"), path / "__init__.py") if f.exists()), None
        )
        if file:
            waiting |= with_submodules(file) - found
    return found


def with_submodules(file: Path) -> set[str]:
    """The imports of a file; ``from voice import weights`` is one of ``voice.weights``."""
    nodes = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.ImportFrom)]
    return imports(file) | {f"{n.module}.{alias.name}" for n in nodes for alias in n.names}


def normal(names: Iterable[str]) -> set[str]:
    """Names of distributions without their versions, spelled alike."""
    return {re.split(r"[<>=!~\[]", name)[0].strip().lower().replace("_", "-") for name in names}


def test_a_plain_installation_has_what_the_commands_import_and_no_more() -> None:
    adapters = [path.partition(":")[0] for kind in ADAPTERS.values() for path in kind.values()]
    names = {n.split(".")[0] for n in reached("voice.cli", *BY_NAME, *adapters)}
    names -= {"voice", "demos", *ENGINES, *sys.stdlib_module_names}
    found = packages_distributions()
    used = normal(found.get(name, [name])[0] for name in names)
    used = {CARRIED.get(name, name) for name in used}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert used == normal(project["dependencies"])
