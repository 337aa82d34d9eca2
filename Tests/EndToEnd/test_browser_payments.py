"""Paying as a person does it: in a chat, in a group, in the wallet."""

import re

import pytest
from playwright.sync_api import expect

from browser import send, shoot, start_chat
from test_payments import CAPABILITIES, SHOP, audit_is_clean


@pytest.fixture
def demo(make_server):
    """A demo whose clock the test moves on."""
    server = make_server("--demo", "--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    yield server
    if server.is_alive():
        audit_is_clean(server)


def reply(page, text: str):
    expect(page.get_by_test_id("message-text").filter(has_text=text).last).to_be_visible()


def choose(page, label: str):
    page.get_by_role("button", name=label).last.click()


def confirm(page, pin: str | None = None):
    sheet = page.get_by_test_id("pay-sheet")
    expect(sheet).to_be_visible()
    if pin:
        page.get_by_test_id("pin").fill(pin)
    expect(page.get_by_test_id("sheet-confirm")).to_be_enabled()
    page.get_by_test_id("sheet-confirm").click()
    return sheet


def checkout(page):
    """A kilogram of coffee, up to the payment."""
    send(page, "/shop")
    choose(page, "Drinks")
    choose(page, "Coffee")
    choose(page, "1 kg")
    reply(page, "How many?")
    send(page, "2")
    reply(page, "In your cart: 2 × Coffee, 1 kg.")
    send(page, "/checkout")
    choose(page, "Deliver it")
    reply(page, "Which street")
    send(page, "Main Street 1")
    choose(page, "Skip")
    day = page.get_by_test_id("message-text").filter(has_text="For example").last.inner_text()
    send(page, re.search(r"\d{4}-\d\d-\d\d", day)[0])


@pytest.mark.parametrize("width", [1280, 390])
def test_alice_buys_confirms_with_her_pin_and_gets_her_money_back(demo, open_as, width):
    page = open_as("alice", width=width)
    start_chat(page, "shop")
    checkout(page)
    card = page.get_by_test_id("payment-card")
    expect(card).to_contain_text("€59.80")
    expect(card).to_contain_text("Waiting for payment")
    shoot(page, f"pay-card-{width}")
    page.get_by_test_id("card-pay").click()
    sheet = page.get_by_test_id("pay-sheet")
    expect(sheet).to_contain_text("Corner Shop")
    expect(page.get_by_test_id("sheet-payee")).to_contain_text("The operator of this server")
    expect(sheet).to_contain_text("2 × Coffee, 1 kg")
    expect(page.get_by_test_id("sheet-total")).to_contain_text("€59.80")
    shoot(page, f"pay-sheet-{width}")
    confirm(page, "1111")
    expect(page.get_by_test_id("sheet-error")).to_have_text("The PIN is wrong.")
    confirm(page, "2580")
    expect(page.get_by_test_id("pay-sheet")).to_have_count(0)
    reply(page, "Your order has the number 1, your receipt SHOP-1.")
    expect(card).to_have_attribute("data-state", "captured")
    page.get_by_test_id("card-open").click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_contain_text("SHOP-1")
    expect(receipt).to_contain_text("Paid")
    shoot(page, f"pay-receipt-{width}")
    page.get_by_test_id("refund-ask").click()
    page.get_by_test_id("reason").fill("I have enough coffee")
    page.get_by_test_id("reason-send").click()
    expect(receipt).to_have_attribute("data-state", "refunded")
    shoot(page, f"pay-refunded-{width}")
    page.goto(f"{demo.url}/#/wallet")
    expect(page.get_by_test_id("balance-EUR")).to_contain_text("€1,000.00")
    page.get_by_test_id("balance-EUR").click()
    expect(page.get_by_test_id("entries").get_by_test_id("entry")).to_have_count(2)
    expect(page.get_by_test_id("entries")).to_contain_text("59.80")
    shoot(page, f"wallet-{width}")


def test_bob_and_alice_split_a_bill(demo, open_as):
    alice, bob = open_as("alice"), open_as("bob", width=390)
    alice.get_by_test_id("new-group").click()
    alice.get_by_test_id("group-title").fill("Dinner")
    alice.get_by_test_id("group-members").fill("bob")
    alice.get_by_test_id("group-submit").click()
    expect(alice.get_by_role("heading", name="Dinner")).to_be_visible()
    alice.get_by_test_id("split-bill").click()
    alice.get_by_test_id("bill-title").fill("Pizza for two")
    alice.get_by_test_id("currency").select_option("RUB")
    alice.get_by_test_id("bill-amount").fill("1001,01")
    expect(alice.get_by_role("textbox", name="Share of Bob")).to_have_attribute("placeholder", re.compile("500.50"))
    shoot(alice, "bill-dialog")
    alice.get_by_test_id("bill-go").click()
    card = alice.get_by_test_id("bill-card")
    expect(card).to_contain_text("1 has not paid yet")
    bob.get_by_text("Dinner").first.click()
    shoot(bob, "bill-card-390")
    bob.get_by_test_id("card-pay").click()
    confirm(bob)
    expect(bob.get_by_test_id("pay-sheet")).to_have_count(0)
    expect(card).to_contain_text("All have paid")
    shoot(alice, "bill-paid")
    bob.goto(f"{demo.url}/#/wallet")
    bob.get_by_test_id("balance-RUB").click()
    expect(bob.get_by_test_id("entries")).to_contain_text("Pizza for two")


def test_money_goes_from_one_to_the_other_and_by_a_link(demo, open_as):
    alice, bob = open_as("alice"), open_as("bob")
    start_chat(alice, "bob")
    alice.get_by_test_id("send-money-open").click()
    alice.get_by_test_id("send-amount").fill("12.50")
    alice.get_by_role("dialog").get_by_role("combobox").select_option("RUB")
    alice.get_by_test_id("send-title").fill("Bus ticket")
    alice.get_by_test_id("send-go").click()
    confirm(alice)
    expect(alice.get_by_test_id("payment-card")).to_contain_text("Paid")
    bob.get_by_text("Alice").first.click()
    expect(bob.get_by_test_id("payment-card")).to_contain_text("To you")
    alice.goto(f"{demo.url}/#/wallet")
    alice.get_by_text("New link").click()
    alice.get_by_test_id("link-title").fill("Cake stand")
    alice.get_by_test_id("link-amount").fill("3")
    alice.get_by_test_id("link-make").click()
    expect(alice.get_by_test_id("qr")).to_be_visible()
    shoot(alice, "wallet-links")
    address = alice.get_by_label("Address").input_value()
    bob.goto(address)
    bob.get_by_test_id("pay-link-pay").click()
    confirm(bob)
    expect(bob.get_by_test_id("pay-sheet")).to_have_count(0)


def test_a_subscription_renews_and_is_cancelled(demo, open_as):
    demo.deploy("till", SHOP, capabilities=CAPABILITIES)
    page = open_as("alice", width=390)
    start_chat(page, "till")
    send(page, "/join")
    card = page.get_by_test_id("subscription-card")
    expect(card).to_contain_text("a month")
    page.get_by_test_id("card-pay").click()
    expect(page.get_by_test_id("pay-sheet")).to_contain_text("without asking again")
    shoot(page, "subscription-sheet-390")
    confirm(page)
    reply(page, "join: active")
    demo.advance(days=32)
    reply(page, "event: subscription renewed 2")
    page.goto(f"{demo.url}/#/wallet")
    page.get_by_test_id("balance-RUB").click()
    expect(page.get_by_test_id("entries")).to_contain_text("Tea club")
    expect(page.get_by_test_id("entries").get_by_test_id("entry")).to_have_count(2)
    line = page.get_by_test_id("subscription")
    expect(line).to_contain_text("Next payment on")
    line.scroll_into_view_if_needed()
    shoot(page, "wallet-subscription-390")
    page.get_by_test_id("subscription-cancel").click()
    page.get_by_test_id("subscription-cancel-sure").click()
    expect(line).to_have_attribute("data-state", "cancelled")
    demo.advance(days=40)
    page.reload()
    page.get_by_test_id("balance-RUB").click()
    expect(page.get_by_test_id("entries").get_by_test_id("entry")).to_have_count(2)


def test_a_dispute_in_russian_and_in_the_dark(demo, open_as):
    page = open_as("bob", locale="ru-RU")
    page.emulate_media(color_scheme="dark")
    start_chat(page, "shop")
    send(page, "/shop")
    choose(page, "Bread")
    choose(page, "Roll")
    choose(page, "piece")
    send(page, "3")
    reply(page, "In your cart")
    send(page, "/checkout")
    choose(page, "I pick it up")
    day = page.get_by_test_id("message-text").filter(has_text="For example").last
    expect(day).to_be_visible()
    send(page, re.search(r"\d{4}-\d\d-\d\d", day.inner_text())[0])
    page.get_by_test_id("card-pay").click()
    shoot(page, "pay-sheet-ru-dark")
    confirm(page)
    expect(page.get_by_test_id("payment-card")).to_contain_text("Оплачено")
    page.get_by_test_id("card-open").click()
    page.get_by_test_id("dispute").click()
    page.get_by_test_id("reason").fill("Булочки не принесли")
    page.get_by_test_id("reason-send").click()
    expect(page.get_by_test_id("dispute-view")).to_contain_text("ждёт ответа продавца")
    shoot(page, "dispute-ru-dark")
    alice = open_as("alice")
    alice.goto(f"{demo.url}/#/console/disputes")
    expect(alice.get_by_test_id("dispute-view")).to_contain_text("Булочки не принесли")
    shoot(alice, "console-disputes")
    alice.get_by_test_id("decide-payer").click()
    expect(alice.get_by_text("No dispute waits.")).to_be_visible()
    expect(page.get_by_test_id("receipt")).to_have_attribute("data-state", "refunded")
