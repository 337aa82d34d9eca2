"""Mini-apps for those who use keys, who are read to, or who read from the right: focus, names, errors, motion, direction."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser import keeps_people_in, start_chat
from miniapps import LOOKS, at, group_of_two, is_accessible, open_address, opener, panel, picture, press, show_chat, tab_to, toasts
from stoa import Server


PARTS = """
local stoa = require "stoa"
local ui = stoa.ui
stoa.page("home", function(ctx)
  local at = ctx.store:get("at") or 50
  return ui.page { title = "Parts",
    ui.button { "Say it", on = ctx:action("say") },
    ui.button { "Delete", on = ctx:action("say"), style = "danger", confirm = "Delete it for ever?" },
    ui.button { "Look", on = ctx:action("look", true) },
    ui.button { "Next", icon = "arrow-right", to = ctx:link("form") },
    ctx.store:get("open") and ui.dialog { "Sold out", on = ctx:action("look", false), ui.text "Come back tomorrow." },
    ui.canvas { width = 300, height = 100, label = "Ball", shapes = {
      { id = "ball", kind = "circle", x = at, y = 50, r = 20, fill = "accent", ease = 600 } } },
    ui.button { "Move", on = ctx:action("move") } }
end)
stoa.page("form", function(ctx)
  return ui.page { title = "Form", ui.form { on = ctx:action("send"), submit = "Send it",
    ui.text_field { "__proto__", label = "Name", required = true },
    ui.number_field { "constructor", label = "Age", value = 30 },
    ui.select { "size", label = "Size", options = { "S", "L" }, value = "S" },
    ui.multi_select { "extras", label = "With", options = { "Milk", "Sugar" } },
    ui.slider { "loud", label = "Volume" },
    ui.stepper { "count", label = "How many" },
    ui.rating { "stars", label = "How was it" },
    ui.switch { "quiet", label = "Quietly" },
    ui.file_field { "paper", label = "Paper" },
    ui.scanner { "code", label = "Code" },
    ui.signature { "sign", label = "Sign" },
    ui.checkbox { "terms", label = "I agree", required = true } } }
end)
stoa.action("say", function(ctx) ctx:toast("Said and done.") end)
stoa.action("look", function(ctx, open) ctx.store:put("open", open) end)
stoa.action("move", function(ctx) ctx.store:put("at", 300 - (ctx.store:get("at") or 50)) end)
stoa.action("send", function(ctx)
  local wrong = {}
  for _, name in ipairs { "constructor", "size", "extras", "loud", "count", "stars", "quiet", "paper", "code", "sign", "terms" } do
    wrong[name] = "Not this " .. name .. ", " .. ctx.values.__proto__ .. "."
  end
  ctx:invalid(wrong)
end)
"""


@pytest.fixture(scope="module")
def demo():
    server = Server("--demo", "--rate-limit", "off")
    server.start()
    server.deploy("parts", PARTS, kind="miniapp")
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


# ── what lies over the page ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_dialogs_and_toasts_keep_nobody_out(demo, device, size, theme, direction):
    page = device("alice", size, theme)
    open_address(page, demo, "parts")
    page.evaluate(f"Object.assign(document.documentElement, {{ dir: '{direction}', lang: '{'ar' if direction == 'rtl' else 'en'}' }})")
    view = at(page, "parts", "home")
    look = f"{size}-{theme}-{direction}"
    # Where a toast comes is there before it, or it would not be read.
    expect(view.locator("[role=status][aria-live=polite]")).to_have_text("")
    press(view, "Say it")
    toasts(view, "Said and done.")
    expect(view.locator("[role=status][aria-live=polite]")).to_have_text("Said and done.")
    picture(page, f"parts-toast-{look}")
    press(view, "Delete")
    question = view.get_by_role("alertdialog", name="Delete it for ever?")
    expect(question.get_by_role("button", name="Delete")).to_be_focused()
    toast, asked = view.get_by_test_id("miniapp-toast").bounding_box(), question.bounding_box()
    assert toast["y"] + toast["height"] <= asked["y"], "the toast covers the question"
    picture(page, f"parts-confirm-{look}")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(view.get_by_role("button", name="Delete")).to_be_focused()
    press(view, "Look")
    expect(view.get_by_role("dialog", name="Sold out")).to_be_focused()
    picture(page, f"parts-dialog-{look}")
    page.keyboard.press("Escape")
    expect(view.get_by_role("dialog", name="Sold out")).to_have_count(0)
    # The menu opens towards the middle, and arrows along the line point to its end.
    page.get_by_test_id("miniapp-menu").click()
    menu = view.locator(".menu").bounding_box()
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= page.viewport_size["width"]
    picture(page, f"parts-menu-{look}")
    page.keyboard.press("Escape")
    turned = "matrix(-1, 0, 0, 1, 0, 0)" if direction == "rtl" else "none"
    arrow = view.get_by_role("button", name="Next").locator(".icon")
    assert arrow.evaluate("(icon) => getComputedStyle(icon).transform") == turned
    press(view, "Next")
    at(page, "parts", "form")
    assert page.get_by_test_id("miniapp-back").locator(".icon").evaluate("(icon) => getComputedStyle(icon).transform") == turned
    # What is not typed yet begins where lines begin; what is typed has the direction of its letters.
    name = view.get_by_label("Name")
    assert name.evaluate("(field) => getComputedStyle(field).direction") == direction
    name.fill("\u0634\u0627\u064a")
    assert name.evaluate("(field) => getComputedStyle(field).direction") == "rtl"
    picture(page, f"parts-form-{look}")
    assert view.locator(".mini-scroll").evaluate("(element) => element.scrollWidth <= element.clientWidth"), "too wide"


# ── what is wrong in a form ──────────────────────────────────────────────────────────────────────────────


def said_of(field: Locator) -> list[str]:
    """What is read of a field or of its parts, besides their names."""
    return field.evaluate("""(field) => [...new Set([field, ...field.querySelectorAll('[aria-describedby]')]
        .flatMap((one) => (one.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
        .map((id) => document.getElementById(id)?.textContent))]""")


def test_what_is_wrong_is_read_with_its_field(demo, device):
    page = device("alice", "desktop", "light")
    open_address(page, demo, "parts/form")
    view = at(page, "parts", "form")
    press(view, "Send it")
    expect(view.get_by_label("Name")).to_be_focused()
    expect(view.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    fields = view.locator("[data-field]")
    assert said_of(fields.first) == ["Fill this in."]
    assert said_of(fields.last) == ["Tick this to go on."]
    expect(view.locator("[aria-invalid]")).to_have_count(2)
    view.get_by_label("Name").fill("Ann")
    view.get_by_label("I agree").check(force=True)
    expect(view.locator("[aria-invalid]")).to_have_count(0)
    press(view, "Send it")
    # By the app: every kind of field says it, and the first has the focus.
    expect(view.get_by_label("Age")).to_be_focused()
    names = ["constructor", "size", "extras", "loud", "count", "stars", "quiet", "paper", "code", "sign", "terms"]
    assert fields.count() == len(names) + 1
    for i, name in enumerate(names):
        assert said_of(fields.nth(i + 1)) == [f"Not this {name}, Ann."], name
    is_accessible(page)
    view.get_by_role("button", name="More").click()
    assert said_of(fields.nth(5)) == []


# ── what moves ───────────────────────────────────────────────────────────────────────────────────────────

SAMPLE = """(canvas) => new Promise((resolve) => {
    const at = () => Number(canvas.querySelector('circle').getAttribute('cx'));
    const seen = [at()];
    const begin = performance.now();
    const look = () => {
        seen.push(at());
        if (performance.now() - begin < 2500) requestAnimationFrame(look); else resolve(seen);
    };
    requestAnimationFrame(look);
    [...document.querySelectorAll('.mini-button')].find((button) => button.textContent === 'Move').click();
})"""


def test_shapes_move_from_where_they_were(demo, device):
    page = device("bob", "desktop", "light")
    page.emulate_media(reduced_motion="no-preference")
    open_address(page, demo, "parts")
    view = at(page, "parts", "home")
    seen = view.locator(".mini-canvas").evaluate(SAMPLE)
    between = [x for x in seen if 50 < x < 250]
    # On the way at many frames, forwards alone, and no frame is far from the one before.
    assert seen[0] == 50 and seen[-1] == 250
    assert len(set(between)) >= 8, between
    assert seen == sorted(seen)
    assert max(after - before for before, after in zip(seen, seen[1:])) < 120, seen
    # Who does not want motion sees the new place at once.
    page.emulate_media(reduced_motion="reduce")
    still = view.locator(".mini-canvas").evaluate(SAMPLE)
    assert set(still) == {250, 50} and still[-1] == 50, still


# ── which way it is read ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("locale", "language", "direction", "title"), [
    ("ar-EG", "ar", "rtl", "مرحبا"), ("de-AT", "de", "ltr", "Hallo"), ("he-IL", "en", "ltr", "Hello"), ("en-GB", "en", "ltr", "Hello")])
def test_an_app_speaks_the_persons_language_where_the_client_does_not(demo, open_as, locale, language, direction, title):
    demo.deploy("hello", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { title = ctx:t "hello", ui.row { ui.text { ctx.lang, key = "lang" }, ui.spacer(), ui.button { ctx:t "hello", on = ctx:action("go") } } }
        end)
        stoa.action("go", function(ctx) ctx:toast(ctx:t "hello") end)
    """, {f"locales/{tag}.json": json.dumps({"hello": text}) for tag, text in (("en", "Hello"), ("de", "Hallo"), ("ar", "مرحبا"))},
        kind="miniapp")
    page = open_as("alice", locale=locale)
    open_address(page, demo, "hello")
    stage = panel(page, "hello").locator(".mini-stage")
    expect(stage).to_have_attribute("lang", language)
    expect(stage).to_have_attribute("dir", direction)
    expect(stage.get_by_text(locale)).to_be_visible()
    button = stage.get_by_role("button", name=title)
    # In a row the button stands at the end of the line.
    assert (button.bounding_box()["x"] < stage.get_by_text(locale).bounding_box()["x"]) == (direction == "rtl")
