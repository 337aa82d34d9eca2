"""What people do with the mini-apps that ship with Stoa, in a browser."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from browser import shoot
from stoa import Server

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
LOOKS = [("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")]
PIN = "2580"


def opener(open_as: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the client for somebody on a device that looks so. Nothing moves by itself on it."""

    def device(name: str, size: str, theme: str) -> Page:
        width, height = SIZES[size]
        page = open_as(name, width=width, height=height)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        return page

    return device


def group_of_two(demo: Server, title: str, app: str) -> int:
    return demo.sign_in("alice").group(title, "bob", app)


def show_chat(page: Page, title: str) -> None:
    page.get_by_test_id("chat-item").filter(has_text=title).click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def panel(page: Page, app: str) -> Locator:
    return page.locator(f'[data-miniapp="{app}"]')


def at(page: Page, app: str, name: str) -> Locator:
    """The app's panel, once it shows this page and nothing is under way."""
    view = panel(page, app)
    expect(view).to_have_attribute("data-page", name)
    expect(view).to_have_attribute("data-state", "shown")
    expect(view).to_have_attribute("aria-busy", "false")
    return view


def open_address(page: Page, demo: Server, path: str) -> None:
    page.goto(f"{demo.url}/a/{path}")
    let_in(page, page.locator("[data-miniapp], [data-webapp]"))


def let_in(page: Page, view: Locator) -> None:
    """An app that was never used is asked about, where an address has led to it."""
    asked = page.get_by_test_id("door-open")
    expect(asked.or_(view).first).to_be_visible()
    if asked.is_visible():
        asked.click()
    expect(view).to_be_visible()


def open_in_group(page: Page, title: str, app: str) -> Locator:
    show_chat(page, title)
    page.get_by_test_id("group-miniapps").click()
    page.get_by_test_id(f"open-miniapp-{app}").click()
    return at(page, app, "home")


def press(view: Locator, name: str | re.Pattern) -> None:
    view.get_by_role("button", name=name, exact=True).click()


def says(view: Locator, text: str) -> None:
    expect(view.get_by_text(text).first).to_be_visible()


def toasts(view: Locator, text: str) -> None:
    expect(view.get_by_test_id("miniapp-toast").filter(has_text=text).first).to_be_visible()


def is_accessible(page: Page) -> None:
    """axe-core finds nothing serious, in the app's page and around it."""
    wrong = [
        f"{one['impact']} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical") for node in one["nodes"]]
    assert not wrong, "\n".join(wrong)


def picture(page: Page, name: str) -> None:
    """Takes a picture, and looks for what keeps people out."""
    shoot(page, f"miniapp-{name}")
    is_accessible(page)


def pay(page: Page, total: str) -> None:
    """Pays on the sheet, which lies above the mini-app and asks for the PIN."""
    sheet = page.get_by_test_id("pay-sheet")
    expect(page.get_by_test_id("sheet-total")).to_contain_text(total)
    is_on_top(sheet)
    page.get_by_test_id("pin").fill(PIN)
    expect(page.get_by_test_id("sheet-confirm")).to_be_enabled()
    shoot(page, f"miniapp-sheet-{page.viewport_size['width']}")
    page.get_by_test_id("sheet-confirm").click()
    expect(sheet).to_have_count(0)


def is_on_top(sheet: Locator) -> None:
    """Nothing covers the sheet where its middle is, and the app's panel is there, under it."""
    expect(sheet).to_be_visible()
    assert sheet.evaluate("""(sheet) => {
        const box = sheet.getBoundingClientRect();
        return sheet.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
    }""")
    expect(sheet.page.locator("[data-miniapp]")).to_be_visible()


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Presses Tab until the focus is there."""
    for _ in range(80):
        page.keyboard.press(key)
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {key}")
