"""Make the scene set: WAVs and ``scenes.jsonl`` in a folder, for ``voice bench`` and the curve.

    python -m demos.latency.scenes.make [--out FOLDER] [--cache FOLDER] [--kinds KIND ...]

Needs Debian's flite, the extra ``scenes`` of this package (``pip install '.[scenes]'``), and the
recordings that :mod:`demos.latency.scenes.recordings` names; voices are fetched as the server
fetches its own. Takes a few minutes once, seconds after that.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import soundfile
from tqdm import tqdm

from demos.latency.scene import INDEX
from demos.latency.scenes.build import Builder, Built
from demos.latency.scenes.label import RATE
from demos.latency.scenes.recordings import find_recordings
from demos.latency.scenes.spec import Spec, read_overlaps, read_turns
from demos.latency.scenes.voices import Voices
from voice.errors import VoiceError
from voice.weights.cli import default_cache


def all_specs() -> list[Spec]:
    """Every scene there is, in the order of the lists."""
    here = files("demos.latency.scenes")

    def read(name: str) -> str:
        return (here / name).read_text(encoding="utf-8")

    return [
        *read_turns(read("turns.txt"), "say"),
        *read_turns(read("real.txt"), "recording"),
        *read_overlaps(read("overlaps.txt")),
    ]


def make(specs: Iterable[Spec], builder: Builder, out: Path) -> Path:
    """Write all scenes and their index; returns the index."""
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for spec in specs:
        built = builder.build(spec)
        soundfile.write(out / f"{spec.name}.wav", built.pcm, RATE, subtype="PCM_16")
        lines.append(json.dumps(describe(spec, built), ensure_ascii=False))
    index = out / INDEX
    index.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return index


def describe(spec: Spec, built: Built) -> dict[str, object]:
    """One line of the index."""
    speech = [(round(a, 3), round(b, 3)) for a, b in built.speech]
    line = {
        "name": spec.name,
        "wav": f"{spec.name}.wav",
        "kind": spec.kind,
        "text": built.text,
        "asks": spec.asks,
        "voice": built.voice,
        "real": built.real,
        "joined": built.joined,
        "speech": speech,
        "turn_end": speech[-1][1] if spec.takes_the_turn else None,
        "expect": spec.expect,
        "play": spec.play,
        "licence": built.licence,
    }
    return line | ({"delay": spec.delay} if spec.delay else {})


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    cache = default_cache(os.environ)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=cache.parent / "voice-scenes" / "set")
    parser.add_argument("--cache", type=Path, default=cache.parent / "voice-scenes")
    parser.add_argument("--models", type=Path, default=cache, help="where weights are kept")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", metavar="KIND", help="only these, say: groups filler")
    asked = parser.parse_args(arguments)
    specs = [s for s in all_specs() if not asked.kinds or s.kind in asked.kinds]
    try:
        recordings = find_recordings(asked.cache / "recordings")
        builder = Builder(Voices(asked.models, asked.cache / "said"), recordings, asked.seed)
        index = make(tqdm(specs, unit="scene"), builder, asked.out)
    except VoiceError as error:
        print(f"scenes: {error}", file=sys.stderr)
        return 1
    print(f"{len(specs)} scenes in {index.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
