"""Takes pictures of the gallery, and looks at it with axe. See README.md."""

import argparse
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGES = ("home", "show", "inputs", "data", "play", "list", "broken")
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


def serve(folder: Path) -> str:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def do_GET(self):
            if "." not in self.path.split("?")[0]:
                self.path = "/index.html"
            super().do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def whole(page):
    """As high as the page of the app is, so that one picture has all of it."""
    height = page.evaluate("(document.querySelector('.mini-scroll')?.scrollHeight ?? 700) + 240")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": min(6000, max(size["height"], height))})
    page.wait_for_timeout(250)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--axe", action="store_true")
    parser.add_argument("--rtl", action="store_true", help="as in Arabic: written from the right")
    parser.add_argument("--pages", nargs="*", default=PAGES)
    options = parser.parse_args()
    base = serve(options.folder)
    bad = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                page.on("console", lambda message: message.type == "error" and print("console:", message.text))
                page.on("pageerror", lambda error: print("error:", error))
                for name in options.pages:
                    page.set_viewport_size({"width": width, "height": height})
                    page.goto(f"{base}/a/gallery/{name}")
                    if options.rtl:
                        page.evaluate("Object.assign(document.documentElement, { dir: 'rtl', lang: 'ar' })")
                    page.wait_for_selector('[data-miniapp][data-state="shown"], [data-miniapp][data-state="failed"]')
                    page.wait_for_timeout(300)
                    if name != "list":
                        whole(page)
                    if options.out:
                        options.out.mkdir(parents=True, exist_ok=True)
                        page.screenshot(path=options.out / f"{name}-{size}-{scheme}.png")
                    if options.axe:
                        from axe_playwright_python.sync_playwright import Axe

                        for violation in Axe().run(page).response["violations"]:
                            bad += violation["impact"] in ("serious", "critical")
                            for node in violation["nodes"][:4]:
                                print(name, size, scheme, violation["impact"], violation["id"], node["target"], node["failureSummary"][:300])
                context.close()
        browser.close()
    print(f"serious: {bad}")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
