"""Drives a headless Chromium by its DevTools protocol, through pipes."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

COMMAND = shutil.which("chromium") or shutil.which("google-chrome")


class Browser:
    """One window. It notes what a page asks for, and what it complains of."""

    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        from_us, self._to_it = os.pipe()
        self._from_it, to_us = os.pipe()
        # The protocol is spoken on descriptors 3 and 4.
        shell = f'exec "$0" "$@" 3<&{from_us} 4>&{to_us}'
        self._process = subprocess.Popen(
            [
                *("bash", "-c", shell, COMMAND, "--headless", "--no-sandbox"),
                *("--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars"),
                *("--disable-background-networking", "--no-first-run"),
                f"--user-data-dir={self._profile.name}",
            ],
            pass_fds=(from_us, to_us),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        self._reader = os.fdopen(self._from_it, "rb")
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        os.close(self._to_it)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.close()
        self._profile.cleanup()

    def _message(self):
        while b"\0" not in self._rest:
            read = os.read(self._from_it, 1 << 20)
            assert read, "the browser has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        number = next(self._numbers)
        request = {"id": number, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self._to_it, data) :]
        while True:
            message = self._message()
            if message.get("id") == number:
                assert "error" not in message, message["error"]
                return message["result"]
            self.events.append(message)

    def open(self, path, *, fragment="", **size):
        """Opens a page that `report.play` wrote, and waits until it is ready."""
        self.show(path, fragment=fragment, **size)
        return self.evaluate("kerasMlp.ready.then(() => true)")

    def show(self, path, *, width=1200, height=900, dark=False, fragment=""):
        """Opens any page, and waits until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1},
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        # Between two views of one page, so that it is loaded anew.
        self._go("about:blank")
        self._go(Path(path).absolute().as_uri() + fragment)

    def _go(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self._message())

    def evaluate(self, expression):
        """Returns the value of JavaScript, as JSON has it; it may be a promise."""
        answer = self.call(
            "Runtime.evaluate",
            **{"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def complaints(self):
        """Returns what went wrong since the page was opened."""
        self.evaluate("0")
        return [
            event
            for event in self.events
            if event.get("method") == "Runtime.exceptionThrown"
            or (
                event.get("method") == "Runtime.consoleAPICalled"
                and event["params"]["type"] in ("error", "warning", "assert")
            )
            or (
                event.get("method") == "Log.entryAdded"
                and event["params"]["entry"]["level"] == "error"
            )
        ]

    def requests(self):
        """Returns the addresses that the page has asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def draw(self, strokes):
        """Draws lines on the field with the mouse: points from 0 to 1."""
        box = self.evaluate(
            "(() => { const b = document.getElementById('field')"
            ".getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
        )
        for stroke in strokes:
            places = [(box[0] + x * box[2], box[1] + y * box[3]) for x, y in stroke]
            types = ["mousePressed"] + ["mouseMoved"] * (len(places) - 1)
            for kind, (x, y) in zip(types, places, strict=True):
                self._mouse(kind, x, y)
            self._mouse("mouseReleased", *places[-1])

    def _mouse(self, kind, x, y):
        self.call(
            "Input.dispatchMouseEvent",
            **{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1},
            clickCount=1,
        )

    def screenshot(self, path):
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        Path(path).write_bytes(base64.b64decode(picture["data"]))


def a_browser():
    """Yields a window for a fixture; skips where there is no Chromium, and says so."""
    if COMMAND is None:
        pytest.skip("There is no Chromium on this machine: no page was opened.")
    window = Browser()
    yield window
    window.close()
