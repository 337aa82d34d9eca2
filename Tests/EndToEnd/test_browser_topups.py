"""Bringing money in from a card and taking it out again, as a person does it in the wallet."""

import pytest
from playwright.sync_api import Page, expect

from browser import shoot
from test_payments import balance
from test_stripe import proxy, shop, stripe, top_up


@pytest.fixture
def demo(shop):
    """A server that reaches Stripe, with alice, whose wallet is empty."""
    alice = shop.user("alice", "demo")
    assert alice.call("PUT", "/v1/wallet/pin", {"pin": "2580", "password": "demo"}).status == 204
    return shop


def open_form(page: Page, url: str):
    page.goto(f"{url}/#/wallet")
    form = page.get_by_test_id("top-up-stripe")
    form.get_by_text("Bring money in by Stripe").click()
    return form


def fill(form, amount: str, currency: str, card: str):
    form.get_by_test_id("top-up-amount").fill(amount)
    form.get_by_test_id("currency").select_option(currency)
    form.get_by_test_id("top-up-method").fill(card)


def take_out(page: Page, amount: str, pin: str = "2580"):
    line = page.get_by_test_id("top-up").first
    line.get_by_test_id("top-up-back").click()
    line.get_by_test_id("top-up-back-amount").fill(amount)
    line.get_by_test_id("top-up-pin").fill(pin)
    line.get_by_test_id("top-up-back-go").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_alice_brings_money_in_and_takes_the_same_part_out_twice(demo, stripe, open_as, width):
    page = open_as("alice", width=width)
    form = open_form(page, demo.url)
    # The yen has no decimals, and she has none yet.
    fill(form, "5000", "JPY", stripe.card())
    form.scroll_into_view_if_needed()
    shoot(page, f"top-up-form-{width}")
    form.get_by_test_id("top-up-go").click()
    line = page.get_by_test_id("top-up").first
    expect(line).to_have_attribute("data-state", "succeeded")
    expect(line).to_contain_text("¥5,000")
    expect(page.get_by_test_id("balance-JPY")).to_contain_text("¥5,000")
    line.get_by_test_id("top-up-back").click()
    expect(line.get_by_test_id("top-up-back-amount")).to_have_value("5000")
    line.scroll_into_view_if_needed()
    shoot(page, f"top-up-back-{width}")
    line.get_by_test_id("top-up-back").click()
    for out in (1000, 2000):
        take_out(page, "1000")
        expect(line).to_contain_text(f"¥{out:,} taken out")
        expect(page.get_by_test_id("balance-JPY")).to_contain_text(f"¥{5000 - out:,}")
    line.get_by_test_id("top-up-back").click()
    expect(line.get_by_test_id("top-up-back-amount")).to_have_value("3000")
    line.get_by_test_id("top-up-back").click()
    page.get_by_test_id("balance-JPY").click()
    moved = page.get_by_test_id("entries").get_by_role("listitem")
    expect(moved).to_have_count(3)
    expect(moved.filter(has_text="Withdrawal").filter(has_text="-¥1,000")).to_have_count(2)
    page.get_by_test_id("balance-JPY").scroll_into_view_if_needed()
    shoot(page, f"top-up-history-{width}")
    line.scroll_into_view_if_needed()
    shoot(page, f"top-up-done-{width}")
    assert stripe.refunded() == 2000
    assert demo.cli_json("reconcile") == {"ok": True, "differences": []}


def test_a_lost_answer_is_asked_for_again_and_another_amount_is_another_top_up(demo, stripe, open_as):
    alice = demo.sign_in("alice")
    top_up(alice, stripe.card(), 500, currency="JPY")
    page = open_as("alice")
    form = open_form(page, demo.url)
    # It offers what she has, and takes anything else.
    expect(form.get_by_test_id("currency")).to_have_value("JPY")
    lost = []

    def lose(route):
        """The server does it, and nobody hears of it."""
        if route.request.method != "POST" or len(lost) == 2:
            return route.continue_()
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/v1/wallet/topups", lose)
    card = stripe.card()
    go = form.get_by_test_id("top-up-go")
    for amount, method in (("10", card), ("20", stripe.card())):
        # The second one is not sent under the key of the first, whose answer was lost.
        fill(form, amount, "EUR", method)
        with page.expect_event("requestfailed"):
            go.click()
        expect(form.get_by_role("alert")).to_have_text("No connection to the server.")
    assert lost == [201, 201]
    # The first one again is the first one.
    fill(form, "10", "EUR", card)
    go.click()
    expect(form.get_by_test_id("top-up-amount")).to_have_value("")
    expect(page.get_by_test_id("top-up")).to_have_count(3)
    expect(page.get_by_test_id("balance-EUR")).to_contain_text("€30.00")
    assert balance(alice, "EUR") == (3000, 0) and stripe.paid() == 500 + 3000


def test_money_that_is_on_its_way_out_is_not_offered_again(demo, stripe, proxy, open_as):
    page = open_as("alice", locale="ru-RU")
    page.goto(f"{demo.url}/#/wallet")
    form = page.get_by_test_id("top-up-stripe")
    form.get_by_text("Пополнить через Stripe").click()
    fill(form, "50", "IDR", stripe.card())
    form.get_by_test_id("top-up-go").click()
    line = page.get_by_test_id("top-up").first
    expect(line).to_have_attribute("data-state", "succeeded")
    # Stripe does not answer for a while.
    proxy.fault = lambda method, path: "error" if "/refunds" in path else None
    take_out(page, "20")
    expect(line.get_by_test_id("top-up-pin")).to_have_count(0)
    expect(page.get_by_test_id("balance-IDR")).to_contain_text("20,00")
    line.get_by_test_id("top-up-back").click()
    expect(line.get_by_test_id("top-up-back-amount")).to_have_value("30.00")
    line.scroll_into_view_if_needed()
    shoot(page, "top-up-pending-ru")
    proxy.fault = lambda method, path: None
    expect(line).to_contain_text("из них выведено", timeout=60_000)
    # What was open stays open.
    expect(line.get_by_test_id("top-up-back-amount")).to_have_value("30.00")
