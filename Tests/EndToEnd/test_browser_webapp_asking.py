"""What the page of a web mini-app may ask the person for: asked by the client, given to the app's Lua."""

import pytest
from playwright.sync_api import expect

from browser import shoot
from stoa import run, write_app
from webapp import SEND, STORE, deploy_web, inside, open_web

PAGE = """<!doctype html><script src="/stoa-web-app.js"></script>
<button id="contact">Contact</button> <button id="write">Write</button> <p id="status">…</p><script>
  const app = Telegram.WebApp, say = (text) => document.getElementById('status').textContent = text;
  app.ready();
  document.getElementById('contact').onclick = () => (say('…'), app.requestContact((sent) => say('contact ' + sent)));
  document.getElementById('write').onclick = () => (say('…'), app.requestWriteAccess((allowed) => say('write ' + allowed)));
</script>"""

LUA = """
local stoa = require "stoa"
stoa.action("web_app_contact", function(ctx, phone) ctx.chat:send("call " .. phone) end)
stoa.action("web_app_write_access", function(ctx, allowed) ctx.chat:send("writes: " .. tostring(allowed)) end)
"""

CONTACT = {"name": "identity.contact", "reason": "to call you about your order"}
WRITE = {"name": "messages.broadcast", "reason": "to tell you when it is ready"}


@pytest.fixture
def courier(demo):
    assert demo.cli("user", "attribute", "alice", "phone", "+4915112345678").returncode == 0
    deploy_web(demo, "courier", {"index.html": PAGE}, LUA, capabilities=(STORE, SEND, CONTACT, WRITE))
    return demo


def test_a_contact_goes_to_the_app_and_not_to_the_page(open_as, courier):
    page = open_as("alice")
    open_web(page, courier.url, "courier")
    app = inside(page)
    app.locator("#contact").click()
    expect(page.get_by_test_id("consent-answer")).to_contain_text("+4915112345678")
    expect(page.get_by_role("dialog")).to_contain_text(CONTACT["reason"])
    shoot(page, "webapp-contact")
    page.get_by_role("radio", name="Until I take it back").check()
    page.get_by_test_id("consent-grant").click()
    expect(app.locator("#status")).to_have_text("contact true")
    alice = courier.sign_in("alice")
    alice.wait_for_message(alice.direct("courier"), lambda m: m["text"] == "call +4915112345678")
    assert "4915112345678" not in app.locator("html").inner_html()
    # Who has agreed for good is not asked again.
    app.locator("#contact").click()
    expect(app.locator("#status")).to_have_text("contact true")
    expect(page.get_by_test_id("consent-grant")).to_have_count(0)


def test_who_refuses_gives_nothing_and_is_not_asked_again_at_once(open_as, courier):
    page = open_as("alice")
    open_web(page, courier.url, "courier")
    app = inside(page)
    app.locator("#contact").click()
    page.get_by_test_id("consent-refuse").click()
    expect(app.locator("#status")).to_have_text("contact false")
    app.locator("#contact").click()
    expect(app.locator("#status")).to_have_text("contact false", timeout=20_000)
    expect(page.get_by_test_id("consent-refuse")).to_have_count(0)
    alice = courier.sign_in("alice")
    assert alice.history(alice.direct("courier")) == []


def test_to_be_written_to_is_asked_for(open_as, courier):
    page = open_as("alice")
    open_web(page, courier.url, "courier")
    app = inside(page)
    app.locator("#write").click()
    page.get_by_test_id("consent-grant").click()
    expect(app.locator("#status")).to_have_text("write true")
    alice = courier.sign_in("alice")
    alice.wait_for_message(alice.direct("courier"), lambda m: m["text"] == "writes: true")
    assert [grant["capability"] for grant in alice.get("/v1/grants")["grants"]] == ["messages.broadcast"]


