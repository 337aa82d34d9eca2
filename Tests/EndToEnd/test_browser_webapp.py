"""Web mini-apps in a real browser: one that was written for Telegram runs as it is, and a hostile one gets nowhere."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from browser import has_focus, keeps_people_in, shoot, start_chat
from miniapps import LOOKS, SIZES, picture
from stoa import wait_for
from webapp import TELEGRAM, checked, deploy_web, frame_of, inside, open_web, token_of


@pytest.fixture
def pies(demo):
    deploy_web(demo, "pies", {"index.html": TELEGRAM})
    return demo


def test_a_page_written_for_telegram_runs_as_it_is(open_as, pies):
    page = open_as("alice")
    open_web(page, pies.url, "pies")
    app = inside(page)
    expect(app.locator("#who")).to_have_text("Alice")
    expect(app.locator("#count")).to_have_text("0")
    expect(page.locator("[data-webapp=pies]")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("webapp-main")).to_be_hidden()
    app.locator("#add").click()
    app.locator("#add").click()
    expect(app.locator("#said")).to_have_text("stored true")
    expect(page.get_by_test_id("webapp-main")).to_have_text("Order 2")
    shoot(page, "webapp-telegram")
    # What it kept is there when it is opened again.
    page.get_by_test_id("webapp-reload").click()
    expect(app.locator("#count")).to_have_text("2")
    page.get_by_test_id("webapp-back").click()
    expect(app.locator("#said")).to_have_text("back")
    page.get_by_test_id("webapp-main").click()
    expect(page.get_by_test_id("webapp-popup")).to_have_text("Order 2 pies?")
    shoot(page, "webapp-confirm")
    page.get_by_test_id("webapp-popup-cancel").click()
    expect(page.get_by_test_id("webapp-popup")).to_have_text("Maybe later")
    page.get_by_test_id("webapp-popup-close").click()
    expect(app.locator("#said")).to_have_text("closed the alert")
    page.get_by_test_id("webapp-main").click()
    page.get_by_test_id("webapp-popup-ok").click()
    # What was sent reached the app's Lua, which answered in the chat; the page is closed.
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    alice = pies.sign_in("alice")
    alice.wait_for_message(alice.direct("pies"), lambda m: m["text"] == 'got {"pies":2} from alice')
    assert alice.get("/v1/apps/pies/storage") == {"keys": []}


def test_its_launch_data_is_the_persons(open_as, pies):
    page = open_as("alice")
    open_web(page, pies.url, "pies", "?start=table-7")
    expect(inside(page).locator("#who")).to_have_text("Alice")
    data = checked(token_of(pies, "pies"), frame_of(page, "pies.localhost").evaluate("Telegram.WebApp.initData"))
    assert data.user.username == "alice" and data.start_param == "table-7"


def test_links_open_after_a_tap_only(open_as, pies):
    page = open_as("alice")
    page.context.route("https://pies.example.com/**", lambda route: route.fulfill(body="the menu", content_type="text/html"))
    open_web(page, pies.url, "pies")
    app = inside(page)
    app.locator("#site").click()
    expect(page.get_by_test_id("webapp-link")).to_have_text("https://pies.example.com/menu?x=1")
    shoot(page, "webapp-link")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("webapp-link")).to_be_hidden()
    assert len(page.context.pages) == 1
    app.locator("#site").click()
    expect(page.get_by_test_id("webapp-link-open")).to_have_attribute("aria-disabled", "false")
    with page.context.expect_page() as opened:
        page.get_by_test_id("webapp-link-open").click()
    expect(opened.value.locator("body")).to_have_text("the menu")
    assert opened.value.evaluate("[window.opener, document.referrer]") == [None, ""]


def test_what_is_not_saved_is_asked_about(open_as, pies):
    page = open_as("alice")
    open_web(page, pies.url, "pies")
    inside(page).locator("#add").click()
    expect(page.get_by_test_id("webapp-main")).to_be_visible()
    page.get_by_test_id("webapp-close").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_test_id("webapp-close").click()
    page.get_by_test_id("webapp-close-anyway").click()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    assert urlsplit(page.url).path == "/"


def test_who_stays_can_be_asked_again(open_as, pies):
    page = open_as("alice")
    open_web(page, pies.url, "pies")
    app = inside(page)
    app.locator("#add").click()
    page.get_by_test_id("webapp-main").click()
    expect(page.get_by_test_id("webapp-popup")).to_have_text("Order 1 pies?")
    # The page's question gives way to the client's, as does the one that it has then.
    page.get_by_test_id("webapp-close").click()
    expect(app.locator("#said")).to_have_text("closed the alert")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_test_id("webapp-main").click()
    expect(page.get_by_test_id("webapp-popup")).to_have_text("Order 1 pies?")


def test_ways_in(open_as, pies):
    """The catalogue, the chat with it, a button of a message, and the browser's own way back."""
    pies.deploy("guide", """
        local stoa = require "stoa"
        stoa.command("start", function(chat) chat:send("Pies?", { buttons = { { text = "To the pies", url = "stoa:a/pies?start=g1" } } }) end)""")
    page = open_as("alice")
    page.goto(f"{pies.url}/#/catalogue/pies")
    expect(page.get_by_test_id("app-origins")).to_contain_text("Nothing but this server")
    page.get_by_test_id("app-open").click()
    expect(inside(page).locator("#who")).to_have_text("Alice")
    page.get_by_test_id("webapp-close").click()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    page.get_by_test_id("app-start").click()
    page.get_by_test_id("open-miniapp").click()
    expect(inside(page).locator("#who")).to_have_text("Alice")
    page.go_back()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    alice = pies.sign_in("alice")
    guide = alice.direct("guide")
    alice.ask(guide, "/start")
    page.goto(f"{pies.url}/#/chat/{guide}")
    page.reload()
    page.get_by_test_id("button").last.click()
    expect(inside(page).locator("#who")).to_have_text("Alice")
    assert frame_of(page, "pies.localhost").evaluate("Telegram.WebApp.initDataUnsafe.start_param") == "g1"


