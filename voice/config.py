"""Every setting, checked once: one TOML file in, one frozen value out. See docs/settings.md.

Unknown keys are refused. No module reads the environment; what the rest of the program needs is
passed down in slices of this.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from voice.errors import ConfigError
from voice.mistakes import describe, endless


def _at_home(path: Path) -> Path:
    """A path that may begin with ``~``."""
    try:
        return path.expanduser()
    except RuntimeError as error:  # a user that is not there
        raise ValueError(str(error)) from None


def _somewhere(path: object) -> object:
    """Not an empty text, which would be the folder that we happen to be in."""
    if path == "":
        raise PydanticCustomError("path_type", "expected a path")
    return path


Place = Annotated[Path, Strict(False), BeforeValidator(_somewhere), AfterValidator(_at_home)]
"""Of a file or a folder; it is written as text."""


class Table(BaseModel):
    """A table of the file: frozen, closed to keys it does not know, and no number is text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ServerConfig(Table):
    """Where to listen, and for whom."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    token: str = ""
    max_calls: int = Field(20, ge=1, le=1000)
    """Two cores carry so many with the embedded engines; the next caller hears that we are busy.
    More than the bound are more frames than one event loop can read."""


_ORDER = "order"
"""What pydantic is told of two settings that do not go together."""


class TurnPolicy(Table):
    """How patient we are, in seconds."""

    shortest_endpoint: float = Field(0.2, ge=0)
    usual_endpoint: float = Field(0.3, ge=0)
    smart_turn: Place | None = None
    """An ONNX model of Smart Turn v3's interface, asked after whole sentences."""
    doubtful_endpoint: float = Field(0.6, ge=0)
    """After those that it takes for unfinished; after the others the shortest is due."""
    hanging_endpoint: float = Field(1.2, ge=0)
    longest_endpoint: float = Field(1.6, ge=0)
    offset_delay: float = Field(0.1, gt=0)
    """How long the detector must hear nothing before it says that speech has ended."""
    speculate: bool = True
    read_ahead: bool = True
    """Whether the model reads our reply while the caller hears it: one small request a turn,
    worth it where the server keeps prefixes (vLLM, llama.cpp), not where each request is paid."""
    speculate_within: float = Field(0.8, ge=0)
    """A reply is prepared early only if the silence it waits for is at most this long."""
    guess: bool = True
    """Whether a reply is prepared while the caller still speaks, from words that look complete."""
    guess_waste: float = Field(0.35, ge=0)
    """Tokens that guesses may cost in vain, as a part of those that callers got to hear."""
    guess_crowd: int = Field(4, ge=1)
    """No guesses while so many replies are being written: somebody waits for each of those."""
    transcript_patience: float = Field(3.0, gt=0)
    """How long past the endpoint a transcriber may take before we apologise."""
    barge_in_delay: float = Field(0.12, ge=0)
    """How long the caller must speak over us until we are silent, and listen."""
    nod: float = Field(1.0, ge=0)
    """Words that come after so much speech over us take the turn while it still goes on, unless
    they are nods; else we look at them once the caller is silent. After a nod, a cough or a noise
    we go on."""
    answer_overlap: float = Field(1.0, ge=0)
    """Words said this shortly before we finish are an answer, not a backchannel."""
    digit_pause: float = Field(1.5, ge=0)
    reprompt_after: float = Field(8.0, gt=0)
    reprompts: int = Field(2, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """What leaves more open is waited for no less."""
        for names in (
            ("shortest_endpoint", "usual_endpoint", "hanging_endpoint", "longest_endpoint"),
            ("shortest_endpoint", "doubtful_endpoint", "longest_endpoint"),
        ):
            for less, more in pairwise(names):
                least, seconds = getattr(self, less), getattr(self, more)
                if seconds < least:
                    raise PydanticCustomError(
                        _ORDER, f"{more} is {seconds:g}, expected no less than {less}, {least:g}"
                    )
        return self


class EngineConfig(BaseModel):
    """A short name for one of ours, or ``package.module:Class``; the rest are its arguments."""

    model_config = ConfigDict(frozen=True, extra="allow")

    engine: str

    @property
    def options(self) -> dict[str, Any]:
        """The engine's own keyword arguments, as written."""
        return dict(self.model_extra or {})


class ModelsConfig(Table):
    """Where weight files are kept, and where shared ones may be read."""

    model_config = ConfigDict(strict=False)  # for paths are written as text

    cache: Place | None = None
    shared: tuple[Place, ...] = (Path("/usr/share/voice/models"),)


class Config(Table):
    """The whole file."""

    server: ServerConfig = ServerConfig()
    turn: TurnPolicy = TurnPolicy()
    models: ModelsConfig = ModelsConfig()
    asr: EngineConfig
    llm: EngineConfig
    tts: EngineConfig
    agent: EngineConfig


def default_config() -> Path:
    """The clinic with embedded engines: what runs when nobody says what to run."""
    return Path(str(files("demos") / "clinic.toml"))


def load_config(path: Path) -> Config:
    """Read and check one file; a table that it leaves out is as in :func:`default_config`.

    Raises :class:`ConfigError`, one line for each mistake.
    """
    document = {**_read(default_config()), **_read(path)}
    if wrong := [f"{path}: {told}" for told in endless(document)]:
        raise ConfigError("\n".join(wrong))
    try:
        return Config.model_validate(document)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {_explain(e)}" for e in error.errors())) from None


def listen_elsewhere(config: Config, host: str | None, port: int | None) -> Config:
    """As somebody says who starts it; raises :class:`ConfigError`."""
    given = {"host": host, "port": port}
    said = {key: value for key, value in given.items() if value is not None}
    try:
        server = ServerConfig.model_validate({**config.server.model_dump(), **said})
    except ValidationError as error:
        raise ConfigError("\n".join(f"--{_explain(e)}" for e in error.errors())) from None
    return config.model_copy(update={"server": server})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None


def _explain(error: ErrorDetails) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == _ORDER:
        return f"{where}.{error['msg']}"
    if error["type"] == "extra_forbidden":
        table = ".".join(str(part) for part in error["loc"][:-1]) or "the file"
        known = ", ".join(_known_keys(error["loc"][:-1]))
        return f"unknown key {error['loc'][-1]!r} in {table}, expected one of: {known}"
    if error["type"] == "missing":
        return f"{where} is missing"
    return describe(where, error)


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    model: Any = Config
    for part in loc:
        model = model.model_fields[part].annotation
    return sorted(model.model_fields)
