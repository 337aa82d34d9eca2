"""Paying in a chat: asked for by an app, shown by the host, confirmed by the person, carried out by the ledger."""

import json
import sqlite3
import uuid

import pytest

from stoa import Server, User, wait_for

SHOP = """
local stoa = require "stoa"
local function tell(chat, what, receipt, why)
  chat:send(what .. ": " .. (receipt and receipt.state .. " " .. stoa.payments.format(receipt.amount + receipt.tip, receipt.currency) or tostring(why)))
end
stoa.command("buy", function(chat, amount)
  local receipt, why = chat:pay { amount = math.tointeger(tonumber(amount)) or 49900, currency = "RUB", title = "Pizza", data = "order 7" }
  tell(chat, "buy", receipt, why)
  if receipt then chat.user.store:put("paid", receipt.id) end
end)
stoa.command("hold", function(chat)
  local receipt, why = chat:pay { amount = 10000, currency = "RUB", title = "Room", capture = "manual" }
  tell(chat, "hold", receipt, why)
  if not receipt then return end
  chat.user.store:put("paid", receipt.id)
  if chat:choose("Take it?", { "all", "part", "nothing" }) == "all" then
    chat:send("taken: " .. tostring(stoa.payments.capture(receipt.id)))
  end
end)
stoa.command("capture", function(chat, words)
  local id, amount, more = words:match("^(%d+) ?(%d*) ?(%a*)$")
  local ok, why = stoa.payments.capture(math.tointeger(tonumber(id)), { amount = math.tointeger(tonumber(amount)), final = more ~= "more" })
  chat:send("capture: " .. tostring(ok) .. " " .. tostring(why))
end)
stoa.command("void", function(chat, id)
  local ok, why = stoa.payments.cancel(math.tointeger(tonumber(id)))
  chat:send("void: " .. tostring(ok) .. " " .. tostring(why))
end)
stoa.command("refund", function(chat, words)
  local id, amount = words:match("^(%d+) ?(%-?%d*)$")
  local done, why = stoa.payments.refund(math.tointeger(tonumber(id)), { amount = math.tointeger(tonumber(amount)), reason = "asked" })
  chat:send("refund: " .. tostring(done and done.amount) .. " " .. tostring(why))
end)
stoa.command("payout", function(chat, amounts)
  local said = {}
  for amount in amounts:gmatch("%d+") do
    local done, why = stoa.payments.payout { to = chat.user, amount = math.tointeger(tonumber(amount)), currency = "RUB" }
    said[#said + 1] = done and "paid" or why
  end
  chat:send("payout: " .. table.concat(said, " "))
end)
stoa.command("payfail", function(chat)
  stoa.payments.payout { to = chat.user, amount = 100, currency = "RUB" }
  error("on purpose")
end)
stoa.command("gift", function(chat)
  local receipt, why = chat:pay { amount = 500, currency = "RUB", title = "Cake", gift = true, tips = { 50, 100 } }
  tell(chat, "gift to " .. (receipt and receipt.recipient and receipt.recipient.name or "nobody"), receipt, why)
end)
stoa.command("stock", function(chat)
  stoa.products.put { sku = "tea", title = "Tea", price = 300, currency = "RUB", stock = 2 }
  local receipt, why = chat:pay { currency = "RUB", title = "Tea", items = { { title = "Tea", count = 2, amount = 300, sku = "tea" } } }
  tell(chat, "stock", receipt, why)
end)
stoa.command("returns", function(chat, id)
  local said = {}
  local function back(options)
    local done, why = stoa.payments.refund(math.tointeger(tonumber(id)), options)
    said[#said + 1] = done and done.amount or why
  end
  stoa.payments.capture(math.tointeger(tonumber(id)), { amount = 3000 })
  back { amount = 1000 }
  back()
  back()
  chat:send("returns: " .. table.concat(said, " "))
end)
stoa.command("misspelt", function(chat)
  local tries = {
    function() return chat:pay { amount = 5, currency = "RUB", title = "T", captur = "manual" } end,
    function() return chat:pay { currency = "RUB", title = "T", items = { { title = "T", amount = 5, cuont = 2 } } } end,
    function() return stoa.payments.refund(1, { amout = 1 }) end,
    function() return stoa.payments.capture(1, { partial = true }) end,
    function() return stoa.products.put { sku = "a", title = "A", price = 1, currency = "RUB", stok = 2 } end,
    function() return stoa.payments.payout { to = chat.user, amount = 5, currency = "RUB", 7 } end,
  }
  local raised = {}
  for i, try in ipairs(tries) do
    local ok, problem = pcall(try)
    raised[i] = ok and "accepted" or tostring(problem):match("no (%w+);") or tostring(problem)
  end
  chat:send("misspelt: " .. table.concat(raised, " "))
end)
stoa.command("once", function(chat)
  local receipt, why = chat:pay { amount = 700, currency = "RUB", title = "Once", key = "once" }
  tell(chat, "once", receipt, why)
end)
stoa.command("left_alone", function(chat) chat:send("alone") end)
stoa.command("left", function(chat)
  local tea = stoa.products.get("tea")
  chat:send("left: " .. tea.left .. " of " .. tea.stock)
end)
stoa.command("join", function(chat)
  local subscription, why = chat:subscription { amount = 19900, currency = "RUB", title = "Tea club", period = "month" }
  chat:send("join: " .. (subscription and subscription.state or why))
end)
stoa.command("link", function(chat)
  local link, why = stoa.payments.link { currency = "RUB", title = "Tips" }
  chat:send(link and "link: " .. link.id .. " " .. link.token or "link: " .. why)
end)
stoa.command("unlink", function(chat, id)
  local ok, why = stoa.payments.close_link(math.tointeger(tonumber(id)))
  chat:send("unlink: " .. tostring(ok) .. " " .. tostring(why))
end)
stoa.command("get", function(chat, id)
  local found, why = stoa.payments.get(math.tointeger(tonumber(id)))
  chat:send("get: " .. (found and found.state .. " " .. found.data or why))
end)
for _, event in ipairs { "captured", "refunded", "refund_requested", "disputed", "dispute_closed" } do
  stoa.payments.on(event, function(chat, payment) chat:send("event: " .. event .. " " .. payment.state) end)
end
stoa.payments.on("subscription", function(chat, s) chat:send("event: subscription " .. s.step .. " " .. s.number) end)
"""
CAPABILITIES = (
    "messages.send", "store", "payments.request", "payments.refund", "payments.payout", "payments.subscribe")


