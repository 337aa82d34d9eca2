"""What a hostile web mini-app does with what it may do: take the keyboard, talk without end, bring up sheets, be led to."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from browser import shoot, start_chat
from stoa import wait_for
from test_browser_webapp_attacks import enter
from webapp import SEND, STORE, deploy_web, frame_of, inside, open_web

PAGE = """<!doctype html><html><head><meta charset="utf-8"><script src="/stoa-web-app.js"></script></head>
<body><input id="field"><button id="tap">Tap</button><script src="/evil.js"></script></body></html>"""

EVIL = r"""
Telegram.WebApp.ready();
window.keys = '';
addEventListener('keydown', (event) => { keys += event.key.length === 1 ? event.key : '<' + event.key + '>'; });
window.evil = {
  steal: () => setInterval(() => { window.focus(); field.blur(); field.focus(); }, 20),
  once: () => field.focus(),
  flood: () => { const text = JSON.stringify({ eventType: 'web_app_ready', eventData: { x: 'x'.repeat(75000) } });
    setInterval(() => { for (let n = 0; n < 40; n++) parent.postMessage(text, '*'); }, 4); },
  chatter: () => setInterval(() => { for (let n = 0; n < 20; n++) Telegram.WebApp.MainButton.setText('x' + Math.random()).show(); }, 4),
  sheets: () => { window.count = 0; const again = (status) => { count++; window.status = status; Telegram.WebApp.openInvoice(slug, again); }; again(); },
  store: (many) => { window.answers = []; for (let n = 0; n < many; n++) setTimeout(() =>
    Telegram.WebApp.CloudStorage.removeItem('k', (error) => answers.push(error || 'ok')), n * 22); },
};
"""

STOLEN = "wanted the keyboard while you were writing elsewhere, and was closed."


def do(frame, what: str) -> None:
    """From the page's own task: what a debugger runs counts as a gesture of the person's."""
    frame.evaluate(f"void setTimeout(() => evil.{what}, 0)")


@pytest.fixture
def evil(browser, make_server):
    demo = make_server("--demo").start()
    deploy_web(demo, "evil", {"index.html": PAGE, "evil.js": EVIL})
    page = enter(browser, demo)
    yield demo, page
    page.context.close()


def opened(demo, page):
    open_web(page, demo.url, "evil")
    expect(page.locator("[data-webapp=evil]")).to_have_attribute("data-state", "ready")
    return frame_of(page, "evil.localhost")


def beside_a_chat(demo, page):
    """The app, and the chat with bob beside it."""
    alice = demo.sign_in("alice")
    chat = alice.call("POST", "/v1/chats", {"kind": "direct", "with": "bob"}).json["id"]
    open_web(page, demo.url, "evil", f"#/chat/{chat}")
    expect(page.locator("[data-webapp=evil]")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("composer")).to_be_visible()
    return frame_of(page, "evil.localhost")


def heard_by(page, frame) -> list[str]:
    """Keeps what the app hears: with its frame it cannot be asked any more."""
    heard = []
    page.expose_function("heard", lambda key: heard.append(key))
    frame.evaluate("addEventListener('keydown', (event) => window.heard(event.key), true)")
    return heard


# ── the keyboard ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_written_in_a_chat_does_not_reach_it(evil):
    demo, page = evil
    frame = beside_a_chat(demo, page)
    heard = heard_by(page, frame)
    page.get_by_test_id("composer").click()
    page.keyboard.type("my secret", delay=30)
    do(frame, "steal()")
    # A key that is on its way to a frame that goes would keep the debugger waiting: it comes after.
    expect(page.get_by_test_id("webapp-error")).to_contain_text(f"evil {STOLEN}")
    expect(page.get_by_test_id("webapp-frame")).to_have_count(0)
    # Writing goes on where it was.
    page.keyboard.type(" is 1234")
    expect(page.get_by_test_id("composer")).to_have_value("my secret is 1234")
    assert heard == []
    shoot(page, "webapp-keyboard")
    page.get_by_test_id("webapp-retry").click()
    expect(inside(page).locator("#field")).to_be_visible()
    expect(page.locator("[data-webapp=evil]")).to_have_attribute("data-state", "ready")


def test_a_chat_cannot_be_entered_under_a_thief(evil):
    """It holds the keyboard already, and takes it back from whatever is clicked."""
    demo, page = evil
    frame = beside_a_chat(demo, page)
    heard = heard_by(page, frame)
    do(frame, "steal()")
    page.wait_for_timeout(300)
    page.get_by_test_id("composer").click()
    expect(page.get_by_test_id("webapp-error")).to_contain_text(STOLEN)
    page.keyboard.type("1234")
    expect(page.get_by_test_id("composer")).to_have_value("1234")
    assert heard == []


def test_the_pin_does_not_reach_it(evil):
    demo, page = evil
    assert demo.cli("wallet", "issue", "alice", "10000.00", "RUB").returncode == 0
    link = demo.sign_in("bob").call("POST", "/v1/payment-links", {"currency": "RUB", "amount": 500000, "title": "Tea"}).json
    frame = opened(demo, page)
    heard = heard_by(page, frame)
    frame.evaluate(f"void setTimeout(() => Telegram.WebApp.openInvoice({json.dumps(link['token'])}), 0)")
    page.get_by_test_id("pin").click()
    page.keyboard.type("25", delay=60)
    do(frame, "once()")
    expect(page.get_by_test_id("webapp-error")).to_contain_text(STOLEN)
    page.keyboard.type("80")
    expect(page.get_by_test_id("pay-sheet")).to_have_count(0)
    assert heard == []


def test_nor_what_is_typed_in_any_dialog(evil):
    demo, page = evil
    frame = opened(demo, page)
    heard = heard_by(page, frame)
    page.get_by_test_id("webapp-permissions").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    do(frame, "once()")
    expect(page.get_by_test_id("webapp-error")).to_contain_text(STOLEN)
    page.keyboard.type("1234")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert heard == []


def test_a_mouse_that_rests_on_it_opens_no_door(evil):
    """It waits until the mouse is over it: without a click the keyboard is not its own."""
    demo, page = evil
    frame = beside_a_chat(demo, page)
    heard = heard_by(page, frame)
    page.get_by_test_id("composer").click()
    page.keyboard.type("secret")
    expect(page.get_by_test_id("webapp-shield")).to_be_visible()
    page.wait_for_timeout(500)
    box = page.get_by_test_id("webapp-shield").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 300)
    expect(page.get_by_test_id("webapp-shield")).to_be_hidden()
    # The next key brings the shield back.
    page.keyboard.type("s")
    expect(page.get_by_test_id("webapp-shield")).to_be_visible()
    page.wait_for_timeout(500)
    page.mouse.move(box["x"] + 120, box["y"] + 300)
    expect(page.get_by_test_id("webapp-shield")).to_be_hidden()
    # So does the mouse when it goes back.
    page.mouse.move(box["x"] - 100, box["y"] + 300)
    expect(page.get_by_test_id("webapp-shield")).to_be_visible()
    page.mouse.move(box["x"] + 120, box["y"] + 300)
    expect(page.get_by_test_id("webapp-shield")).to_be_hidden()
    # A click counts for five seconds; what a debugger runs, too.
    frame.evaluate("void setTimeout(() => evil.once(), 6000)")
    page.wait_for_timeout(6200)
    expect(page.get_by_test_id("webapp-error")).to_contain_text(STOLEN)
    assert heard == []


def test_who_is_led_to_it_by_mouse_key_or_finger_can_write_in_it(evil, browser):
    demo, page = evil
    frame = beside_a_chat(demo, page)
    box = page.get_by_test_id("webapp-frame").bounding_box()
    field = inside(page).locator("#field")
    page.get_by_test_id("composer").click()
    page.keyboard.type("hello")
    page.wait_for_timeout(500)
    page.mouse.move(box["x"] + 30, box["y"] + 200)
    field.click()
    page.keyboard.type("by mouse")
    expect(field).to_have_value("by mouse")
    page.wait_for_timeout(300)
    # By Tab, from the last button of the client's before it.
    page.get_by_test_id("composer").click()
    page.keyboard.type("!")
    page.get_by_test_id("webapp-close").focus()
    page.keyboard.press("Tab")
    wait_for(lambda: frame.evaluate("document.hasFocus()"), "the focus in the frame")
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("webapp-error")).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_have_value("hello!")


def test_by_finger(evil, browser):
    demo, _ = evil
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True, locale="en-GB")
    page = context.new_page()
    page.goto(demo.url)
    page.get_by_test_id("signin-name").fill("alice")
    page.get_by_test_id("signin-password").fill("demo")
    page.get_by_test_id("signin-submit").click()
    expect(page.get_by_test_id("new-chat")).to_be_visible()
    beside_a_chat(demo, page)
    box = page.get_by_test_id("webapp-frame").bounding_box()
    page.get_by_test_id("composer").tap()
    page.keyboard.type("hello")
    expect(page.get_by_test_id("webapp-shield")).to_be_visible()
    page.touchscreen.tap(box["x"] + 100, box["y"] + 300)
    expect(page.get_by_test_id("webapp-shield")).to_be_hidden()
    expect(page.get_by_test_id("composer")).not_to_be_focused()
    inside(page).locator("#field").tap()
    page.keyboard.type("by finger")
    expect(inside(page).locator("#field")).to_have_value("by finger")
    context.close()


def test_an_app_that_takes_the_focus_when_nobody_writes_goes_on(evil):
    demo, page = evil
    deploy_web(demo, "form", {"index.html": PAGE.replace("/evil.js", "/form.js"), "form.js": "Telegram.WebApp.ready(); field.focus()"})
    start_chat(page, "form")
    page.get_by_test_id("composer").click()
    page.keyboard.type("x")
    # It is opened by a click, and opened again: what was written before is left.
    page.get_by_test_id("open-miniapp").click()
    expect(inside(page).locator("#field")).to_be_focused()
    page.keyboard.type("typed in it")
    expect(inside(page).locator("#field")).to_have_value("typed in it")
    page.get_by_test_id("webapp-reload").click()
    expect(inside(page).locator("#field")).to_have_value("")
    expect(inside(page).locator("#field")).to_be_focused()
    page.keyboard.type("again")
    expect(inside(page).locator("#field")).to_have_value("again")
    # A dialog of the client that comes and goes gives the focus back to it.
    page.get_by_test_id("webapp-permissions").click()
    page.keyboard.press("Escape")
    inside(page).locator("#field").click()
    page.wait_for_timeout(400)
    expect(page.get_by_test_id("webapp-error")).to_have_count(0)


# ── an address that leads to it ──────────────────────────────────────────────────────────────────────────


def led_to(browser, demo, path: str):
    """A page of bob's that another site has led to an app's address."""
    page = enter(browser, demo, "bob")
    page.context.route("http://attacker.example.com/", lambda route: route.fulfill(
        body=f"<script>location = '{demo.url}{path}'</script>", content_type="text/html"))
    launched = []
    page.on("request", lambda request: "/launch" in request.url and launched.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: '"view.open"' in str(text) and launched.append(text)))
    page.goto("http://attacker.example.com/")
    expect(page.get_by_test_id("door")).to_be_visible()
    return page, launched


@pytest.mark.parametrize("path", ["/w/spy?start=visitor-77", "/a/spy?start=visitor-77"])
def test_a_foreign_page_does_not_open_an_app_that_was_never_used(browser, evil, path):
    demo, _ = evil
    deploy_web(demo, "spy", {"index.html": PAGE, "evil.js": EVIL}, origins=["https://evil.example.com"])
    page, launched = led_to(browser, demo, path)
    expect(page.get_by_test_id("door")).to_contain_text("Open spy?")
    expect(page.get_by_test_id("door-reaches")).to_contain_text("https://evil.example.com")
    shoot(page, "webapp-door")
    page.wait_for_timeout(700)
    assert not launched and page.locator("iframe").count() == 0
    assert demo.sign_in("bob").get("/v1/chats")["chats"] == []
    page.get_by_test_id("door-cancel").click()
    expect(page.get_by_test_id("door")).to_have_count(0)
    assert urlsplit(page.url).path == "/"
    # Who agrees is in, with what the address said, and is not asked again.
    open_web(page, demo.url, "spy", "?start=visitor-77")
    frame = frame_of(page, "spy.localhost")
    wait_for(lambda: frame.evaluate("window.Telegram && Telegram.WebApp.initDataUnsafe.start_param") == "visitor-77", "the start")
    page.goto(f"{demo.url}/w/spy")
    expect(page.locator("[data-webapp=spy]")).to_be_visible()
    expect(page.get_by_test_id("door")).to_have_count(0)
    page.context.close()


def test_nor_one_of_lua(browser, evil):
    demo, _ = evil
    demo.deploy("lua_spy", """
        local stoa = require "stoa"
        stoa.page("home", function(ctx) return stoa.ui.page { title = "Home", stoa.ui.text("Hello " .. ctx.user.name) } end)""",
        kind="miniapp")
    page, launched = led_to(browser, demo, "/a/lua_spy/home?x=1")
    page.wait_for_timeout(500)
    assert not launched and page.locator("[data-miniapp]").count() == 0
    shoot(page, "miniapp-door")
    page.get_by_test_id("door-open").click()
    expect(page.locator("[data-miniapp=lua_spy]")).to_contain_text("Hello bob")
    assert len(launched) == 1
    page.reload()
    expect(page.locator("[data-miniapp=lua_spy]")).to_contain_text("Hello bob")
    page.context.close()


def test_who_opens_an_app_in_the_client_is_not_asked(browser, evil):
    demo, page = evil
    page.goto(f"{demo.url}/#/catalogue/evil")
    page.get_by_test_id("app-open").click()
    expect(page.locator("[data-webapp=evil]")).to_be_visible()
    expect(page.get_by_test_id("door")).to_have_count(0)


# ── noise ────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_talks_without_end_is_closed_by_the_person(evil):
    demo, page = evil
    frame = opened(demo, page)
    do(frame, "flood()")
    page.wait_for_timeout(2000)
    page.get_by_test_id("webapp-close").click(timeout=3000)
    expect(page.locator("[data-webapp=evil]")).to_be_hidden()


def test_and_by_the_client_when_it_lasts(evil):
    demo, page = evil
    do(opened(demo, page), "flood()")
    expect(page.get_by_test_id("webapp-error")).to_contain_text("evil said more than can be listened to", timeout=20_000)
    expect(page.get_by_test_id("webapp-frame")).to_have_count(0)


def test_the_frame_hands_on_no_more_than_can_be_read(evil):
    demo, page = evil
    frame = opened(demo, page)
    page.evaluate("window.came = 0; addEventListener('message', () => came++)")
    do(frame, "chatter()")
    page.wait_for_timeout(3000)
    came = page.evaluate("came")
    # A hundred at once, and fifty each second.
    assert 100 <= came <= 320
    expect(page.get_by_test_id("webapp-main")).to_be_visible()


def test_what_it_keeps_does_not_use_up_the_persons_own_calls(evil):
    demo, page = evil
    alice = demo.sign_in("alice")
    chat = alice.call("POST", "/v1/chats", {"kind": "direct", "with": "bob"}).json["id"]
    frame = opened(demo, page)
    asked = []
    page.on("request", lambda request: "/storage/" in request.url and asked.append(request.url))
    do(frame, "store(400)")
    for _ in range(20):
        page.wait_for_timeout(500)
        assert alice.call("POST", f"/v1/chats/{chat}/messages", {"text": "hi"}).status == 201
    # Twenty at once, and five each second; so many wait, and the rest is refused.
    assert 40 <= len(asked) <= 75
    answers = frame.evaluate("answers")
    assert {"ok", "rate_limited"} <= set(answers), set(answers)


def test_an_app_does_not_cover_the_client_with_errors(evil):
    demo, page = evil
    frame = opened(demo, page)
    frame.evaluate("for (let n = 0; n < 15; n++) setTimeout(() => Telegram.WebApp.openInvoice('nothing' + n), 100 * n)")
    expect(page.get_by_test_id("toast").first).to_be_visible()
    page.wait_for_timeout(1600)
    assert page.get_by_test_id("toast").count() <= 2


def test_the_frame_does_nothing_in_a_tab_of_its_own(evil):
    """Somebody else's launch data, in a link."""
    demo, page = evil
    port = urlsplit(demo.url).port
    page.goto(f"http://0frame.localhost:{port}/evil#tgWebAppData=user%3D1")
    page.wait_for_timeout(700)
    assert not [frame for frame in page.frames if "evil.localhost" in frame.url]


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────


