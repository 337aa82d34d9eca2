from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from browser import CHROMIUM
from remote import Remote
from stoa import BINARY, Server


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not built. Run \"make build\", or set STOA_BIN.", returncode=2)


@pytest.fixture
def server():
    """A fresh server without rate limits."""
    server = Server("--rate-limit", "off")
    server.start()
    yield server
    server.close()


@pytest.fixture
def make_server():
    """Makes servers with other options; the test starts them."""
    made = []

    def make(*options: str) -> Server:
        made.append(Server(*options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def remote():
    """Another server, on loopback."""
    remote = Remote()
    yield remote
    remote.close()


@pytest.fixture(scope="module")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.fail(f"There is no {CHROMIUM}. Run \"scripts/setup --test\".")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def demo(make_server):
    return make_server("--demo").start()


@pytest.fixture
def open_as(browser, demo):
    """Opens the client in a browser context of its own and signs in. Errors of the page fail the test."""
    contexts, errors = [], []

    def open_as(name: str, width: int = 1280, height: int = 800, locale: str = "en-GB") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(demo.url)
        page.get_by_test_id("signin-name").fill(name)
        page.get_by_test_id("signin-password").fill("demo")
        page.get_by_test_id("signin-submit").click()
        expect(page.get_by_test_id("new-chat")).to_be_visible()
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert errors == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what its server said last."""
    report = (yield).get_result()
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server:
        report.sections.append(("server", "\n".join(server.output[-40:])))
