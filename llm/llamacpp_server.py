"""llama.cpp's own server, in a process of its own: started by :mod:`llm.llamacpp`, by its path.

    LLAMA_API_KEY=... python llamacpp_server.py '{"port": 4711, "model": {"path": ...}, ...}'

The settings are fields of the binding's `CommonParams`, as nested as they are there. The key comes
in the environment, because anybody may read a command line.
"""

import json
import os
import signal
import sys
from typing import Any

import xllamacpp


def apply(settings: dict[str, Any], params: object) -> None:
    """Set each field that is named; an unknown one is a mistake of ours."""
    for name, value in settings.items():
        if isinstance(value, dict):
            apply(value, getattr(params, name))
        else:
            assert hasattr(params, name), name
            setattr(params, name, value)


def main() -> None:
    """Load the model, serve until told to stop."""
    params = xllamacpp.CommonParams()
    apply(json.loads(sys.argv[1]), params)
    params.api_keys = [os.environ["LLAMA_API_KEY"]]
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        sys.exit(f"cannot serve {params.model.path}: {error}")
    # There is nothing to save: leave at once, rather than let the library unwind.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    print("listening on", server.listening_address, flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