def test_sheets_do_not_come_without_end(evil):
    demo, page = evil
    assert demo.cli("wallet", "issue", "alice", "10000.00", "RUB").returncode == 0
    link = demo.sign_in("bob").call("POST", "/v1/payment-links", {"currency": "RUB", "amount": 500, "title": "Tea"}).json
    frame = opened(demo, page)
    frame.evaluate(f"window.slug = {json.dumps(link['token'])}")
    do(frame, "sheets()")
    later = page.get_by_role("button", name="Later")
    for pause in (1, 2):
        later.click()
        page.wait_for_timeout(pause * 800)
        expect(later).to_have_count(0)
        assert frame.evaluate("status") == "cancelled"
    # What was made of the link is paid, or nothing: two sheets are one payment.
    later.click()
    assert len(demo.query("SELECT 1 FROM payments")) == 1
    page.get_by_test_id("webapp-close").click(timeout=2000)
    expect(page.locator("[data-webapp=evil]")).to_be_hidden()


def test_a_press_on_the_clients_own_button_brings_the_next_sheet_at_once(evil):
    demo, page = evil
    assert demo.cli("wallet", "issue", "alice", "100.00", "RUB").returncode == 0
    link = demo.sign_in("bob").call("POST", "/v1/payment-links", {"currency": "RUB", "amount": 500, "title": "Tea"}).json
    frame = opened(demo, page)
    frame.evaluate(f"Telegram.WebApp.MainButton.setText('Pay').onClick(() => Telegram.WebApp.openInvoice({json.dumps(link['token'])})).show()")
    for _ in range(4):
        page.get_by_test_id("webapp-main").click()
        page.get_by_role("button", name="Later").click(timeout=1500)
        expect(page.get_by_test_id("pay-sheet")).to_have_count(0)