def test_an_app_is_a_web_app_before_the_list_of_apps_has_come(open_as, pies):
    """A link is quicker than the list, or leads to an app that was deployed after it: the list is waited for, or asked for anew."""
    pies.deploy("guide", """
        local stoa = require "stoa"
        stoa.command("start", function(chat) chat:send("Pies?", { buttons = { { text = "To the pies", url = "stoa:a/pies?start=g1" } } }) end)
        stoa.command("new", function(chat) chat:send("New?", { buttons = { { text = "To the cakes", url = "stoa:a/cakes" } } }) end)""")
    page = open_as("alice")
    alice = pies.sign_in("alice")
    guide = alice.direct("guide")
    alice.ask(guide, "/start")
    asked = []
    page.route("**/v1/bots", lambda route: asked.append(route))
    page.goto(f"{pies.url}/#/chat/{guide}")
    page.reload()
    page.get_by_test_id("button").last.click()
    wait_for(lambda: page.wait_for_timeout(20) or asked, "the question for the list")
    page.wait_for_timeout(300)
    expect(page.locator("[data-miniapp]")).to_have_count(0)
    asked.pop().continue_()
    page.unroute("**/v1/bots")
    expect(inside(page).locator("#who")).to_have_text("Alice")
    page.go_back()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    deploy_web(pies, "cakes", {"index.html": TELEGRAM})
    alice.ask(guide, "/new")
    page.get_by_test_id("button").filter(has_text="cakes").click()
    expect(inside(page).locator("#who")).to_have_text("Alice")
    # The address of a page of Lua leads there, too, and "back" from it away.
    page.goto(f"{pies.url}/#/wallet")
    page.goto(f"{pies.url}/a/pies?start=a1")
    expect(inside(page).locator("#who")).to_have_text("Alice")
    assert urlsplit(page.url).path == "/w/pies"
    assert frame_of(page, "pies.localhost").evaluate("Telegram.WebApp.initDataUnsafe.start_param") == "a1"
    page.go_back()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_frame_keeps_nobody_out(open_as, pies, size, theme, direction):
    width, height = SIZES[size]
    page = open_as("alice", width=width, height=height)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    open_web(page, pies.url, "pies")
    page.evaluate(f"document.documentElement.dir = '{direction}'")
    inside(page).locator("#add").click()
    page.get_by_test_id("webapp-main").click()
    expect(page.get_by_test_id("webapp-popup")).to_be_visible()
    picture(page, f"webapp-popup-{size}-{theme}-{direction}")
    page.get_by_test_id("webapp-popup-cancel").click()
    page.get_by_test_id("webapp-popup-close").click()
    inside(page).locator("#site").click()
    expect(page.get_by_test_id("webapp-link-open")).to_have_attribute("aria-disabled", "false")
    picture(page, f"webapp-link-{size}-{theme}-{direction}")