def test_who_puts_it_aside_has_cancelled_for_now(open_as, courier):
    page = open_as("alice")
    open_web(page, courier.url, "courier")
    app = inside(page)
    app.locator("#contact").click()
    page.get_by_role("dialog").get_by_role("button", name="Later").click()
    expect(app.locator("#status")).to_have_text("contact false")
    # The page may ask again, and the sheet comes up again.
    app.locator("#contact").click()
    expect(page.get_by_test_id("consent-grant")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Later").click()
    expect(app.locator("#status")).to_have_text("contact false")
    # Who agrees afterwards has given it to the app.
    page.get_by_test_id("consents-aside").click()
    page.get_by_test_id("consent-grant").click()
    alice = courier.sign_in("alice")
    alice.wait_for_message(alice.direct("courier"), lambda m: m["text"] == "call +4915112345678")


def test_who_has_no_number_gives_none(open_as, courier):
    page = open_as("bob")
    open_web(page, courier.url, "courier")
    inside(page).locator("#contact").click()
    expect(page.get_by_test_id("consent-grant")).to_have_count(0)
    page.get_by_test_id("consent-refuse").click()
    expect(inside(page).locator("#status")).to_have_text("contact false")


def test_an_app_whose_manifest_does_not_say_so_cannot_ask(open_as, demo):
    deploy_web(demo, "nosy", {"index.html": PAGE}, LUA, capabilities=(STORE, SEND))
    page = open_as("alice")
    open_web(page, demo.url, "nosy")
    for button in ("contact", "write"):
        inside(page).locator(f"#{button}").click()
        expect(inside(page).locator("#status")).to_have_text(f"{button} false")
    alice = demo.sign_in("alice")
    assert alice.get("/v1/consents") == {"consents": []}
    answer = alice.call("POST", "/v1/apps/nosy/requests", {"request": "contact", "nonce": "n1"})
    assert (answer.status, answer.json["error"]["code"]) == (403, "capability_missing")
    answer = alice.call("POST", "/v1/apps/nosy/requests", {"request": "passport", "nonce": "n2"})
    assert (answer.status, answer.json["error"]["code"]) == (400, "bad_request")


def test_the_lua_behind_a_page_is_tested_without_a_browser(demo, tmp_path):
    tests = """
        local alice, bob = sim.user("alice"), sim.user("bob")
        alice:has("phone", "+4915112345678")
        alice:page_requests("contact")
        alice:is_asked("+4915112345678")
        alice:grants("once")
        alice:sees("call +4915112345678")
        alice:page_requests("write_access")
        alice:grants("always")
        alice:sees("writes: true")
        bob:page_requests("contact")
        bob:refuses()
        bob:sees_nothing()
    """
    folder = write_app(tmp_path / "courier", "courier", LUA, {"tests/main_test.lua": tests}, kind="miniapp", capabilities=(
        STORE, SEND, CONTACT, WRITE))
    done = run("test", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    # What the server refuses, a test does, too.
    for call, why in (('sends_data(("x"):rep(5000))', "1 to 4096 bytes"), ('page_requests("write_access")', "messages.broadcast")):
        folder = write_app(tmp_path / "plain", "plain", "", {"tests/main_test.lua": f'sim.user("alice"):{call}'}, kind="miniapp")
        done = run("test", str(folder))
        assert done.returncode != 0 and why in done.stdout + done.stderr


def test_what_does_not_fit_the_page_is_found(tmp_path):
    html = """<!doctype html><script src="https://telegram.org/js/telegram-web-app.js?59"></script>
        <script src="https://cdn.example.com/a.js"></script><button onclick="go()">Go</button><!-- <p onload="x"> -->
        <script>if (1 <a onclick=2) x();</script><p title="on = 1" data-on="2">Fine</p>"""
    lua = 'local stoa = require "stoa"\nstoa.action("web_app_dta", function(ctx, data) end)'
    folder = write_app(
        tmp_path / "pies", "pies", lua, {"web/index.html": html}, kind="miniapp", web={"entry": "web/index.html"},
        capabilities=(STORE, CONTACT, WRITE))
    done = run("check", str(folder))
    said = done.stdout + done.stderr
    assert "https://cdn.example.com/a.js" in said and "onclick" in said and 'did you mean "web_app_data"' in said
    assert "telegram.org" not in said and "onload" not in said and "is declared, but no call" not in said
    assert said.count("does not run") == 2


def test_what_stoa_new_makes_of_a_web_mini_app_works(open_as, demo, tmp_path):
    assert run("new", "miniapp", "pies", "--template", "web", "--into", str(tmp_path)).returncode == 0
    assert demo.cli("deploy", str(tmp_path / "pies")).returncode == 0
    page = open_as("alice")
    open_web(page, demo.url, "pies")
    app = inside(page)
    expect(app.locator("#who")).to_have_text("Alice")
    app.locator("#what").fill("one pie")
    shoot(page, "webapp-template")
    page.get_by_test_id("webapp-main").click()
    expect(page.locator("[data-webapp=pies]")).to_be_hidden()
    alice = demo.sign_in("alice")
    alice.wait_for_message(alice.direct("pies"), lambda m: m["text"] == "Order 1: one pie. Thank you, Alice!")
    # The chat is there, in which the answer is.
    expect(page.get_by_test_id("message-text").last).to_contain_text("Order 1: one pie.")
