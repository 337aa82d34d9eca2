"""The mini-apps that ship with Stoa, as people use them in a browser: on a phone and on a desktop, in the light and in the dark."""

import re

import pytest
from playwright.sync_api import expect

from browser import send, shoot, start_chat
from miniapps import (
    LOOKS, SIZES, at, group_of_two, is_on_top, open_address, open_in_group, opener, panel, pay, picture, press, says, show_chat,
    tab_to, toasts)
from stoa import Server
from test_payments import audit_is_clean

APPS = ["booking", "corner_shop", "event_tickets", "expenses", "seating", "tic_tac_toe"]


@pytest.fixture(scope="module")
def demo():
    """One demo for all: what the tests do lies in groups of their own, or in apps that no other test uses."""
    server = Server("--demo", "--rate-limit", "off")
    server.start()
    yield server
    try:
        audit_is_clean(server)
    finally:
        server.close()


@pytest.fixture
def device(open_as):
    return opener(open_as)


# ── every app's first page ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_first_page_of_every_app(demo, device, size, theme):
    page = device("alice", size, theme)
    for app in APPS:
        open_address(page, demo, app)
        view = at(page, app, "home")
        expect(page.get_by_test_id("miniapp-title")).to_be_visible()
        expect(view).to_have_attribute("role", "dialog" if size == "phone" else "complementary")
        picture(page, f"{app}-home-{size}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert view.locator(".mini-scroll").evaluate("(element) => element.scrollWidth <= element.clientWidth"), "too wide"


# ── tic-tac-toe ──────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_play_tic_tac_toe_to_a_win(demo, device):
    group_of_two(demo, "Games", "tic_tac_toe")
    alice, bob = device("alice", "desktop", "dark"), device("bob", "phone", "light")
    press(open_in_group(alice, "Games", "tic_tac_toe"), "Challenge anybody")
    hers = at(alice, "tic_tac_toe", "game")
    says(hers, "You wait for somebody to play")
    # The challenge's message opens the game in the chat that it was sent to.
    show_chat(bob, "Games")
    bob.get_by_test_id("button").filter(has_text="Play").click()
    his = at(bob, "tic_tac_toe", "game")
    press(his, "Play")
    toasts(his, "You play O. Alice begins.")
    says(hers, "Your turn: you are X")
    moves = ["Top left", "Centre", "Top middle", "Bottom left", "Top right"]
    for i, field in enumerate(moves):
        mover, other, mark = (hers, his, "X") if i % 2 == 0 else (his, hers, "O")
        says(mover, "Your turn")
        press(mover, f"{field}, free")
        for view in (mover, other):
            expect(view.get_by_role("button", name=f"{field}, {mark}")).to_be_visible()
        if i == 2:
            picture(bob, "tic_tac_toe-game-phone-light")
    says(hers, "You won with the top row")
    says(his, "Alice won with the top row")
    picture(alice, "tic_tac_toe-won-desktop-dark")
    shoot(bob, "miniapp-tic_tac_toe-lost-phone-light")
    hers.get_by_role("link", name="All games").click()
    says(at(alice, "tic_tac_toe", "home"), "Score of this chat")
    picture(alice, "tic_tac_toe-score-desktop-dark")


# ── seating ──────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_choose_seats_at_once(demo, device):
    group_of_two(demo, "Concert", "seating")
    alice, bob = device("alice", "phone", "dark"), device("bob", "desktop", "light")
    hers = open_in_group(alice, "Concert", "seating")
    his = open_in_group(bob, "Concert", "seating")
    says(his, "No plan yet")
    hers.get_by_label("What is it for?").fill("Saturday's concert")
    hers.get_by_label("Rows").fill("4")
    press(hers, "Set it up")
    says(his, "32 of 32 seats are free")
    expect(his.get_by_test_id("miniapp-page-title")).to_have_text("Saturday's concert")
    says(his, "2 are looking")
    press(hers, "Row A, seat 1, free")
    expect(his.get_by_role("button", name="Row A, seat 1, taken by Alice")).to_be_visible()
    press(his, "Row A, seat 2, free")
    expect(hers.get_by_role("button", name="Row A, seat 2, taken by Bob")).to_be_visible()
    # Taken meanwhile: he is told.
    press(his, "Row A, seat 1, taken by Alice")
    toasts(his, "Alice")
    says(his, "30 of 32 seats are free")
    picture(alice, "seating-plan-phone-dark")
    picture(bob, "seating-plan-desktop-light")
    his.get_by_role("tab", name="Who sits where").click()
    says(his, "A2")
    picture(bob, "seating-who-desktop-light")
    # A tap on the picture of the hall, and the browser's way back.
    press(hers, "Picture of the hall")
    at(alice, "seating", "picture")
    picture(alice, "seating-picture-phone-dark")
    hers.locator("[data-shape]").filter(has_not=hers.locator("text")).last.click()
    says(his, "29 of 32 seats are free")
    alice.go_back()
    at(alice, "seating", "home")
    press(hers, "Hall settings")
    at(alice, "seating", "hall")
    hers.get_by_role("switch", name="Lock the plan").check(force=True)
    says(his, "locked")
    picture(alice, "seating-hall-phone-dark")
    press(hers, "Free A2")
    press(hers.get_by_role("alertdialog"), "Free A2")
    says(his, "30 of 32 seats are free")
    alice.get_by_test_id("miniapp-back").click()
    at(alice, "seating", "home")
    alice.get_by_test_id("miniapp-close").click()
    expect(panel(alice, "seating")).to_have_count(0)
    says(his, "1 is looking")


def test_seats_are_chosen_by_keyboard_alone(demo, device):
    group = group_of_two(demo, "Cinema", "seating")
    page = device("alice", "desktop", "light")
    open_address(page, demo, f"seating?chat={group}")
    view = at(page, "seating", "home")
    tab_to(page, view.get_by_label("What is it for?"))
    page.keyboard.type("Cinema")
    tab_to(page, view.get_by_label("Seats in a row"))
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    says(view, "30 of 30 seats are free")
    for key, row in (("Space", "A"), ("Enter", "B")):
        tab_to(page, view.get_by_role("button", name=f"Row {row}, seat 3, free"))
        page.keyboard.press(key)
        seat = view.get_by_role("button", name=f"Row {row}, seat 3, yours")
        expect(seat).to_be_visible()
        # The page was drawn anew, and the focus is where it was.
        expect(seat).to_be_focused()
    page.keyboard.press("Space")
    says(view, "29 of 30 seats are free")
    tab_to(page, view.get_by_role("tab", name="Seats"), key="Shift+Tab")
    page.keyboard.press("ArrowRight")
    expect(view.get_by_role("tab", name="Who sits where")).to_be_focused()
    says(view, "A3")
    tab_to(page, view.get_by_role("button", name="Picture of the hall"))
    page.keyboard.press("Enter")
    view = at(page, "seating", "picture")
    tab_to(page, view.get_by_role("application"))
    # From the middle, which is between four seats.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    says(view, "28 of 30 seats are free")
    picture(page, "seating-picture-desktop-light")


# ── a crash ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crash_loses_neither_the_page_nor_what_was_typed(demo, device):
    group = group_of_two(demo, "Theatre", "seating")
    alice, bob = device("alice", "desktop", "light"), device("bob", "phone", "dark")
    open_address(alice, demo, f"seating?chat={group}")
    plan = at(alice, "seating", "home")
    plan.get_by_label("What is it for?").fill("The play")
    plan.get_by_label("Rows").fill("3")
    open_address(bob, demo, "event_tickets/door")
    door = at(bob, "event_tickets", "door")
    door.get_by_label("The door's code").fill("ABCD-EFGH")
    port = demo.url.rsplit(":", 1)[1]
    demo.kill()
    for view in (plan, door):
        expect(view).to_have_attribute("data-online", "false")
    shoot(bob, "miniapp-offline-phone-dark")
    expect(plan.get_by_label("What is it for?")).to_have_value("The play")
    demo.start(port=port)
    for view in (plan, door):
        expect(view).to_have_attribute("data-online", "true")
    at(alice, "seating", "home")
    at(bob, "event_tickets", "door")
    expect(plan.get_by_label("What is it for?")).to_have_value("The play")
    expect(plan.get_by_label("Rows")).to_have_value("3")
    expect(door.get_by_label("The door's code")).to_have_value("ABCD-EFGH")
    press(plan, "Set it up")
    says(plan, "24 of 24 seats are free")
    press(door, "Enter")
    says(door, "This is not the door's code.")
    expect(door.get_by_label("The door's code")).to_have_value("ABCD-EFGH")
    picture(bob, "event_tickets-wrong-phone-dark")


# ── the shop ─────────────────────────────────────────────────────────────────────────────────────────────


def test_alice_shops_pays_and_follows_her_order(demo, device):
    page = device("alice", "phone", "light")
    start_chat(page, "corner_shop")
    # Typed and sent, it answers with a button to the shop; in the chat's head there is another.
    send(page, "/start")
    page.get_by_test_id("button").filter(has_text="Open").click()
    at(page, "corner_shop", "home")
    page.get_by_test_id("miniapp-close").click()
    page.get_by_test_id("open-miniapp").click()
    view = at(page, "corner_shop", "home")
    steps = page.evaluate("history.length")
    # Letter by letter, each a search of its own: the field keeps its place, and the history gets no longer.
    view.get_by_role("searchbox").press_sequentially("juice", delay=350)
    expect(view.get_by_role("searchbox")).to_be_focused()
    expect(view.get_by_role("searchbox")).to_have_value("juice")
    expect(view.get_by_role("button", name="Rye bread")).to_have_count(0)
    assert page.evaluate("history.length") == steps and "words=juice" in page.url
    view.get_by_role("button", name="Apple juice").click()
    at(page, "corner_shop", "item")
    press(view, "Put it into the cart")
    toasts(view, "In your cart: Apple juice, 1 l")
    stepper = view.get_by_role("group", name="How many")
    stepper.get_by_role("button", name="More").click()
    expect(stepper).to_contain_text("2")
    picture(page, "corner_shop-item-phone-light")
    # The browser's way back leads through the app's pages.
    page.go_back()
    at(page, "corner_shop", "home")
    expect(view.get_by_role("searchbox")).to_have_value("juice")
    press(view, "Clear")
    press(view, "Bakery")
    view.get_by_role("button", name="Rye bread").click()
    at(page, "corner_shop", "item")
    press(view, "Put it into the cart")
    press(view, re.compile(r"Cart: 3, €10\.48"))
    at(page, "corner_shop", "cart")
    view.get_by_role("group").last.get_by_role("button", name="More").click()
    says(view, "4 pieces")
    says(view, "€11.00")
    picture(page, "corner_shop-cart-phone-light")
    press(view, "Check out")
    at(page, "corner_shop", "checkout")
    press(view, "Order and pay")
    says(view, "Fill this in.")
    view.get_by_label("Street and number").fill("Main Street 1")
    view.get_by_label("Postcode and city").fill("10115 Berlin")
    picture(page, "corner_shop-checkout-phone-light")
    press(view, "Order and pay")
    pay(page, "€20.88")
    at(page, "corner_shop", "order")
    says(view, "2 × Rye bread")
    says(view, "Alice: Main Street 1, 10115 Berlin")
    picture(page, "corner_shop-order-phone-light")
    # What it asks permission for is shown above it.
    press(view, "Tell me in the chat when it moves")
    is_on_top(page.get_by_role("dialog").filter(has_text="Corner Shop asks"))
    shoot(page, "miniapp-grant-phone-light")
    page.get_by_test_id("consent-grant").click()
    toasts(view, "You will be told.")
    page.get_by_test_id("miniapp-close").click()
    expect(panel(page, "corner_shop")).to_have_count(0)
    expect(page.get_by_test_id("message-text").filter(has_text="Thank you, Alice!")).to_be_visible()
    page.get_by_test_id("button").filter(has_text="Follow it").click()
    at(page, "corner_shop", "order")


def test_an_address_leads_to_a_page_of_an_app(demo, device):
    page = device("bob", "desktop", "dark")
    open_address(page, demo, "corner_shop/home?category=Drinks")
    view = at(page, "corner_shop", "home")
    expect(view.get_by_role("button", name="Coffee")).to_be_visible()
    expect(view.get_by_role("button", name="Rye bread")).to_have_count(0)
    open_address(page, demo, "corner_shop/item?sku=tulips")
    view = at(page, "corner_shop", "item")
    expect(page.get_by_test_id("miniapp-page-title")).to_have_text("Tulips, a bunch")
    picture(page, "corner_shop-item-desktop-dark")
    # Closed, it leaves the address that the client had.
    page.get_by_test_id("miniapp-close").click()
    expect(panel(page, "corner_shop")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/#/chat/\d+$"))
    page.reload()
    expect(panel(page, "corner_shop")).to_have_count(0)
    for path, code in (("corner_shop/nowhere", "page_not_found"), ("nobody", "app_not_found")):
        open_address(page, demo, path)
        expect(page.get_by_test_id("miniapp-error")).to_have_attribute("data-code", code)
    picture(page, "failed-desktop-dark")


# ── booking ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_time_that_is_booked_is_gone_for_others(demo, device):
    alice, bob = device("alice", "desktop", "light"), device("bob", "phone", "dark")
    # From the catalogue.
    alice.goto(f"{demo.url}/#/catalogue/booking")
    alice.get_by_test_id("app-open").click()
    hers = at(alice, "booking", "home")
    press(hers, "Haircut")
    at(alice, "booking", "days")
    picture(alice, "booking-days-desktop-light")
    hers.get_by_role("button", name=re.compile(r"\d\d free$")).nth(3).click()
    at(alice, "booking", "times")
    open_address(bob, demo, re.sub(r"^.*/a/|#.*$", "", alice.url))
    his = at(bob, "booking", "times")
    free = his.get_by_role("button", name=re.compile(r"^\d\d:\d\d$"))
    count = free.count()
    picture(bob, "booking-times-phone-dark")
    hers.get_by_role("button", name="15:00", exact=True).first.click()
    at(alice, "booking", "form")
    press(hers, "Book it")
    says(hers, "Fill this in.")
    hers.get_by_label("Phone").fill("+49 30 7654321")
    hers.get_by_label("Anything we should know?").fill("Only the tips")
    picture(alice, "booking-form-desktop-light")
    press(hers, "Book it")
    at(alice, "booking", "booking")
    toasts(hers, "Booked.")
    says(hers, "Only the tips")
    picture(alice, "booking-booked-desktop-light")
    # The catalogue lies beside it; the chat can be put there.
    show_chat(alice, "Appointments")
    expect(alice.get_by_test_id("message-text").last).to_contain_text("Booked: Haircut")
    at(alice, "booking", "booking")
    expect(free).to_have_count(count - 1)
    press(hers, "Cancel it")
    hers.get_by_role("alertdialog").get_by_role("button", name="Cancel it").click()
    toasts(hers, "Cancelled. The time is free for others.")
    expect(free).to_have_count(count)


# ── tickets ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_is_bought_and_lets_in_once(demo, device):
    alice, bob = device("alice", "desktop", "dark"), device("bob", "phone", "light")
    open_address(alice, demo, "event_tickets/new")
    office = at(alice, "event_tickets", "new")
    for label, value in {
            "What is it?": "Night of the cellos", "Where?": "Old mill", "What should people know?": "Doors open at seven.",
            "Day": "2099-06-01", "Begins (UTC)": "19:30"}.items():
        office.get_by_label(label, exact=False).first.fill(value)
    office.get_by_label("Called").first.fill("Standing")
    office.get_by_label("Price").first.fill("12.50")
    office.get_by_label("How many").first.fill("40")
    picture(alice, "event_tickets-new-desktop-dark")
    press(office, "Put it up")
    at(alice, "event_tickets", "manage")
    picture(alice, "event_tickets-manage-desktop-dark")
    press(office, "Box office")
    at(alice, "event_tickets", "office")
    door_code = office.locator("h2.mini-text").inner_text()
    open_address(bob, demo, "event_tickets")
    view = at(bob, "event_tickets", "home")
    view.get_by_role("button", name="Night of the cellos").click()
    at(bob, "event_tickets", "event")
    view.get_by_role("group", name="How many?").get_by_role("button", name="More").click()
    picture(bob, "event_tickets-event-phone-light")
    press(view, "Buy")
    pay(bob, "€25.00")
    at(bob, "event_tickets", "tickets")
    toasts(view, "Your 2 tickets are there.")
    picture(bob, "event_tickets-tickets-phone-light")
    view.get_by_role("button", name=re.compile("ticket 1 of 2")).click()
    at(bob, "event_tickets", "ticket")
    expect(view.get_by_role("img", name="Ticket 1 of 2")).to_be_visible()
    code = view.locator("code").inner_text()
    picture(bob, "event_tickets-ticket-phone-light")
    # At the door: alice is the organiser and has no code to enter.
    open_address(alice, demo, "event_tickets/door")
    door = at(alice, "event_tickets", "door")
    door.get_by_role("button", name="Night of the cellos").click()
    says(door, "of 2 are in")
    scanner = door.get_by_label("Ticket's code")
    scanner.fill(code)
    scanner.press("Enter")
    toasts(door, "Let in: Standing, Bob")
    # On his own device the ticket is used now.
    says(view, "Let in")
    expect(view.get_by_role("img", name="Ticket 1 of 2")).to_have_count(0)
    picture(alice, "event_tickets-in-desktop-dark")
    scanner.fill(code.lower().replace("-", " "))
    press(door, "OK")
    toasts(door, "Already used at")
    says(door, "and let in by Alice.")
    picture(alice, "event_tickets-used-desktop-dark")
    assert re.fullmatch(r"\w{4}-\w{4}", door_code)
    open_address(bob, demo, "event_tickets/door")
    at(bob, "event_tickets", "door")
    view.get_by_label("The door's code").fill(door_code)
    press(view, "Enter")
    says(view, "1 of 2 in")


# ── shared costs ─────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_share_costs_and_are_even(demo, device):
    group_of_two(demo, "Weekend", "expenses")
    alice, bob = device("alice", "phone", "dark"), device("bob", "desktop", "light")
    hers, his = open_in_group(alice, "Weekend", "expenses"), open_in_group(bob, "Weekend", "expenses")
    for view in (hers, his):
        press(view, "Count me in")
    press(hers, "Add an expense")
    at(alice, "expenses", "add")
    hers.get_by_label("What for?").fill("Dinner")
    hers.get_by_label("How much, in EUR").fill("50")
    expect(hers.get_by_role("checkbox", name="Bob")).to_be_checked()
    picture(alice, "expenses-add-phone-dark")
    press(hers, "Write it down")
    toasts(hers, "Written down.")
    at(alice, "expenses", "home")
    says(his, "You owe")
    says(his, "You pay Alice")
    says(hers, "You get back")
    picture(alice, "expenses-owed-phone-dark")
    picture(bob, "expenses-owes-desktop-light")
    press(his, "Pay €25.00")
    pay(bob, "€25.00")
    says(his, "You are even")
    says(hers, "You are even")
    expect(bob.get_by_test_id("message-text").last).to_contain_text("Bob has paid Alice €25.00.")
    hers.get_by_role("button", name="Dinner, €50.00").click()
    at(alice, "expenses", "entry")
    picture(alice, "expenses-entry-phone-dark")
    # The browser's way back, and once more: the chat.
    alice.go_back()
    at(alice, "expenses", "home")
