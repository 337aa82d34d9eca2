"""Mini-apps for those who use keys, who are read to, or who read from the right: focus, names, errors, motion, direction."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser import keeps_people_in, start_chat
from miniapps import at, group_of_two, open_address, opener, panel, show_chat, tab_to
from stoa import Server


@pytest.fixture(scope="module")
def demo():
    server = Server("--demo", "--rate-limit", "off")
    server.start()
    yield server
    server.close()


@pytest.fixture
def device(open_as):
    return opener(open_as)


# ── where the focus is ───────────────────────────────────────────────────────────────────────────────────


def test_the_focus_is_in_the_page_that_was_opened(demo, device):
    page = device("bob", "desktop", "light")
    open_address(page, demo, "corner_shop/home")
    view = at(page, "corner_shop", "home")
    title = page.get_by_test_id("miniapp-page-title")
    # The chat comes up beside it, and does not take the focus.
    expect(page.get_by_test_id("composer")).to_be_visible()
    expect(title).to_be_focused()
    tab_to(page, view.get_by_role("button", name="Rye bread"))
    page.keyboard.press("Enter")
    at(page, "corner_shop", "item")
    expect(title).to_have_text("Rye bread")
    expect(title).to_be_focused()
    # Beside the chat it is no dialog: Escape is not for it, and the chat can be written in.
    page.keyboard.press("Escape")
    at(page, "corner_shop", "item")
    assert not page.locator(".pane").evaluate("(element) => element.inert")
    page.get_by_test_id("composer").click()
    page.go_back()
    at(page, "corner_shop", "home")
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_a_panel_over_the_chat_is_a_dialog(demo, device):
    group_of_two(demo, "Pockets", "corner_shop")
    page = device("alice", "phone", "light")
    show_chat(page, "Pockets")
    menu = page.get_by_test_id("group-miniapps")

    def open_it() -> Locator:
        menu.press("Enter")
        page.get_by_test_id("open-miniapp-corner_shop").press("Enter")
        return at(page, "corner_shop", "home")

    view = open_it()
    expect(page.get_by_test_id("miniapp-page-title")).to_be_focused()
    keeps_people_in(page, view)
    # Escape closes first what is in it: a menu, the client's own dialog, the words that are searched for.
    page.get_by_test_id("miniapp-menu").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("miniapp-reload")).to_have_count(0)
    page.get_by_test_id("miniapp-menu").press("Enter")
    page.get_by_test_id("miniapp-permissions").press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    view.get_by_role("searchbox").fill("juice")
    page.keyboard.press("Escape")
    at(page, "corner_shop", "home")
    page.keyboard.press("Escape")
    expect(panel(page, "corner_shop")).to_have_count(0)
    expect(menu).to_be_focused()
    open_it()
    page.go_back()
    expect(panel(page, "corner_shop")).to_have_count(0)
    expect(menu).to_be_focused()
    assert not page.locator(".pane").evaluate("(element) => element.inert")


# ── what it is called ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("locale", "name", "bot"), [("en-GB", "mini-app", "bot"), ("ru-RU", "мини-приложение", "бот")])
def test_a_mini_app_is_called_one(demo, open_as, locale, name, bot):
    page = open_as("alice", locale=locale)
    bots = demo.sign_in("alice").get("/v1/bots")["bots"]
    other = next(one["name"] for one in bots if not one["miniapp"])
    start_chat(page, "corner_shop")
    expect(page.locator(".chat-head .quiet")).to_have_text(name)
    expect(page.locator(".chat-item.active .avatar-mark")).to_have_attribute("data-kind", "miniapp")
    start_chat(page, other)
    expect(page.locator(".chat-head .quiet")).to_have_text(bot)
    page.goto(f"{demo.url}/#/catalogue/corner_shop")
    expect(page.locator(".app-head .tag").last).to_have_text(name, ignore_case=True)
    expect(page.locator(".app-head .avatar-mark")).to_have_attribute("data-kind", "miniapp")
