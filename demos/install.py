"""Let pip install what the project needs, and say in a line what it is doing: `make` runs this.

    python demos/install.py -e ".[dev]"

On a terminal the line is written over; elsewhere there is one for each step. What goes wrong is
pip's to say. Nothing but the standard library is here yet.
"""

from __future__ import annotations

import subprocess
import sys

_PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off")
_WIDTH = 60


def main() -> int:
    """Install; pip's exit status."""
    print("installing into .venv, which takes a minute or two the first time", flush=True)
    with subprocess.Popen(
        [sys.executable, *_PIP, *sys.argv[1:]], stdout=subprocess.PIPE, text=True
    ) as pip:
        assert pip.stdout is not None
        packages = 0
        for line in pip.stdout:
            what, _, rest = line.strip().partition(" ")
            if what == "Collecting":
                packages += 1
                _show(f"{packages} packages: {rest.split(' ')[0]}", step=False)
            elif what == "Downloading":
                _show(f"{packages} packages: {rest}", step=False)
            elif what == "Installing" and packages:
                _show(f"unpacking {packages} packages", step=True)
        _show("installed" if pip.wait() == 0 else "pip has failed", step=True)
    return pip.returncode


def _show(words: str, *, step: bool) -> None:
    if sys.stdout.isatty():
        print(f"\r  {words[:_WIDTH]:{_WIDTH}}", end="\n" if step else "", flush=True)
    elif step:
        print(f"  {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