def test_over_the_chat_it_is_a_dialog(open_as, pies):
    page = open_as("alice", width=390, height=844)
    start_chat(page, "pies")
    opener = page.get_by_test_id("open-miniapp")
    opener.press("Enter")
    expect(inside(page).locator("#who")).to_have_text("Alice")
    panel = page.locator("[data-webapp=pies]")
    expect(panel).to_have_attribute("role", "dialog")
    assert has_focus(panel)
    keeps_people_in(page, panel)
    # What the app asks is answered first, and its page cannot be reached meanwhile.
    inside(page).locator("#site").click()
    expect(page.get_by_test_id("webapp-link")).to_be_visible()
    assert page.get_by_test_id("webapp-frame").evaluate("(element) => element.inert")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("webapp-link")).to_be_hidden()
    expect(page.get_by_test_id("webapp-frame")).to_be_focused()
    page.get_by_test_id("webapp-reload").focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()
    opener.press("Enter")
    expect(inside(page).locator("#who")).to_have_text("Alice")
    page.go_back()
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


def test_on_a_phone_and_in_the_dark(open_as, pies):
    page = open_as("alice", width=390, height=844)
    page.emulate_media(color_scheme="dark")
    open_web(page, pies.url, "pies")
    app = inside(page)
    app.locator("#add").click()
    expect(page.get_by_test_id("webapp-main")).to_be_visible()
    assert frame_of(page, "pies.localhost").evaluate("Telegram.WebApp.colorScheme") == "dark"
    shoot(page, "webapp-phone-dark")
    page.emulate_media(color_scheme="light")
    expect(app.locator("#said")).to_have_text("theme light")


def test_what_the_manifest_names_can_be_reached(open_as, demo):
    html = """<!doctype html><script src="/stoa-web-app.js"></script><script>
      Telegram.WebApp.ready();
      fetch('https://api.example.com/prices?x=1').then((answer) => answer.text()).then((text) => document.title = text);
    </script><img id="far" src="https://api.example.com/pie.svg">"""
    deploy_web(demo, "prices", {"index.html": html}, origins=["https://api.example.com"])
    page = open_as("alice")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'

    def serve(route):
        isPicture = route.request.url.endswith(".svg")
        route.fulfill(
            body=svg if isPicture else "42", content_type="image/svg+xml" if isPicture else "text/plain",
            headers={"Access-Control-Allow-Origin": "*"})

    page.context.route("https://api.example.com/**", serve)
    open_web(page, demo.url, "prices")
    frame = frame_of(page, "prices.localhost")
    wait_for(lambda: frame.title() == "42", "the prices")
    wait_for(lambda: frame.evaluate("document.getElementById('far').naturalWidth") == 7, "the picture")


def test_an_invoice_is_paid_on_the_clients_own_sheet(open_as, demo):
    html = """<!doctype html><script src="/stoa-web-app.js"></script><button id="pay">Pay</button><p id="status">…</p><script>
      Telegram.WebApp.ready();
      document.getElementById('pay').onclick = () => Telegram.WebApp.openInvoice(Telegram.WebApp.initDataUnsafe.start_param,
        (status) => document.getElementById('status').textContent = status);
    </script>"""
    deploy_web(demo, "till", {"index.html": html})
    assert demo.cli("wallet", "issue", "alice", "100.00", "RUB").returncode == 0
    bob = demo.sign_in("bob")
    link = bob.call("POST", "/v1/payment-links", {"currency": "RUB", "amount": 500, "title": "Tea"}).json
    page = open_as("alice")
    open_web(page, demo.url, "till", f"?start={link['token']}")
    app = inside(page)
    app.locator("#pay").click()
    expect(page.get_by_test_id("sheet-total")).to_contain_text("5")
    shoot(page, "webapp-invoice")
    page.get_by_role("button", name="Later").click()
    expect(app.locator("#status")).to_have_text("cancelled")
    # Who has just closed it does not get the next one at once.
    page.wait_for_timeout(1100)
    app.locator("#pay").click()
    expect(page.get_by_test_id("sheet-confirm")).to_be_visible()
    if page.get_by_test_id("pin").count():
        page.get_by_test_id("pin").fill("2580")
    page.get_by_test_id("sheet-confirm").click()
    expect(app.locator("#status")).to_have_text("paid")