def fund(server: Server, name: str, amount: str = "1000.00", currency: str = "RUB") -> None:
    done = server.cli("wallet", "issue", name, amount, currency)
    assert done.returncode == 0, done.stderr


def person(server: Server, name: str, amount: str | None = "1000.00", confirm_above: int | None = 10_000_000) -> User:
    """A user with a PIN, under whose limit payments go without it."""
    user = server.user(name, "a long password")
    if amount:
        fund(server, name, amount)
    assert user.call("PUT", "/v1/wallet/pin", {"pin": "2580", "password": "a long password"}).status == 204
    if confirm_above is not None:
        body = {"confirm_above": confirm_above, "pin": "2580"}
        assert user.call("PUT", "/v1/wallet/limits/RUB", body).status == 200
    return user


def balance(user: User, currency: str = "RUB") -> tuple[int, int]:
    found = [b for b in user.get("/v1/wallet")["balances"] if b["currency"] == currency]
    return (found[0]["available"], found[0]["held"]) if found else (0, 0)


def app_balance(server: Server, name: str) -> str:
    lines = server.cli_json("wallet", "show", name)["balances"]
    return next((line["available"] for line in lines if line["kind"] == "wallet"), "0.00")


def asked(user: User, title: str | None = None) -> dict:
    def find():
        found = user.get("/v1/payments?open=true")["payments"]
        return [p for p in found if title is None or p["title"] == title]
    return wait_for(find, f"a payment for {user.name}")[0]


def shown(payment: dict) -> dict:
    return {"amount": payment["amount"], "currency": payment["currency"], "payee": payment["payee"]["id"]}


def confirm(user: User, payment: dict, **body):
    return user.call("POST", f"/v1/payments/{payment['id']}/confirm", {"shown": shown(payment), **body})


def audit_is_clean(server: Server) -> dict:
    report = server.cli_json("audit", "ledger")
    assert report["ok"] and report["findings"] == [], report
    return report


@pytest.fixture
def alice(server):
    server.deploy("till", SHOP, capabilities=CAPABILITIES)
    user = person(server, "alice")
    yield user
    audit_is_clean(server)


def said(user: User, chat: int, start: str) -> str:
    return user.wait_for_message(chat, lambda m: m["from"]["bot"] and m["text"].startswith(start))["text"]


def buy(alice: User, chat: int, amount: int = 49900) -> dict:
    alice.send(chat, f"/buy {amount}")
    payment = asked(alice)
    answer = confirm(alice, payment)
    assert answer.status == 200, answer.body
    return answer.json


