"""Opens pages in headless Chromium and says what it saw there.

    python3 tests/browser/visit.py FOLDER PAGES.json REPORT.json [--server] [--shots FOLDER]

FOLDER holds a dashboard, PAGES.json the list of pages to open (paths below FOLDER). Pages are opened from
disk, or with --server from a server on this machine. REPORT.json then holds, for every page:

    traces     {id of a plot: [{name, x, y, visible}, ...]} as plotly.js holds them
    problems   console errors, uncaught exceptions, requests that failed or left the page's own folder
    links      where the links of the page lead
    paint_ms   first contentful paint, from the start of navigation
    turned     {id of a plot: which traces are seen after the left arrow on its slider}
    zoomed     whether + on the first plot changes its x axis
    overflow   whether the page is broader than a phone (390 pixels)

The browser is spoken to through its DevTools protocol; tornado, which Jupyter brings, does the websocket.
Exit status 3: there is no Chromium.
"""

import argparse
import asyncio
import base64
import functools
import http.server
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tornado.websocket import websocket_connect

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--remote-debugging-port=0",
]
DESKTOP = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}

# The page is painted, and all its plots are drawn, or there are none.
DRAWN = "performance.getEntriesByName('first-contentful-paint').length > 0 && [...document.querySelectorAll('.plot')].every((div) => div.dataset.drawn)"
SEEN = """(() => ({
  traces: Object.fromEntries([...document.querySelectorAll('.plot')].map((div) => [div.id, (div.data || []).map((trace) =>
    ({ name: trace.name, x: [...trace.x], y: [...trace.y], visible: trace.visible !== false }))])),
  marks: document.querySelectorAll('.plot .trace, .plot .bars .point').length,
  links: [...document.querySelectorAll('a[href]')].map((a) => a.href),
  paint_ms: (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime ?? null,
}))()"""


class Tab:
    """One tab of the browser."""

    def __init__(self, socket):
        self.socket, self.turn, self.waiting, self.events = socket, 0, {}, []

    @classmethod
    async def open(cls, port):
        listing = await asyncio.to_thread(fetch_json, port)
        page = next(target for target in listing if target["type"] == "page")
        tab = cls(await websocket_connect(page["webSocketDebuggerUrl"], max_message_size=1 << 28))
        tab.reader = asyncio.create_task(tab.read())
        for domain in ["Page", "Runtime", "Network", "Log"]:
            await tab.ask(f"{domain}.enable")
        return tab

    async def read(self):
        while (message := await self.socket.read_message()) is not None:
            message = json.loads(message)
            if "id" in message:
                self.waiting.pop(message["id"]).set_result(message)
            else:
                self.events.append(message)

    async def ask(self, method, **parameters):
        self.turn += 1
        answer = self.waiting[self.turn] = asyncio.get_running_loop().create_future()
        await self.socket.write_message(json.dumps({"id": self.turn, "method": method, "params": parameters}))
        message = await asyncio.wait_for(answer, 60)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    async def value(self, expression):
        result = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def until(self, expression, seconds=30):
        for _ in range(int(seconds / 0.02)):
            if await self.value(expression):
                return True
            await asyncio.sleep(0.02)
        return False

    async def visit(self, url, home):
        self.events.clear()
        await self.ask("Page.navigate", url=url)
        arrived = await self.until(f"location.href === {json.dumps(url)} && ({DRAWN})")
        seen = await self.value(SEEN)
        seen["problems"] = [] if arrived else ["its plots were not drawn within 30 seconds"]
        seen["problems"] += [problem for event in self.events if (problem := wrong(event, home))]
        return seen

    async def press(self, key, focus):
        await self.value(f"document.getElementById({json.dumps(focus)}).focus()")
        for kind in ["rawKeyDown", "char", "keyUp"] if len(key) == 1 else ["rawKeyDown", "keyUp"]:
            more = {"text": key} if kind == "char" else {"windowsVirtualKeyCode": {"ArrowLeft": 37}.get(key, 0)}
            await self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, **more)
        await asyncio.sleep(0.05)

    async def use(self, seen):
        """Moves the sliders and zooms, by keys alone."""
        seen["turned"] = {}
        for plot in await self.value("[...document.querySelectorAll('.choice input')].map((input) => input.id)"):
            await self.press("ArrowLeft", plot)
            name = plot.removesuffix("-choice")
            shown = f"document.getElementById({json.dumps(name)}).data.map((trace) => trace.visible !== false)"
            seen["turned"][name] = await self.value(shown)
        if seen["traces"]:
            first = json.dumps(next(iter(seen["traces"])))
            ends = f"document.getElementById({first})._fullLayout.xaxis.range.map(Number)"
            before = await self.value(ends)
            await self.press("+", json.loads(first))
            seen["zoomed"] = before != await self.value(ends)

    async def shoot(self, path):
        size = (await self.ask("Page.getLayoutMetrics"))["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 3000), "scale": 1}
        shot = await self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))


