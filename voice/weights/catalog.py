"""Say what models there are: their files, licences, hashes and sources. Decides, fetches nothing.

``demos/models/catalog.toml`` is the list and explains its fields. A model is files from somewhere,
or a *tuning*: another model of the list plus a small delta that lies beside the list.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from voice.errors import VoiceError

Kind = Literal["asr", "llm", "tts"]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9._-]*$"
"""What models and their files may be called: never a path out of the cache."""
PADDED_WINDOW = 30.0
"""Seconds that a Whisper model wants its audio padded to, unless its card says otherwise."""


class ModelError(VoiceError):
    """A model cannot be had as asked; the message is one line that says which, why and the mend."""


class RefusedError(ModelError):
    """A file is not what it should be: its hash, its size or its form is wrong."""


class ModelFile(BaseModel, frozen=True, extra="forbid"):
    """One file of a model and where it can be had."""

    name: str = Field(pattern=FILE_NAME)
    size: int | None = Field(None, gt=0)
    sha256: Sha256 | None = None
    parts: tuple[Annotated[str, Field(pattern=r"^[\w.-]+==[\w.+!-]+:.+$")], ...] = ()
    hub: str | None = None


class Hub(BaseModel, frozen=True, extra="forbid"):
    """A repository of the model hub, at a revision."""

    repo: str
    revision: str


class Tuning(BaseModel, frozen=True, extra="forbid"):
    """A model made from ``base`` by adding a delta."""

    base: str
    delta: str
    merge: str = Field(pattern=r"^[\w.]+:\w+$")
    sha256: Sha256 | None = None
    edition: int = 1


class Model(BaseModel, frozen=True, extra="forbid"):
    """One model of the list."""

    kind: Kind
    engine: str = ""
    about: str
    licence: str
    note: str = ""
    window: float = Field(PADDED_WINDOW, ge=0, le=PADDED_WINDOW)
    opens: str = ""
    files: tuple[ModelFile, ...] = ()
    hub: Hub | None = None
    tuning: Tuning | None = None

    @model_validator(mode="after")
    def _is_files_or_tuning(self) -> Self:
        if bool(self.files) == (self.tuning is not None):
            raise ValueError("expected either files or a tuning")
        if self.files and self.opens and self.opens not in {file.name for file in self.files}:
            raise ValueError(f"opens {self.opens!r}, which is not one of its files")
        return self


class _Table(BaseModel, frozen=True, extra="forbid"):
    models: dict[Annotated[str, Field(pattern=FILE_NAME)], Model]


@dataclass(frozen=True, slots=True)
class Card:
    """What an engine must know of a model beside its weights."""

    name: str
    kind: Kind | None = None
    engine: str = ""
    """Who can open it; nothing where that is not known."""
    licence: str = "unknown"
    window: float = PADDED_WINDOW
    """Seconds of silence it wants after the speech, up to 30 s in all."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The models that can be had by name, and the folder that their deltas lie in."""

    entries: Mapping[str, Model]
    folder: Path

    @classmethod
    def load(cls, path: Path | None = None) -> Catalog:
        """Read a catalog; without a path, ours."""
        path = path or Path(str(importlib.resources.files("demos") / "models" / "catalog.toml"))
        try:
            entries = _Table.model_validate(tomllib.loads(path.read_text())).models
        except OSError as error:
            raise ModelError(f"cannot read the catalog {path}: {error.strerror}") from error
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise ModelError(f"catalog {path} makes no sense: {'; '.join(wrong)}") from error
        except ValueError as error:  # not TOML, or not text at all
            raise ModelError(f"catalog {path} is not TOML: {error}") from error
        for name, model in entries.items():
            if model.tuning and model.tuning.base not in entries:
                raise ModelError(f"catalog {path}: {name} is a tuning of {model.tuning.base!r}")
        return cls(entries, path.parent)

    def model(self, name: str) -> Model:
        """Look a model up by name."""
        if name not in self.entries:
            raise ModelError(f"no model {name!r}, expected a path or one of {self.known()}")
        return self.entries[name]

    def known(self) -> str:
        """List the names, for a message."""
        return ", ".join(sorted(self.entries))

    def key(self, name: str) -> str:
        """Name the exact bytes of a model, so that a changed file or delta is another folder."""
        model = self.model(name)
        if model.tuning:
            tuning = model.tuning
            parts = [self.key(tuning.base), tuning.sha256 or self.delta_hash(name), tuning.merge]
            parts.append(str(tuning.edition))
        else:
            revision = model.hub.revision if model.hub else ""
            parts = [f"{file.name} {file.sha256 or revision}" for file in model.files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def delta(self, name: str) -> Path:
        """Say where the delta of a tuned model lies."""
        tuning = self.model(name).tuning
        assert tuning is not None
        return self.folder / tuning.delta

    def delta_hash(self, name: str) -> str:
        """Compute the hash of a tuned model's delta; refuse one that is not what is pinned."""
        tuning, path = self.model(name).tuning, self.delta(name)
        try:
            got = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"{name}: cannot read its delta {path}: {error.strerror}") from error
        if tuning and tuning.sha256 and got != tuning.sha256:
            raise RefusedError(f"{name}: delta {path} has SHA-256 {got}, expected {tuning.sha256}")
        return got
