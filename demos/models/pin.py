"""Write the hash of every delta into catalog.toml: `python -m demos.models.pin`, after training."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

CATALOG = Path(__file__).parent / "catalog.toml"
TUNING = re.compile(r'^tuning = \{.*?delta = "(?P<delta>[^"]+)".*\}$', re.MULTILINE)
PINNED = re.compile(r', sha256 = "[0-9a-f]*"')


def pin(text: str, folder: Path) -> str:
    """Return the catalog with the hash of each delta that exists; the others stay unpinned."""

    def write(match: re.Match[str]) -> str:
        line = PINNED.sub("", match[0])
        path = folder / match["delta"]
        if not path.exists():
            return line
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return f'{line.removesuffix(" }")}, sha256 = "{sha256}" }}'

    return TUNING.sub(write, text)


if __name__ == "__main__":
    before = CATALOG.read_text()
    after = pin(before, CATALOG.parent)
    CATALOG.write_text(after)
    print("pinned anew" if after != before else "nothing to do", file=sys.stderr)
