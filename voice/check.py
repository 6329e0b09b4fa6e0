"""`voice check`: can this configuration run here? A line for each thing, and its mend.

Nothing is started, fetched or left behind; the port, a place in the cache, and what an agent's own
check looks at, are only taken for a moment.
"""

from __future__ import annotations

import argparse
import inspect
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from voice import weights
from voice.compose import Paths, check_options, load_end_of_turn
from voice.config import Config, TurnPolicy, default_config, load_config
from voice.doors import check_exposure
from voice.errors import ConfigError, VoiceError
from voice.findings import Checked, Finding, attempt
from voice.gpu import look_for_gpu
from voice.neighbours import find_voice_server, serves_model
from voice.options import settings
from voice.serve import add_config, listen
from voice.weights.cli import default_cache

EPILOG = """\
each line is one of:
  ok    it is there
  get   it is not here yet; `voice serve` fetches it
  note  it will do, if what the line says is meant
  BAD   it is missing or wrong; the line says how to mend it

exit status: 0 nothing is BAD, 2 something is
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], environ: Mapping[str, str]
) -> None:
    """Add `check` to the command line; the parsed arguments carry what to call as ``run``."""
    parser = subparsers.add_parser(
        "check",
        help="can this configuration run here?",
        description="Look at every engine, model, port, GPU and licence that it needs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(parser)
    parser.set_defaults(run=lambda arguments: run(arguments, environ))


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Print what was found."""
    path = arguments.config or default_config()
    config = load_config(path)
    print(f"ok   config        {path}")
    bad = False
    for finding in look(config, environ):
        bad = bad or finding.verdict == "BAD"
        print(f"{finding.verdict:4} {finding.thing:13} {finding.detail}", flush=True)
    return 2 if bad else 0


def look(config: Config, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Everything this configuration needs, in the order in which it is needed."""
    yield _address(config)
    yield attempt("who may call", lambda: _who(config))
    if config.turn.smart_turn is not None:
        yield attempt("[turn] model", lambda: _sounds(config.turn))
    paths = Paths(config.models.cache or default_cache(environ), config.models.shared, print)
    fetches = False
    tables = {"asr": config.asr, "llm": config.llm, "tts": config.tts, "agent": config.agent}
    for kind, table in tables.items():
        try:
            engine = check_options(kind, table, paths)
        except VoiceError as error:
            for line in str(error).splitlines():
                yield Finding("BAD", f"[{kind}]", line.removeprefix(f"[{kind}] "))
            continue
        yield Finding("ok", f"[{kind}]", f"engine {table.engine}")
        if name := Paths.model_of(kind, table):
            found = _model(kind, name, paths)
            yield found
            if found.verdict == "get":
                fetches = True
                yield from _unjudged(kind, name, table.options)
        if "key_env" in table.options:
            yield _environment(kind, str(table.options["key_env"]), environ)
        if "url" in table.options:
            yield serves_model(kind, table.options, environ)
        yield from _doubts(kind, engine, config)
        if isinstance(engine, Checked):
            yield from _own(kind, engine, table.options)
        if str(table.options.get("device", "")).startswith("cuda"):
            yield from look_for_gpu(kind, table.engine, environ)
    if fetches:
        yield attempt("cache", lambda: _cache(paths.cache))


def _address(config: Config) -> Finding:
    """Whether it is free, or who has it."""
    free = attempt("address", lambda: _take_port(config))
    runs = find_voice_server(config.server) if free.verdict == "BAD" else None
    return free if runs is None else Finding("note", "address", runs)


def _take_port(config: Config) -> str:
    listen(config.server).close()
    return f"{config.server.host}:{config.server.port} is free"


def _who(config: Config) -> str:
    check_exposure(config.server)
    return "whoever has the token" if config.server.token else "this machine only (loopback)"


def _sounds(policy: TurnPolicy) -> str:
    load_end_of_turn(policy)
    return f"hears ends of turns: {policy.smart_turn}"


def _model(kind: str, name: str, paths: Paths) -> Finding:
    try:
        found = weights.find(name, paths.cache, paths.shared)
    except VoiceError as error:
        return Finding("BAD", f"[{kind}] model", str(error))
    licence = weights.card(name).licence
    if found is None:
        return Finding("get", f"[{kind}] model", f"{name} ({licence}): `voice models fetch {name}`")
    return Finding("ok", f"[{kind}] model", f"{name} ({licence}) in {found}")


def _unjudged(kind: str, name: str, options: Mapping[str, Any]) -> Iterator[Finding]:
    """What only the files of a model can tell."""
    for key in sorted({"voice", "speaker"} & set(options)):
        told = f"whether {name} has {options[key]!r} is known once it is fetched: then look again"
        yield Finding("note", f"[{kind}] {key}", told)


def _doubts(kind: str, engine: object, config: Config) -> Iterator[Finding]:
    """What would be refused later, or would do, but is likely to be a mistake."""
    if kind == "agent" and inspect.isclass(engine) and not hasattr(engine, "phrases"):
        told = "not in the class: `voice serve` refuses an agent that has none once it is made"
        yield Finding("note", "[agent] phrases", told)
    if kind == "llm" and config.llm.engine == "llamacpp":
        assert callable(engine)
        slots, calls = settings(engine, config.llm.options)["slots"], config.server.max_calls
        if slots < calls:
            told = f"{slots} for [server] max_calls = {calls}: calls may wait for each other"
            yield Finding("note", "[llm] slots", told)


def _cache(cache: Path) -> str:
    """Whether a folder can be made there, by making one where the cache is or would begin."""
    there = next(folder for folder in (cache, *cache.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryDirectory(dir=there):
            return f"{cache} can be written"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"{cache} cannot be written: {reason} in {there}: name another as [models] cache"
        ) from None


def _environment(kind: str, name: str, environ: Mapping[str, str]) -> Finding:
    if name in environ:
        return Finding("ok", f"[{kind}] key", f"{name} is set")
    return Finding("BAD", f"[{kind}] key", f"{name} is not set: export {name}=...")


def _own(kind: str, engine: Checked, options: Mapping[str, Any]) -> Sequence[Finding]:
    """What an agent finds for itself; it may be anybody's."""
    try:
        return engine.check(options)
    except Exception as error:
        return [Finding("BAD", f"[{kind}] check", f"failed: {type(error).__name__}: {error}")]