def test_only_its_own_payments_come_up_by_number(evil):
    demo, page = evil
    bill = """
        local stoa = require "stoa"
        stoa.command("order", function(chat) chat:pay { amount = 500, currency = "RUB", title = "Pie" } end)"""
    pays = {"name": "payments.request", "reason": "to be paid"}
    demo.deploy("bakery", bill, capabilities=(SEND, pays))
    deploy_web(demo, "till", {"index.html": PAGE, "evil.js": EVIL}, bill, capabilities=(STORE, SEND, pays))
    alice = demo.sign_in("alice")

    def ordered(app: str) -> int:
        chat = alice.direct(app)
        alice.send(chat, "/order")
        return alice.wait_for_message(chat, lambda message: message.get("card"))["card"]["id"]

    foreign, own = ordered("bakery"), ordered("till")
    open_web(page, demo.url, "till")
    expect(page.locator("[data-webapp=till]")).to_have_attribute("data-state", "ready")
    frame = frame_of(page, "till.localhost")
    frame.evaluate(f"void setTimeout(() => Telegram.WebApp.openInvoice('{foreign}', (status) => window.status = status), 0)")
    wait_for(lambda: frame.evaluate("window.status") == "failed", "the refusal")
    expect(page.get_by_test_id("pay-sheet")).to_have_count(0)
    frame.evaluate(f"void setTimeout(() => Telegram.WebApp.openInvoice('{own}'), 0)")
    expect(page.get_by_test_id("sheet-total")).to_contain_text("5")
