"""What a person does in the web client, in a real browser."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(os.environ.get("STOA_SCREENSHOTS") or tempfile.mkdtemp(prefix="stoa-screenshots-"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


def start_chat(page: Page, name: str) -> None:
    page.get_by_test_id("new-chat").click()
    page.get_by_test_id("new-chat-name").fill(name)
    page.get_by_test_id("new-chat-submit").click()
    # The composer of the chat that was open before must not be written into.
    expect(page.get_by_test_id("new-chat-name")).to_be_hidden()
    expect(page.get_by_test_id("composer")).to_be_visible()


def send(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def has_focus(target: Locator) -> bool:
    return target.evaluate("(element) => element.contains(document.activeElement)")


def keeps_people_in(page: Page, panel: Locator) -> None:
    """What the panel covers cannot be reached: neither by Tab, which leads from it to the browser itself and back, nor by a reader."""
    for behind in (".sidebar", ".pane"):
        assert page.locator(behind).evaluate("(element) => element.inert"), f"{behind} can be reached"
    for _ in range(25):
        page.keyboard.press("Tab")
        assert has_focus(panel) or page.evaluate("document.activeElement === document.body")


def last_text(page: Page):
    return page.get_by_test_id("message").last.get_by_test_id("message-text")
