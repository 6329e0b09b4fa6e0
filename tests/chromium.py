"""Drive a real browser: start Chromium without a window, and speak its DevTools protocol to it.

    Browser(...)  ->  page = browser.open(url)  ->  page.evaluate(js), page.wait_for(js), ...

Only what our page's tests need; the microphone is a WAV file that begins when it is opened.
"""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--remote-debugging-port=0",
]
_START_PATIENCE = 30.0


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One command of the DevTools protocol, to this tab."""
        return self._browser.do(method, self._session, **parameters)

    def complaints(self) -> list[str]:
        """Every error that the browser has logged about this page, since it was opened."""
        self.evaluate("0")  # what was logged has come by the time that this is answered
        return self._browser.complaints.get(self._session, [])

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        """The value of an expression, or of the promise that it is."""
        answer = self.do(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=False,
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 20.0) -> Any:  # noqa: ANN401 - as evaluate
        """The first truthy value of an expression. Raises :class:`TimeoutError`."""
        deadline = _now() + seconds
        while not (value := self.evaluate(script)):
            if _now() > deadline:
                raise TimeoutError(f"after {seconds} s still not: {script}")
            time.sleep(0.05)
        return value

    def text(self, selector: str) -> str:
        """What can be read there; empty where there is nothing, or it is hidden."""
        return str(self.evaluate(readable(selector)))

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a person does: scripts may not start sounds."""
        name = json.dumps(selector)
        box = self.evaluate(
            f"(() => {{ const b = document.querySelector({name}).getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        mouse = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, **mouse)

    def press(self, key: str) -> None:
        """Press a key: Tab, Enter."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.do(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **(text if kind == "keyDown" else {}),
            )

    def look_like(self, width: int, height: int, scheme: str = "light", scale: float = 1) -> None:
        """Be a window of this size, for somebody who prefers light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale}
        self.do("Emulation.setDeviceMetricsOverride", mobile=width < 600, **size)
        prefers = {"name": "prefers-color-scheme", "value": scheme}
        self.do("Emulation.setEmulatedMedia", features=[prefers])

    def screenshot(self, path: Path) -> None:
        """Save what is to be seen as PNG."""
        path.write_bytes(base64.b64decode(self.do("Page.captureScreenshot")["data"]))


def readable(selector: str) -> str:
    """An expression: what :meth:`Page.text` says."""
    found = f"document.querySelector({json.dumps(selector)})"
    return f"({found}?.checkVisibility() ? {found}.innerText : '')"


class Browser:
    """A running Chromium."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._commands = 0
        self.complaints: dict[str, list[str]] = {}

    def do(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One command of the DevTools protocol. Raises AssertionError where it is refused."""
        self._commands += 1
        command: dict[str, Any] = {"id": self._commands, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        self._socket.send(json.dumps(command))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._commands:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        found = self.complaints.setdefault(event.get("sessionId", ""), [])
        match event:
            case {"method": "Log.entryAdded", "params": {"entry": {"level": "error"} as entry}}:
                found.append(str(entry["text"]))
            case {"method": "Runtime.exceptionThrown", "params": {"exceptionDetails": details}}:
                found.append(json.dumps(details)[:500])

    def open(self, url: str, first: str = "") -> Page:
        """A new tab, in which the script ``first`` runs before any other."""
        target = self.do("Target.createTarget", url="about:blank")
        attached = self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = Page(self, attached["sessionId"])
        for domain in ("Log", "Runtime", "Page"):
            page.do(f"{domain}.enable")
        if first:
            page.do("Page.addScriptToEvaluateOnNewDocument", source=first)
        page.do("Page.navigate", url=url)
        page.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")
        return page


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Start it with an empty profile, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(CHROMIUM), *_FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                url = _devtools(Path(profile) / "DevToolsActivePort", process)
                with connect(url, max_size=None, compression=None) as socket:
                    yield Browser(socket)
            finally:
                process.terminate()


def _devtools(file: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = _now() + _START_PATIENCE
    while not (file.exists() and len(lines := file.read_text().split()) == 2):
        assert process.poll() is None, f"chromium ended with status {process.returncode}"
        assert _now() < deadline, f"chromium did not start in {_START_PATIENCE:.0f} s"
        time.sleep(0.05)
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"


def _now() -> float:
    return time.monotonic()  # noqa: TID251 - this waits for another program, not for our loop
