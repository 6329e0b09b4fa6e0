"""`make demo`: start the server, call it with three recorded turns, show the call, keep serving.

python -m demos.phone.demo          serves the page afterwards, until interrupted
python -m demos.phone.demo --once   exits after the call; so it does when not on a terminal
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

TURNS = ("1-book.wav", "2-choose.wav", "3-confirm.wav")


def main() -> int:
    """Run the demo; its exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the call")
    parser.add_argument("--port", type=int, default=8080, help="where to serve (default: 8080)")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where to save the call")
    arguments = parser.parse_args()
    arguments.out.mkdir(exist_ok=True)
    once = arguments.once or not sys.stdout.isatty()
    with server(arguments.out, 0 if once else arguments.port) as (process, ready):
        print(ready, flush=True)
        address = ready.rsplit(" ", 1)[-1]
        status = call(address, arguments.out)
        if status == 0 and not once:
            page = address.replace("ws://", "http://").removesuffix("call")
            print(f"\nNow you: open {page} and speak. Ctrl-C ends it.", flush=True)
            with suppress(KeyboardInterrupt):
                process.wait()
    return status or process.returncode  # a server that cannot end cleanly is no demo either


@contextmanager
def server(out: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`voice serve` with its appointment book in ``out``, once it says that it is ready."""
    command = [sys.executable, "-m", "voice.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=out) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().strip()
            if not ready:
                raise SystemExit(process.wait())
            yield process, ready
        finally:
            process.terminate()
            process.wait()  # it has folders and a brain's process to clear away


def call(address: str, out: Path) -> int:
    """Place the call; everything about it is printed, the recording and picture are saved."""
    recordings = [str(files("demos.phone") / name) for name in TURNS]
    saved = ["--save", str(out / "call.wav"), "--picture", str(out / "call.png")]
    command = [sys.executable, "-m", "voice.cli", "call", address, *recordings, *saved]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