def test_alice_is_shown_all_pays_and_the_conversation_goes_on(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/buy")
    payment = asked(alice)
    assert (payment["state"], payment["kind"], payment["amount"], payment["currency"], payment["title"]) == (
        "awaiting_payer", "purchase", 49900, "RUB", "Pizza")
    assert payment["payee"]["app"] == {
        "name": "till", "title": "till", "publisher_title": "The operator of this server", "verified": True}
    assert payment["can"] == ["confirm", "decline"] and not payment["needs_pin"]
    card = alice.wait_for_message(chat, lambda m: m["card"])
    assert card["card"] == {"type": "payment", "id": payment["id"]} and card["text"] == "Pizza: 499.00 RUB"
    assert payment["message"] == card["id"] and payment["chat"] == chat
    # What was shown must be what is asked for; nobody else can pay or see it.
    wrong = {"shown": {**shown(payment), "amount": 1}}
    assert alice.call("POST", f"/v1/payments/{payment['id']}/confirm", wrong).code == "conflict"
    mallory = person(server, "mallory")
    assert confirm(mallory, payment).code == "payment_not_found"
    assert mallory.call("GET", f"/v1/payments/{payment['id']}").code == "payment_not_found"
    paid = confirm(alice, payment).json
    assert paid["state"] == "captured" and paid["receipt"]["number"] == "TILL-1" and paid["captured"] == 49900
    assert said(alice, chat, "buy:") == "buy: captured 499.00 RUB"
    assert balance(alice) == (50100, 0) and app_balance(server, "till") == "499.00"
    assert confirm(alice, payment).code == "payment_state"
    events = [e["data"] for e in alice.events() if e["type"] == "payment.updated"]
    assert events.count({"id": payment["id"]}) >= 2
    entry = alice.get("/v1/wallet/entries?currency=RUB")["entries"][0]
    assert (entry["amount"], entry["balance"], entry["kind"], entry["title"]) == (-49900, 50100, "payment", "Pizza")
    assert entry["with"]["name"] == "till" and entry["payment"] == payment["id"]


def test_no_money_a_refusal_and_no_time_are_answers(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/buy 100001")
    payment = asked(alice)
    assert confirm(alice, payment).code == "insufficient_funds"
    assert alice.call("POST", f"/v1/payments/{payment['id']}/decline").json["state"] == "cancelled"
    assert said(alice, chat, "buy:") == "buy: refused"
    assert confirm(alice, payment).code == "payment_state"
    assert balance(alice) == (100000, 0)


def test_the_pin_is_asked_for_above_the_limit_and_locks(server, alice):
    chat = alice.direct("till")
    assert alice.call("PUT", "/v1/wallet/limits/RUB", {"confirm_above": 1000}).code == "pin_required"
    assert alice.call("PUT", "/v1/wallet/limits/RUB", {"confirm_above": 1000, "pin": "2580"}).status == 200
    alice.send(chat, "/buy 2000")
    payment = asked(alice)
    assert payment["needs_pin"]
    assert confirm(alice, payment).code == "pin_required"
    assert confirm(alice, payment, pin="12").code == "bad_request"
    for _ in range(5):
        assert confirm(alice, payment, pin="9999").code == "wrong_pin"
    assert confirm(alice, payment, pin="2580").code == "pin_locked"
    assert balance(alice) == (100000, 0)
    # The password opens the lock, and is needed.
    assert alice.call("PUT", "/v1/wallet/pin", {"pin": "1357", "password": "wrong"}).code == "wrong_password"
    assert alice.call("PUT", "/v1/wallet/pin", {"pin": "1357", "password": "a long password"}).status == 204
    assert confirm(alice, payment, pin="2580").code == "wrong_pin"
    assert confirm(alice, payment, pin="1357").json["state"] == "captured"
    # A small one goes without.
    alice.send(chat, "/buy 1000")
    assert confirm(alice, asked(alice)).status == 200
    # Who has no PIN is told so.
    bob = server.user("bob", "another password")
    fund(server, "bob")
    bob.send(bob.direct("till"), "/buy 100")
    assert confirm(bob, asked(bob)).code == "pin_not_set"


def test_a_right_pin_is_no_try_whatever_becomes_of_the_payment(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/buy 100001")
    payment = asked(alice)
    for _ in range(8):
        assert confirm(alice, payment, pin="2580").code == "insufficient_funds"
    assert alice.call("POST", f"/v1/payments/{payment['id']}/decline").status == 200
    paid = buy(alice, alice.direct("till"), 100)
    for _ in range(8):
        assert confirm(alice, paid, pin="2580").code == "payment_state"
    # It gives back what wrong ones took.
    for _ in range(4):
        assert confirm(alice, paid, pin="9999").code == "wrong_pin"
    assert confirm(alice, paid, pin="2580").code == "payment_state"
    for _ in range(5):
        assert confirm(alice, paid, pin="9999").code == "wrong_pin"
    assert confirm(alice, paid, pin="2580").code == "pin_locked"


def test_limits_of_a_day_hold_for_all_and_for_one_app(server, alice):
    chat = alice.direct("till")
    body = {"confirm_above": 10**9, "per_day": 60000, "apps": {"till": 30000}, "pin": "2580"}
    limits = alice.call("PUT", "/v1/wallet/limits/RUB", body).json
    assert limits["apps"] == [{"app": "till", "per_day": 30000}]
    buy(alice, chat, 20000)
    alice.send(chat, "/buy 10001")
    payment = asked(alice)
    answer = confirm(alice, payment)
    assert alice.call("POST", f"/v1/payments/{payment['id']}/decline").status == 200
    assert answer.code == "limit_exceeded" and "100.00 RUB of it are left" in answer.json["error"]["message"]
    buy(alice, alice.direct("till"), 10000)
    bob = person(server, "bob", None)
    send = {"kind": "send", "to": "bob", "amount": 30001, "currency": "RUB", "title": "Lunch"}
    made = alice.call("POST", "/v1/payments", send)
    assert confirm(alice, made.json).code == "limit_exceeded"
    made = alice.call("POST", "/v1/payments", {**send, "amount": 30000})
    assert confirm(alice, made.json).json["state"] == "captured"
    assert balance(bob) == (30000, 0)


def test_what_is_refused_has_a_code_of_its_own_and_moves_nothing(server, alice):
    chat = alice.direct("till")
    paid = buy(alice, chat, 10000)
    before = (balance(alice), app_balance(server, "till"))

    def says(command: str) -> str:
        return alice.ask(chat, command)

    number = paid["id"]
    assert says(f"/capture {number}") == "capture: nil already_captured"
    assert says(f"/void {number}") == "void: nil payment_state"
    assert says(f"/refund {number} 10001") == "refund: nil refund_exceeds"
    assert says("/capture 12345") == "capture: nil payment_not_found"
    assert says("/refund 12345") == "refund: nil payment_not_found"
    assert says("/payout 10001") == "payout: insufficient_funds"
    for amount in ("0", "-5"):
        alice.send(chat, f"/buy {amount}")
    # An app that has never been paid cannot take another's payment.
    server.deploy("thief", SHOP.replace('"till"', '"thief"'), capabilities=CAPABILITIES)
    other = alice.direct("thief")
    for command in (f"/capture {number}", f"/void {number}", f"/refund {number}", f"/get {number}"):
        assert "payment_not_found" in alice.ask(other, command)
    assert (balance(alice), app_balance(server, "till")) == before
    assert says(f"/refund {number} 4000") == "refund: 4000 nil"
    assert says(f"/refund {number}") == "refund: 6000 nil"
    assert says(f"/refund {number}") == "refund: nil not_refundable"
    assert balance(alice) == (100000, 0) and app_balance(server, "till") == "0.00"


def test_a_hold_is_captured_in_parts_or_given_back(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/hold")
    held = confirm(alice, asked(alice)).json
    assert held["state"] == "authorised" and balance(alice) == (90000, 10000)
    assert said(alice, chat, "hold:") == "hold: authorised 100.00 RUB"
    assert alice.ask(chat, f"/capture {held['id']} 3000 more") == "capture: true nil"
    assert balance(alice) == (90000, 7000)
    assert alice.ask(chat, f"/capture {held['id']} 7001") == "capture: nil exceeds_hold"
    assert alice.ask(chat, f"/capture {held['id']} 2000") == "capture: true nil"
    assert balance(alice) == (95000, 0) and app_balance(server, "till") == "50.00"
    assert alice.ask(chat, f"/void {held['id']}") == "void: nil payment_state"
    alice.send(chat, "/hold")
    third = confirm(alice, asked(alice)).json
    said(alice, chat, "Take it?")
    assert alice.ask(chat, f"/capture {third['id']} 1000 more") == "capture: true nil"
    assert alice.ask(chat, f"/void {third['id']}") == "void: true nil", "the rest goes back"
    assert balance(alice) == (94000, 0) and app_balance(server, "till") == "60.00"
    assert alice.ask(chat, f"/refund {third['id']}") == "refund: 1000 nil"
    alice.send(chat, "/hold")
    second = confirm(alice, asked(alice)).json
    said(alice, chat, "Take it?")
    assert alice.ask(chat, f"/void {second['id']}") == "void: true nil"
    assert alice.ask(chat, f"/capture {second['id']}") == "capture: nil payment_state"
    assert balance(alice) == (95000, 0)


def test_an_app_is_told_what_it_gives_back_in_the_same_turn(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/hold")
    held = confirm(alice, asked(alice)).json
    said(alice, chat, "Take it?")
    assert alice.ask(chat, f"/returns {held['id']}") == "returns: 1000 2000 not_refundable"
    assert balance(alice) == (100000, 0) and app_balance(server, "till") == "0.00"


def test_a_key_whose_payment_went_back_is_not_paid(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/once")
    paid = confirm(alice, asked(alice)).json
    assert said(alice, chat, "once:") == "once: captured 7.00 RUB"
    assert alice.ask(chat, "/once") == "once: captured 7.00 RUB"
    assert alice.ask(chat, f"/refund {paid['id']}") == "refund: 700 nil"
    assert alice.ask(chat, "/once") == "once: refunded"
    assert balance(alice) == (100000, 0)


def test_a_key_under_which_nobody_paid_is_asked_for_anew(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/once")
    first = asked(alice)
    assert alice.call("POST", f"/v1/payments/{first['id']}/decline").status == 200
    assert said(alice, chat, "once:") == "once: refused"
    # Another command takes the question back.
    alice.send(chat, "/once")
    second = wait_for(lambda: alice.get("/v1/payments?open=true")["payments"], "the second question")[0]
    alice.ask(chat, "/left_alone")
    wait_for(lambda: alice.get(f"/v1/payments/{second['id']}")["state"] == "cancelled", "the end of the second")
    alice.send(chat, "/once")
    third = asked(alice)
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert confirm(alice, third).status == 200
    assert said(alice, chat, "once: captured") == "once: captured 7.00 RUB"
    assert balance(alice) == (99300, 0)


def test_who_waited_under_a_key_hears_that_another_conversation_does(server, alice):
    chat, group = alice.direct("till"), alice.group("Lunch", "till")
    alice.send(chat, "/once")
    payment = asked(alice)
    # In the same chat the command ends who waited, and the payment stays.
    alice.send(chat, "/once")
    wait_for(lambda: sum(m["card"] is not None for m in alice.history(chat)) == 2, "the second card")
    alice.send(group, "/once")
    assert said(alice, chat, "once:") == "once: cancelled"
    assert asked(alice)["id"] == payment["id"] and asked(alice)["chat"] == group
    assert confirm(alice, asked(alice)).status == 200
    assert said(alice, group, "once:") == "once: captured 7.00 RUB"
    assert [m["text"] for m in alice.history(chat) if m["text"].startswith("once:")] == ["once: cancelled"]
    assert balance(alice) == (99300, 0) and server.dead_letters() == []


def test_limits_are_nobodys_who_has_no_pin(server):
    user = server.user("carol", "a long password")
    answer = user.call("PUT", "/v1/wallet/limits/RUB", {"confirm_above": 10_000_000})
    assert answer.code == "pin_not_set", answer.body
    assert user.get("/v1/wallet")["limits"] == []


def test_an_operator_gives_back_what_apps_got_and_not_what_people_got(server, alice):
    bob = person(server, "bob", None)
    dora = server.user("dora", "a long password")
    assert server.cli("user", "role", "dora", "--operator").returncode == 0
    chat = alice.direct("till")
    bought = buy(alice, chat, 1000)
    alice.direct("bob")
    sent = alice.call("POST", "/v1/payments", {"kind": "send", "to": "bob", "amount": 500, "currency": "RUB", "title": "x"})
    assert sent.status in (200, 201), sent.body
    assert confirm(alice, sent.json).status == 200
    answer = dora.call("POST", f"/v1/payments/{sent.json['id']}/refund", {"reason": "mine"})
    assert answer.status in (403, 404) and balance(bob) == (500, 0), answer.body
    answer = dora.call("POST", f"/v1/payments/{bought['id']}/refund", {"reason": "never came"})
    assert answer.status == 200 and balance(alice) == (99500, 0), answer.body


def test_options_that_are_none_are_errors(server, alice):
    chat = alice.direct("till")
    assert alice.ask(chat, "/misspelt") == "misspelt: captur cuont amout partial stok positions"
    assert alice.get("/v1/payments?open=true")["payments"] == []


def test_a_turn_that_pays_and_fails_moves_nothing_and_two_payouts_are_told_apart(server, alice):
    chat = alice.direct("till")
    buy(alice, chat, 1000)
    said(alice, chat, "buy:")
    alice.send(chat, "/payfail")
    wait_for(lambda: "on purpose" in server.cli("dead", "till").stdout, "the dead letter", 60)
    assert app_balance(server, "till") == "10.00"
    # Both are asked for in one turn; together they are too much. The turn replies and pays what there is.
    assert alice.ask(chat, "/payout 600 600 400") == "payout: paid insufficient_funds paid"
    assert balance(alice) == (100000, 0) and app_balance(server, "till") == "0.00"


def test_tips_and_gifts(server, alice):
    chat = alice.direct("till")
    bob = person(server, "bob", None)
    alice.send(chat, "/gift")
    payment = asked(alice)
    assert payment["tips"] == [50, 100] and payment["giftable"]
    assert confirm(alice, payment, tip=-1).code == "invalid_amount"
    paid = confirm(alice, payment, tip=100, recipient="bob").json
    assert (paid["tip"], paid["captured"], paid["recipient"]["name"]) == (100, 600, "bob")
    assert said(alice, chat, "gift") == "gift to bob: captured 6.00 RUB"
    assert bob.get(f"/v1/payments/{paid['id']}")["title"] == "Cake"
    alice.send(chat, "/buy 100")
    assert confirm(alice, asked(alice), tip=5).code == "bad_request"


def test_stock_is_reserved_sold_and_given_back(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/stock")
    payment = asked(alice)
    assert payment["amount"] == 600 and payment["items"][0]["sku"] == "tea"
    bob = person(server, "bob")
    other = bob.direct("till")
    assert bob.ask(other, "/left") == "left: 0 of 2"
    assert bob.ask(other, "/stock") == "stock: out_of_stock"
    assert alice.call("POST", f"/v1/payments/{payment['id']}/decline").status == 200
    assert bob.ask(other, "/left") == "left: 2 of 2"
    bob.send(other, "/stock")
    paid = confirm(bob, asked(bob)).json
    said(bob, other, "stock:")
    assert bob.ask(other, "/left") == "left: 0 of 0"
    assert bob.ask(other, f"/refund {paid['id']}") == "refund: 600 nil"
    assert bob.ask(other, "/left") == "left: 2 of 2"


def test_a_payment_whose_conversation_is_over_is_nobodys(server, alice):
    chat = alice.direct("till")
    alice.send(chat, "/buy")
    payment = asked(alice)
    alice.ask(chat, "/cancel")
    wait_for(lambda: alice.get(f"/v1/payments/{payment['id']}")["state"] == "cancelled", "the end of the payment")
    assert confirm(alice, payment).code == "payment_state"


def test_refunds_asked_for_and_disputes(server, alice):
    chat = alice.direct("till")
    paid = buy(alice, chat, 30000)
    said(alice, chat, "buy:")
    path = f"/v1/payments/{paid['id']}"
    assert set(paid["can"]) == {"request_refund", "dispute"}
    assert alice.call("POST", path + "/refund", {"reason": "mine"}).code == "forbidden"
    assert alice.call("POST", path + "/refund-request", {"reason": "cold"}).json["refund_request"]["reason"] == "cold"
    assert said(alice, chat, "event: refund") == "event: refund_requested captured"
    assert alice.call("POST", path + "/refund-request", {"reason": "cold"}).code == "not_refundable"
    dispute = alice.call("POST", path + "/dispute", {"reason": "not_received", "text": "Never came"}).json
    assert dispute["state"] == "opened" and dispute["amount"] == 30000 and dispute["payment"]["state"] == "disputed"
    assert said(alice, chat, "event: disputed") == "event: disputed disputed"
    assert app_balance(server, "till") == "0.00"
    assert alice.ask(chat, f"/refund {paid['id']}") == "refund: nil not_refundable"
    assert alice.call("POST", path + "/dispute", {"reason": "other", "text": "Again"}).code == "dispute_state"
    assert alice.call("POST", f"/v1/disputes/{dispute['id']}/decide", {"for": "payer", "text": ""}).code == "forbidden"
    mallory = person(server, "mallory", None)
    assert mallory.call("GET", f"/v1/disputes/{dispute['id']}").code == "not_found"
    assert server.cli("dispute", "decide", str(dispute["id"]), "payer", "--text", "Sorry").returncode == 0
    assert said(alice, chat, "event: dispute_closed") == "event: dispute_closed refunded"
    assert balance(alice) == (100000, 0)
    assert server.cli("dispute", "decide", str(dispute["id"]), "business").returncode == 1
    assert alice.get(f"/v1/disputes/{dispute['id']}")["decision"]["for"] == "payer"


def test_a_lost_dispute_that_a_business_cannot_pay_is_its_debt(server, alice):
    chat = alice.direct("till")
    paid = buy(alice, chat, 10000)
    said(alice, chat, "buy:")
    assert alice.ask(chat, "/payout 9000") == "payout: paid"
    path = f"/v1/payments/{paid['id']}/dispute"
    dispute = alice.call("POST", path, {"reason": "other", "text": "Gone"}).json
    assert server.cli("dispute", "decide", str(dispute["id"]), "payer").returncode == 0
    assert balance(alice) == (109000, 0)
    lines = {line["kind"]: line["available"] for line in server.cli_json("wallet", "show", "till")["balances"]}
    assert lines == {"wallet": "0.00", "reserve": "0.00", "debt": "-90.00"}
    # What it earns next goes there first.
    buy(alice, chat, 10000)
    lines = {line["kind"]: line["available"] for line in server.cli_json("wallet", "show", "till")["balances"]}
    assert lines == {"wallet": "10.00", "reserve": "0.00", "debt": "0.00"}


def test_people_ask_each_other_share_bills_and_follow_links(server, alice):
    bob, carol = person(server, "bob"), person(server, "carol")
    request = {"kind": "request", "from": "bob", "amount": 2500, "currency": "RUB", "title": "You owe me"}
    made = alice.call("POST", "/v1/payments", request)
    assert made.status == 201 and made.json["can"] == ["cancel"]
    card = bob.wait_for_message(made.json["chat"], lambda m: m["card"])
    assert card["from"]["name"] == "alice"
    assert confirm(bob, asked(bob)).json["state"] == "captured"
    assert balance(alice) == (102500, 0)
    group = alice.group("Trip", "bob", "carol")
    bill = {"chat": group, "title": "Dinner", "amount": 10000, "currency": "RUB",
            "shares": [{"user": "alice"}, {"user": "bob"}, {"user": "carol"}]}
    made = alice.call("POST", "/v1/bills", bill)
    assert made.status == 201, made.body
    assert [s["amount"] for s in made.json["shares"]] == [3334, 3333, 3333]
    assert bob.wait_for_message(group, lambda m: m["card"])["card"] == {"type": "bill", "id": made.json["id"]}
    assert confirm(bob, asked(bob, "Dinner")).json["state"] == "captured"
    now = carol.get(f"/v1/bills/{made.json['id']}")
    assert now["paid"] == 3333 and [s["state"] for s in now["shares"]] == ["own", "captured", "awaiting_payer"]
    mallory = person(server, "mallory")
    assert mallory.call("GET", f"/v1/bills/{made.json['id']}").code == "not_found"
    assert mallory.call("POST", "/v1/bills", bill).code == "chat_not_found"
    link = alice.call("POST", "/v1/payment-links", {"amount": None, "currency": "RUB", "title": "Tips", "max_uses": 1}).json
    followed = mallory.call("POST", f"/v1/pay/{link['token']}", {"amount": 700})
    assert followed.status == 201 and confirm(mallory, followed.json).json["state"] == "captured"
    assert mallory.get(f"/v1/pay/{link['token']}")["closed"]
    assert mallory.call("POST", f"/v1/pay/{link['token']}", {"amount": 700}).code == "payment_expired"
    assert alice.call("POST", f"/v1/pay/{link['token']}", {"amount": 700}).code in ("payment_expired", "bad_request")


def test_an_app_closes_its_links(server, alice):
    chat = alice.direct("till")
    _, number, token = alice.ask(chat, "/link").split()
    followed = alice.call("POST", f"/v1/pay/{token}", {"amount": 500}).json
    server.deploy("thief", SHOP, capabilities=CAPABILITIES)
    assert alice.ask(alice.direct("thief"), f"/unlink {number}") == "unlink: nil not_found"
    assert not alice.get(f"/v1/pay/{token}")["closed"]
    assert alice.ask(chat, f"/unlink {number}") == "unlink: true nil"
    assert alice.get(f"/v1/pay/{token}")["closed"]
    assert confirm(alice, followed).code == "payment_expired"
    assert alice.call("POST", f"/v1/pay/{token}", {"amount": 500}).code == "payment_expired"
    assert balance(alice) == (100000, 0)


def test_an_idempotency_key_pays_once(server, alice):
    person(server, "bob", None)
    body = {"kind": "send", "to": "bob", "amount": 100, "currency": "RUB", "title": "Tea"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = alice.call("POST", "/v1/payments", body, headers=headers)
    again = alice.call("POST", "/v1/payments", body, headers=headers)
    assert first.status == again.status == 201 and first.json == again.json
    other = alice.call("POST", "/v1/payments", {**body, "amount": 200}, headers=headers)
    assert (other.status, other.code) == (409, "idempotency_conflict")
    for wrong in ({"amount": 0}, {"amount": -1}, {"amount": 2**53}, {"currency": "ZZZ"}, {"title": " "}, {"to": "alice"}):
        answer = alice.call("POST", "/v1/payments", {**body, **wrong})
        assert answer.code in ("invalid_amount", "unknown_currency", "bad_request"), (wrong, answer.body)
    assert len(alice.get("/v1/payments?open=true")["payments"]) == 1


def test_a_subscription_renews_is_tried_again_and_cancelled(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("till", SHOP, capabilities=CAPABILITIES)
    alice = person(server, "alice", "500.00")
    chat = alice.direct("till")
    alice.send(chat, "/join")
    offer = wait_for(lambda: alice.get("/v1/subscriptions")["subscriptions"], "the offer")[0]
    assert offer["state"] == "offered" and offer["can"] == ["confirm", "decline"]
    agreed = {"shown": {"amount": 19900, "currency": "RUB", "payee": offer["payee"]["id"], "period": "month"}}
    path = f"/v1/subscriptions/{offer['id']}"
    wrong = {"shown": {**agreed["shown"], "period": "year"}}
    assert alice.call("POST", path + "/confirm", wrong).code == "conflict"
    running = alice.call("POST", path + "/confirm", agreed).json
    assert running["state"] == "active" and running["can"] == ["cancel"] and balance(alice) == (30100, 0)
    assert said(alice, chat, "join:") == "join: active"
    server.advance(days=32)
    assert said(alice, chat, "event: subscription renewed") == "event: subscription renewed 2"
    assert balance(alice) == (10200, 0)
    server.advance(days=31)
    assert said(alice, chat, "event: subscription past_due") == "event: subscription past_due 3"
    owed = asked(alice)
    assert owed["kind"] == "subscription" and alice.get(path)["state"] == "past_due"
    fund(server, "alice", "500.00")
    server.advance(days=2)
    wait_for(lambda: alice.get(path)["state"] == "active", "another try")
    assert balance(alice) == (40300, 0)
    # Nothing is paid for months in which the server was off.
    server.advance(days=120)
    alice = server.sign_in("alice", "a long password")
    wait_for(lambda: balance(alice) == (20400, 0), "one payment")
    ended = alice.call("POST", path + "/cancel").json
    assert ended["state"] == "cancelled" and ended["next_charge_at"] is None
    assert alice.call("POST", path + "/cancel").code == "subscription_state"
    server.advance(days=40)
    assert balance(alice) == (20400, 0)
    audit_is_clean(server)


def test_a_taken_down_app_is_paid_nothing(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("till", SHOP, capabilities=CAPABILITIES)
    alice, bob = person(server, "alice"), person(server, "bob", None)
    assert server.cli("publisher", "new", "acme", "--title", "Acme", "--owner", "bob").returncode == 0
    server.execute("UPDATE apps SET publisher = 'acme' WHERE name = 'till'")
    chat = alice.direct("till")
    alice.send(chat, "/join")
    offer = wait_for(lambda: alice.get("/v1/subscriptions")["subscriptions"], "the offer")[0]
    subscription = f"/v1/subscriptions/{offer['id']}"
    agreed = {"shown": {"amount": 19900, "currency": "RUB", "payee": offer["payee"]["id"], "period": "month"}}
    assert alice.call("POST", subscription + "/confirm", agreed).status == 200
    link = alice.ask(chat, "/link").split()[-1]
    followed = alice.call("POST", f"/v1/pay/{link}", {"amount": 500}).json
    alice.send(chat, "/join")
    second = wait_for(lambda: [s for s in alice.get("/v1/subscriptions")["subscriptions"] if s["state"] == "offered"], "an offer")[0]
    payout = {"amount": 100, "currency": "RUB", "pin": "2580"}
    assert server.cli("takedown", "till", "--reason", "Sells nothing").returncode == 0
    assert alice.get(f"/v1/payments/{followed['id']}")["can"] == ["decline"]
    assert alice.get(f"/v1/subscriptions/{second['id']}")["can"] == ["decline"]
    assert alice.get(f"/v1/pay/{link}")["closed"]
    assert confirm(alice, followed).code == "forbidden"
    assert alice.call("POST", f"/v1/pay/{link}", {"amount": 500}).code == "forbidden"
    assert alice.call("POST", f"/v1/subscriptions/{second['id']}/confirm", agreed).code == "forbidden"
    refused = bob.call("POST", "/v1/apps/till/payouts", payout)
    assert refused.code == "forbidden" and "taken down" in refused.json["error"]["message"]
    server.advance(days=35)
    wait_for(lambda: alice.get(f"/v1/payments/{followed['id']}")["state"] == "expired", "the clock")
    assert balance(alice) == (80100, 0) and alice.get(subscription)["state"] == "active"
    assert server.cli("takedown", "till", "--lift", "It sells again").returncode == 0
    server.advance(days=2)
    wait_for(lambda: balance(alice) == (60200, 0), "the renewal")
    assert bob.call("POST", "/v1/apps/till/payouts", payout).status == 201 and balance(bob) == (100, 0)
    # Who is kept out cannot end it, and pays nothing.
    assert server.cli("user", "suspend", "alice", "--reason", "Rude").returncode == 0
    server.advance(days=35)
    server.advance(days=5)
    assert server.cli("user", "reinstate", "alice").returncode == 0
    alice = server.sign_in("alice", "a long password")
    assert balance(alice) == (60200, 0) and alice.get(subscription)["state"] == "active"
    audit_is_clean(server)


def test_what_nobody_answers_expires(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("till", SHOP, capabilities=CAPABILITIES)
    alice = person(server, "alice")
    chat = alice.direct("till")
    alice.send(chat, "/buy")
    payment = asked(alice)
    server.advance(days=2)
    assert said(alice, chat, "buy:") == "buy: timeout"
    assert confirm(alice, payment).code == "payment_expired"
    alice.send(chat, "/hold")
    held = confirm(alice, asked(alice)).json
    said(alice, chat, "hold:")
    server.advance(days=8)
    wait_for(lambda: balance(alice) == (100000, 0), "the hold's end")
    assert alice.ask(chat, f"/capture {held['id']}") == "capture: nil hold_expired"
    audit_is_clean(server)


def test_what_is_issued_is_in_the_audit_with_the_money(server, alice):
    def entries() -> int:
        return server.query("SELECT count(*) FROM audit WHERE kind = 'balance_issued'")[0][0]

    assert entries() == 1
    assert server.cli("wallet", "withdraw", "alice", "5000.00", "RUB").returncode == 1
    assert server.query("SELECT count(*) FROM audit WHERE kind = 'balance_withdrawn'")[0][0] == 0
    # As if the server had been killed before the money moved.
    server.stop()
    number = server.query("SELECT max(id) FROM top_ups")[0][0] + 1
    server.execute(
        "INSERT INTO top_ups (id, person, provider, currency, amount, state, refunded, tries, next_at, created_at) "
        f"SELECT {number}, person, provider, currency, 500, 0, 0, 0, created_at, {2**50} FROM top_ups LIMIT 1")
    server.start()
    person_again = server.sign_in("alice", "a long password")
    wait_for(lambda: balance(person_again) == (100500, 0), "the money")
    assert entries() == 2


def test_tampering_is_found(server, alice):
    buy(alice, alice.direct("till"), 10000)
    server.stop()
    database = server.data / "stoa.db"
    with sqlite3.connect(database) as db:
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE transfers SET amount = amount + 1")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("DELETE FROM transfers")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE ledger_accounts SET debits_posted = credits_posted + 1 WHERE kind = 1")
    db.close()

    def findings(*statements: str) -> set[str]:
        kept = database.read_bytes()
        copy = sqlite3.connect(database)
        copy.execute("DROP TRIGGER transfers_stay")
        copy.execute("DROP TRIGGER transfers_are_kept")
        for statement in statements:
            copy.execute(statement)
        copy.commit()
        copy.close()
        done = server.cli("audit", "ledger", "--json")
        for rest in ("-wal", "-shm"):
            database.with_name("stoa.db" + rest).unlink(missing_ok=True)
        database.write_bytes(kept)
        assert done.returncode == 1, done.stdout
        return {f["kind"] for f in json.loads(done.stdout)["findings"]}

    assert "tampered" in findings("UPDATE transfers SET amount = 20000 WHERE amount = 10000")
    assert findings("UPDATE transfers SET date = date - 1 WHERE seq = 2") == {"tampered"}
    assert "broken_chain" in findings("DELETE FROM transfers WHERE seq = 1")
    assert {"wrong_balance", "unbalanced"} <= findings("UPDATE ledger_accounts SET credits_posted = credits_posted + 5 WHERE kind = 1")
    assert "wrong_payment" in findings("UPDATE payments SET captured = 1")
    server.start()