def fetch_json(port):
    from urllib.request import urlopen
    with urlopen(f"http://127.0.0.1:{port}/json") as answer:
        return json.load(answer)


def wrong(event, home):
    """What is wrong with an event, if anything."""
    method, told = event["method"], event["params"]
    if method == "Runtime.exceptionThrown":
        details = told["exceptionDetails"]
        return "exception: " + details.get("exception", {}).get("description", details["text"])
    if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
        return f"console {told['type']}: " + " ".join(str(a.get("value", a.get("description"))) for a in told["args"])
    if method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
        return f"log: {told['entry']['text']} {told['entry'].get('url', '')}"
    if method == "Network.requestWillBeSent":
        url = told["request"]["url"]
        if not url.startswith((home, "data:", "blob:")):
            return f"a request to {url}"
    if method == "Network.loadingFailed" and not told.get("canceled"):
        return f"a request failed: {told['errorText']}"
    if method == "Network.responseReceived" and told["response"]["status"] >= 400:
        return f"{told['response']['url']} answered {told['response']['status']}"
    return None


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


async def visit_all(port, base, pages, shots):
    tab = await Tab.open(port)
    report = {}
    for page in pages:
        await tab.ask("Emulation.setDeviceMetricsOverride", **DESKTOP)
        seen = report[page] = await tab.visit(base + page, base)
        if shots:
            await tab.shoot(shots / f"desktop-{page.replace('/', '-')}.png")
        await tab.use(seen)
        await tab.ask("Emulation.setDeviceMetricsOverride", **PHONE)
        await tab.until("window.innerWidth === 390", 2)
        if shots:
            await asyncio.sleep(0.5)
            await tab.shoot(shots / f"phone-{page.replace('/', '-')}.png")
        seen["overflow"] = await tab.value("document.documentElement.scrollWidth > 390")
    return report


def main():
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("pages", type=Path)
    words.add_argument("report", type=Path)
    words.add_argument("--server", action="store_true")
    words.add_argument("--shots", type=Path)
    asked = words.parse_args()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print("no Chromium was found")
        sys.exit(3)
    folder = asked.folder.resolve()
    base, server = folder.as_uri() + "/", None
    if asked.server:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = [*FLAGS, f"--user-data-dir={profile}", "about:blank"]
        # Chromium writes the port it has chosen into its profile.
        process = subprocess.Popen([browser, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = asyncio.run(chosen_port(Path(profile) / "DevToolsActivePort", process))
            report = asyncio.run(visit_all(port, base, json.loads(asked.pages.read_text()), asked.shots))
        finally:
            process.terminate()
            process.wait(10)
            if server:
                server.shutdown()
    asked.report.write_text(json.dumps({"base": base, "pages": report}))


async def chosen_port(path, process):
    for _ in range(1500):
        if path.is_file() and (text := path.read_text()):
            return int(text.split()[0])
        if process.poll() is not None:
            raise SystemExit(f"Chromium ended with status {process.returncode} before it could be spoken to")
        await asyncio.sleep(0.02)
    raise SystemExit("Chromium did not say within 30 seconds where it listens")


if __name__ == "__main__":
    main()
