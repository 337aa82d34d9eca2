"""Money in and out through Stripe's API, with a stand-in behind a network that loses, doubles, delays and reorders."""

import hashlib
import hmac
import http.client
import json
import random
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from fault_proxy import FaultProxy
from stoa import Server, User, wait_for
from test_payments import audit_is_clean, balance, person

KEY, SECRET = "sk_test_12345", "whsec_" + "s" * 24


class Stripe:
    """The stand-in itself, asked directly."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("stripe_stand_in.py"), str(self.port)], stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(self.answers, "the stand-in for Stripe")

    def answers(self) -> bool:
        try:
            self.call("GET", "/v1/payment_intents?limit=1")
            return True
        except OSError:
            return False

    def call(self, method: str, path: str, form: dict | None = None) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(form) if form else None, headers)
        content = connection.getresponse().read()
        connection.close()
        return json.loads(content or b"{}")

    def card(self, number: str = "4242424242424242") -> str:
        made = self.call("POST", "/v1/payment_methods", {
            "type": "card", "card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2035", "card[cvc]": "123"})
        return made["id"]

    def intents(self) -> list[dict]:
        return self.call("GET", "/v1/payment_intents?limit=100")["data"]

    def paid(self) -> int:
        return sum(i["amount"] for i in self.intents() if i["status"] == "succeeded")

    def refunded(self) -> int:
        return sum(r["amount"] for r in self.call("GET", "/v1/refunds?limit=100")["data"] if r["status"] == "succeeded")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def stripe():
    stripe = Stripe()
    yield stripe
    stripe.close()


@pytest.fixture
def proxy(stripe):
    proxy = FaultProxy(stripe.url)
    yield proxy
    proxy.close()


@pytest.fixture
def shop(make_server, proxy, tmp_path):
    """A server that reaches Stripe through the proxy."""
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "secret").write_text(SECRET + "\n")
    server = make_server(
        "--rate-limit", "off", "--stripe-key-file", tmp_path / "key", "--stripe-webhook-secret-file", tmp_path / "secret",
        "--stripe-url", proxy.url).start()
    yield server
    if server.is_alive():
        audit_is_clean(server)


def top_up(user: User, card: str | None, amount: int = 5000, **more) -> dict:
    body = {"provider": "stripe", "amount": amount, "currency": "EUR", "payment_method": card, **more}
    answer = user.call("POST", "/v1/wallet/topups", body, timeout=60)
    assert answer.status == 201, answer.body
    return answer.json


def settled(user: User, made: dict, state: str = "succeeded", timeout: float = 90) -> dict:
    path = f"/v1/wallet/topups/{made['id']}"
    return wait_for(lambda: (t := user.get(path))["state"] == state and t, f"{made['id']} {state}", timeout)


def webhook(server: Server, intent: str, event: str, secret: str = SECRET, at: float | None = None, body: bytes | None = None):
    content = {"id": event, "type": "payment_intent.succeeded", "data": {"object": {"id": intent, "object": "payment_intent"}}}
    body = body or json.dumps(content).encode()
    time_ = str(int(at if at is not None else time.time()))
    code = hmac.new(secret.encode(), f"{time_}.".encode() + body, hashlib.sha256).hexdigest()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("POST", "/webhooks/stripe", body, {"Stripe-Signature": f"t={time_},v1={code}"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_card_is_charged_declined_and_paid_back(shop, stripe):
    alice = person(shop, "alice", None)
    assert alice.get("/v1/wallet")["providers"] == ["stripe"]
    made = top_up(alice, stripe.card())
    assert made["state"] == "succeeded" and made["failure"] is None
    assert balance(alice, "EUR") == (5000, 0)
    declined = top_up(alice, stripe.card("4000000000000341"))
    assert declined["state"] == "failed" and declined["failure"]["code"], declined
    for wrong in ({"amount": 0}, {"amount": 10**8}, {"currency": "ZZZ"}, {"provider": "bank"}, {"currency": "ISK"}, {"currency": "MGA"}):
        body = {"provider": "stripe", "amount": 100, "currency": "EUR", "payment_method": stripe.card(), **wrong}
        assert alice.call("POST", "/v1/wallet/topups", body).status in (400, 503), wrong
    # Out again: the PIN is needed, no more than came in, and not what is spent.
    path = f"/v1/wallet/topups/{made['id']}/refund"
    assert alice.call("POST", path, {"amount": 2000}).code == "pin_required"
    assert alice.call("POST", path, {"amount": 5001, "pin": "2580"}).code == "refund_exceeds"
    assert person(shop, "mallory", None).call("POST", path, {"amount": 1, "pin": "2580"}).code == "not_found"
    assert alice.call("POST", path, {"amount": 2000, "pin": "2580"}).status == 200
    assert settled(alice, made, "partly_refunded")["refunded"] == 2000
    assert balance(alice, "EUR") == (3000, 0) and stripe.refunded() == 2000
    assert alice.call("POST", path, {"amount": 3001, "pin": "2580"}).code == "refund_exceeds"
    assert shop.cli_json("reconcile") == {"ok": True, "differences": []}


def test_without_a_method_the_person_goes_on_at_the_provider_and_a_webhook_tells(shop, stripe):
    alice = person(shop, "alice", None)
    made = top_up(alice, None)
    assert made["state"] == "pending" and made["client_secret"].startswith("pi_")
    intent = made["client_secret"].split("_secret_")[0]
    stripe.call("POST", f"/v1/payment_intents/{intent}", {"payment_method": stripe.card()})
    stripe.call("POST", f"/v1/payment_intents/{intent}/confirm")
    # Forged, stale, from the future, with another secret: nothing is believed.
    assert webhook(shop, intent, "evt_1", secret="whsec_wrong") == 400
    assert webhook(shop, intent, "evt_1", at=time.time() - 400) == 400
    assert webhook(shop, intent, "evt_1", at=time.time() + 400) == 400
    assert webhook(shop, intent, "evt_1", body=b"not json") == 400
    assert webhook(shop, intent, "evt_1") == 200
    settled(alice, made)
    # Twice, out of order, about others' payments: once is once.
    for event in ("evt_1", "evt_1", "evt_2", "evt_3"):
        assert webhook(shop, intent, event) == 200
    assert webhook(shop, "pi_of_somebody_else", "evt_4") == 200
    assert balance(alice, "EUR") == (5000, 0)


def test_what_nobody_pays_in_a_day_is_cancelled(make_server, stripe, proxy, tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "secret").write_text(SECRET + "\n")
    server = make_server(
        "--rate-limit", "off", "--stripe-key-file", tmp_path / "key", "--stripe-webhook-secret-file", tmp_path / "secret",
        "--stripe-url", proxy.url)
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    alice = person(server, "alice", None)
    made = [top_up(alice, None) for _ in range(20)]
    body = {"provider": "stripe", "amount": 5000, "currency": "EUR", "payment_method": None}
    assert alice.call("POST", "/v1/wallet/topups", body).code == "quota_exceeded"
    # One was paid, and nobody told the server.
    intent = made[0]["client_secret"].split("_secret_")[0]
    stripe.call("POST", f"/v1/payment_intents/{intent}", {"payment_method": stripe.card()})
    stripe.call("POST", f"/v1/payment_intents/{intent}/confirm")
    server.advance(days=1.1)
    settled(alice, made[0])
    for one in made[1:]:
        assert settled(alice, one, "failed")["failure"]["code"] == "expired"
    assert sorted(i["status"] for i in stripe.intents()) == ["canceled"] * 19 + ["succeeded"]
    assert balance(alice, "EUR") == (5000, 0)
    assert alice.call("POST", "/v1/wallet/topups", body).status == 201
    audit_is_clean(server)


@pytest.mark.parametrize("fault", ["drop request", "drop answer", "double", "error"])
@pytest.mark.parametrize("step", ["create", "confirm", "refund"])
def test_what_was_not_answered_is_found_out(shop, stripe, proxy, fault, step):
    alice = person(shop, "alice", None)
    ends = {"create": "/payment_intents", "confirm": "/confirm", "refund": "/refunds"}[step]
    left = [1]

    def once(method: str, path: str):
        if method == "POST" and path.endswith(ends) and left[0]:
            left[0] -= 1
            return fault
        return None

    proxy.fault = once
    made = top_up(alice, stripe.card())
    if step != "refund":
        assert made["state"] == ("unknown" if fault != "double" else "succeeded") or left[0] == 0
    settled(alice, made)
    assert balance(alice, "EUR") == (5000, 0) and stripe.paid() == 5000
    path = f"/v1/wallet/topups/{made['id']}/refund"
    assert alice.call("POST", path, {"amount": 1000, "pin": "2580"}).status == 200
    if step == "refund" and fault in ("drop request", "drop answer", "error"):
        # Meanwhile the money is in nobody's reach.
        assert balance(alice, "EUR") in ((4000, 1000), (4000, 0))
    settled(alice, made, "partly_refunded")
    assert balance(alice, "EUR") == (4000, 0)
    if (step, fault) != ("refund", "double"):
        assert stripe.refunded() == 1000
        assert shop.cli_json("reconcile")["ok"]
    else:
        # The stand-in knows no idempotency keys, so what the network doubled it did twice: the books say so.
        done = shop.cli("reconcile", "--json")
        assert done.returncode == 1 and [d["kind"] for d in json.loads(done.stdout)["differences"]] == ["other_refund"]


@pytest.mark.parametrize(("step", "status"), [("confirm", 404), ("refund", 401)])
def test_a_look_up_that_is_refused_decides_nothing(shop, stripe, proxy, step, status):
    alice = person(shop, "alice", None)
    ends = {"confirm": "/confirm", "refund": "/refunds"}[step]
    lost, refused = [], []

    def fault(method: str, path: str):
        if method == "POST" and path.endswith(ends) and not lost:
            return lost.append(path) or "drop answer"
        # The answer was lost, and so is the right to ask for it, for a while.
        if lost and len(refused) < 2 and method == "GET":
            return refused.append(path) or status
        return None

    proxy.fault = fault
    made = top_up(alice, stripe.card())
    settled(alice, made)
    assert balance(alice, "EUR") == (5000, 0) and stripe.paid() == 5000
    if step == "refund":
        assert alice.call("POST", f"/v1/wallet/topups/{made['id']}/refund", {"amount": 1000, "pin": "2580"}).status == 200
        settled(alice, made, "partly_refunded")
        assert balance(alice, "EUR") == (4000, 0) and stripe.refunded() == 1000
    assert len(refused) == 2
    assert shop.cli_json("reconcile")["ok"]


def test_a_key_that_is_not_taken_moves_nothing_and_is_asked_again_with(shop, stripe, proxy):
    alice = person(shop, "alice", None)
    refused = []
    proxy.fault = lambda method, path: None if len(refused) > 1 else refused.append(path) or 401
    made = top_up(alice, stripe.card())
    assert made["state"] == "unknown" and made["failure"] is None
    settled(alice, made)
    assert balance(alice, "EUR") == (5000, 0)


def test_many_at_once_on_a_bad_network_with_the_server_killed(shop, stripe, proxy):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    alice = person(shop, "alice", None)
    proxy.fault = lambda method, path: chance.choice(
        [None, None, None, "delay", "error", "drop answer"] + (["drop request"] if method == "POST" else []))
    cards, made = [stripe.card() for _ in range(6)], []
    for index, card in enumerate(cards):
        body = {"provider": "stripe", "amount": 1000 + index, "currency": "EUR", "payment_method": card}
        key = {"Idempotency-Key": f"topup-{index}"}
        for attempt in range(4):
            try:
                if attempt == 0 and index % 2 == 0:
                    # Killed between the question and its answer.
                    timer = chance.uniform(0.01, 0.3)
                    connection = http.client.HTTPConnection(shop.host, timeout=timer)
                    connection.request("POST", "/v1/wallet/topups", json.dumps(body), {
                        "Authorization": f"Bearer {alice.token}", "Content-Type": "application/json", **key})
                    try:
                        connection.getresponse()
                    except OSError:
                        pass
                    shop.kill()
                    audit_is_clean(shop)
                    shop.start()
                    continue
                answer = alice.call("POST", "/v1/wallet/topups", body, headers=key, timeout=60)
                assert answer.status == 201, answer.body
                made.append(answer.json)
                break
            except OSError:
                continue
    proxy.fault = lambda method, path: None
    assert len(made) == len(cards)
    for one in made:
        settled(alice, one, timeout=120)
    total = sum(1000 + index for index in range(len(cards)))
    assert balance(alice, "EUR") == (total, 0), seed
    assert stripe.paid() == total, seed
    assert len(alice.get("/v1/wallet/topups")["topups"]) == len(cards)
    assert shop.cli_json("reconcile")["ok"]


def test_differences_are_found(shop, stripe):
    alice = person(shop, "alice", None)
    first, second = top_up(alice, stripe.card()), top_up(alice, stripe.card(), 700)
    names = {i["metadata"]["stoa_top_up"]: i["id"] for i in stripe.intents()}
    # Somebody gives money back at the provider's own page, and somebody makes up a payment of ours there.
    stripe.call("POST", "/v1/refunds", {"payment_intent": names[str(first["id"])], "amount": 100})
    stripe.call("POST", "/v1/payment_intents", {
        "amount": 300, "currency": "eur", "payment_method": stripe.card(), "metadata[stoa_top_up]": "12345", "confirm": "true"})
    shop.execute(f"UPDATE top_ups SET amount = 800 WHERE id = {second['id']}")
    done = shop.cli("reconcile", "--json")
    kinds = sorted(d["kind"] for d in json.loads(done.stdout)["differences"])
    assert done.returncode == 1 and kinds == ["clearing", "missing_here", "other_amount", "other_refund"], done.stdout
    shop.execute(f"UPDATE top_ups SET amount = 700 WHERE id = {second['id']}")


def test_what_is_older_is_not_compared(shop, stripe, proxy):
    alice = person(shop, "alice", None)
    made = top_up(alice, stripe.card())
    # Asked for long ago, and paid there now.
    shop.execute(f"UPDATE top_ups SET created_at = 1000 WHERE id = {made['id']}")
    assert shop.cli_json("reconcile")["ok"]
    old = {"id": "pi_old", "amount": 100, "currency": "eur", "status": "succeeded", "created": 1, "metadata": {"stoa_top_up": "7"}}
    back = {"id": "re_old", "amount": 100, "status": "succeeded", "payment_intent": "pi_old", "created": 1}
    asked = []

    def fault(method: str, path: str):
        asked.append(path)
        return json.dumps({"data": [back if "refunds" in path else old], "has_more": True}).encode()

    proxy.fault = fault
    assert shop.cli_json("reconcile")["ok"]
    assert len(asked) == 2, asked
    proxy.fault = lambda method, path: None
