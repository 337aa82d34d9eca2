"""Thousands of payments by many clients at once, while the server is killed again and again: nothing is lost, nothing is paid twice,
and what clients were told is what the ledger says."""

import http.client
import os
import random
import threading
import time
import uuid

import pytest

from stoa import Server, User, wait_for
from test_payments import CAPABILITIES, SHOP, audit_is_clean, fund, shown

OPERATIONS = int(os.environ.get("STOA_TEST_OPERATIONS", "10000"))
CLIENTS = 32
FIRST = 10_000_00


class Client(threading.Thread):
    """One person who pays, asks, refuses and gives back at random, and remembers what they were told."""

    def __init__(self, user: User, others: list[str], seed: int, left: "Countdown", server: Server):
        super().__init__(daemon=True)
        self.user, self.others, self.left, self.server = user, others, left, server
        self.random = random.Random(seed)
        # What the server has said of each payment, the last word of it.
        self.told: dict[int, dict] = {}
        self.chat = 0
        self.problem: str | None = None

    def run(self) -> None:
        try:
            while self.left.take():
                self.random.choices(
                    [self.send, self.request, self.answer, self.refund, self.take_back, self.hold, self.share, self.subscribe],
                    weights=[30, 15, 25, 10, 5, 8, 4, 3])[0]()
        except Exception as error:  # noqa: BLE001: told by the test
            self.problem = f"{self.user.name}: {error!r}"

    def call(self, method: str, path: str, body: object = None, key: bool = False):
        """Until the server has answered: with a key where doing it twice would matter."""
        headers = {"Idempotency-Key": str(uuid.UUID(int=self.random.getrandbits(128)))} if key else None
        for _ in range(600):
            try:
                answer = self.user.call(method, path, body, headers=headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if answer.status < 500:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"{method} {path}: no answer")

    def note(self, payment: dict) -> None:
        self.told[payment["id"]] = payment

    def amount(self) -> int:
        return self.random.choice([1, 99, 100, 12_345, self.random.randint(1, 50_000)])

    def make(self, kind: str, who: str) -> dict | None:
        body = {"kind": kind, who: self.random.choice(self.others), "amount": self.amount(), "currency": "RUB", "title": kind}
        answer = self.call("POST", "/v1/payments", body, key=True)
        assert answer.status == 201 or answer.code == "quota_exceeded", answer.body
        return answer.json if answer.status == 201 else None

    def confirm(self, payment: dict) -> None:
        answer = self.call("POST", f"/v1/payments/{payment['id']}/confirm", {"shown": shown(payment)})
        if answer.status == 200:
            self.note(answer.json)
            return
        # It may have been made before an answer got lost.
        assert answer.code in ("payment_state", "insufficient_funds", "payment_expired"), answer.body
        now = self.call("GET", f"/v1/payments/{payment['id']}").json
        if now["state"] in ("captured", "partly_refunded", "refunded", "authorised"):
            self.note(now)

    def send(self) -> None:
        made = self.make("send", "to")
        if made:
            self.confirm(made)

    def request(self) -> None:
        self.make("request", "from")

    def answer(self) -> None:
        for payment in self.call("GET", "/v1/payments?open=true&limit=3").json["payments"]:
            if self.random.random() < 0.75:
                self.confirm(payment)
            else:
                answer = self.call("POST", f"/v1/payments/{payment['id']}/decline", {})
                assert answer.status == 200 or answer.code == "payment_state", answer.body

    def refund(self) -> None:
        found = self.call("GET", "/v1/payments?open=false&role=payee&limit=10").json["payments"]
        paid = [p for p in found if "refund" in p["can"]]
        if not paid:
            return
        payment = self.random.choice(paid)
        left = payment["captured"] - payment["refunded"]
        amount = self.random.choice([None, left, max(1, left // 2), left + 1])
        answer = self.call("POST", f"/v1/payments/{payment['id']}/refund", {"amount": amount, "reason": "back"}, key=True)
        assert answer.status == 200 or answer.code in ("refund_exceeds", "insufficient_funds", "not_refundable"), answer.body
        if answer.status == 200:
            self.note(answer.json)

    def take_back(self) -> None:
        for payment in self.call("GET", "/v1/payments?open=true&role=payee&limit=1").json["payments"]:
            answer = self.call("POST", f"/v1/payments/{payment['id']}/cancel", {})
            assert answer.status == 200 or answer.code == "payment_state", answer.body

    def share(self) -> None:
        two = self.random.sample(self.others, 2)
        group = self.call("POST", "/v1/chats", {"kind": "group", "title": "Bill", "members": two}).json["id"]
        shares = [{"user": self.user.name}, *({"user": name} for name in two)]
        body = {"chat": group, "title": "Bill", "amount": self.amount() + 2, "currency": "RUB", "shares": shares}
        answer = self.call("POST", "/v1/bills", body, key=True)
        assert answer.status == 201 or answer.code == "quota_exceeded", answer.body

    def say(self, text: str) -> None:
        if not self.chat:
            self.chat = self.call("POST", "/v1/chats", {"kind": "direct", "with": "till"}).json["id"]
        self.call("POST", f"/v1/chats/{self.chat}/messages", {"text": text, "nonce": str(uuid.UUID(int=self.random.getrandbits(128)))})

    def hold(self) -> None:
        """Through the app: put aside, then captured in parts, given back or left to expire."""
        self.say("/hold")
        for _ in range(40):
            found = [p for p in self.call("GET", "/v1/payments?open=true&limit=50").json["payments"] if p["title"] == "Room"]
            if found:
                break
            time.sleep(0.05)
        else:
            return
        self.confirm(found[0])
        words = self.random.choice(["capture {} 3000 more", "capture {}", "capture {} 20000", "void {}", "refund {}", ""])
        if words:
            self.say("/" + words.format(found[0]["id"]))

    def subscribe(self) -> None:
        found = self.call("GET", "/v1/subscriptions").json["subscriptions"]
        running = [s for s in found if "cancel" in s["can"]]
        if len(running) > 2 or (running and self.random.random() < 0.5):
            self.call("POST", f"/v1/subscriptions/{running[0]['id']}/cancel", {})
            return
        self.say("/join")
        for offer in [s for s in found if "confirm" in s["can"]][:1]:
            agreed = {"shown": {"amount": offer["amount"], "currency": "RUB", "payee": offer["payee"]["id"], "period": offer["period"]}}
            answer = self.call("POST", f"/v1/subscriptions/{offer['id']}/confirm", agreed)
            assert answer.status == 200 or answer.code in ("insufficient_funds", "subscription_state", "payment_expired"), answer.body


class Countdown:
    def __init__(self, count: int):
        self.count, self.lock = count, threading.Lock()

    def take(self) -> bool:
        with self.lock:
            self.count -= 1
            return self.count >= 0


def all_payments(user: User) -> list[dict]:
    found: list[dict] = []
    for role in ("payer", "payee"):
        before = None
        while True:
            page = user.get(f"/v1/payments?role={role}&limit=200" + (f"&before={before}" if before else ""))
            found += page["payments"]
            before = page["next"]
            if not before:
                break
    return found


def test_ten_thousand_operations_survive_any_crash(make_server):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("till", SHOP, capabilities=CAPABILITIES)
    assert server.cli("fee", "--basis-points", "250").returncode == 0
    names = [f"p{i}" for i in range(CLIENTS)]
    users = []
    for name in names:
        user = server.user(name, "a long password")
        fund(server, name, "10000.00")
        assert user.call("PUT", "/v1/wallet/pin", {"pin": "2580", "password": "a long password"}).status == 204
        assert user.call("PUT", "/v1/wallet/limits/RUB", {"confirm_above": 10**9, "pin": "2580"}).status == 200
        users.append(user)
    left = Countdown(OPERATIONS)
    clients = [
        Client(user, [n for n in names if n != user.name], chance.randrange(2**32), left, server) for user in users]
    for client in clients:
        client.start()
    kills = 0
    while any(client.is_alive() for client in clients):
        # By what was done and not by time: a fast machine is killed as often.
        next_kill = left.count - chance.randrange(OPERATIONS // 8, OPERATIONS // 4)
        wait_for(lambda: left.count <= max(0, next_kill) or not any(c.is_alive() for c in clients), "operations", 120)
        if left.count <= 0:
            break
        server.kill()
        kills += 1
        audit_is_clean(server)
        server.start()
        if chance.random() < 0.3:
            server.advance(days=chance.choice([0.5, 8, 32]))
    for client in clients:
        client.join(120)
        assert client.problem is None and not client.is_alive(), (client.problem, seed)
    server.advance(days=1)
    report = audit_is_clean(server)
    print(kills, "kills,", report["transfers"], "transfers")
    assert kills >= (3 if OPERATIONS >= 5000 else 1)

    # The model: what each payment says must explain each balance, and be no less than what its client was told.
    known: dict[int, dict] = {}
    for user in users:
        for payment in all_payments(user):
            known.setdefault(payment["id"], payment)
    expected = {user.id: FIRST for user in users}
    fees = 0
    for payment in known.values():
        gained = payment["captured"] - payment["refunded"]
        if payment["payer"]:
            held = payment["amount"] + payment["tip"] - payment["captured"] if payment["state"] in ("authorised", "partly_captured") else 0
            expected[payment["payer"]["id"]] -= gained + held
        if payment["payee"]["id"] in expected:
            expected[payment["payee"]["id"]] += gained
    for user in users:
        found = [b for b in user.get("/v1/wallet")["balances"] if b["currency"] == "RUB"][0]
        assert found["available"] == expected[user.id], (user.name, seed)
    order = ["authorised", "partly_captured", "captured", "partly_refunded", "refunded"]
    for client in clients:
        for payment in client.told.values():
            now = known[payment["id"]]
            if now["state"] in ("cancelled", "expired"):
                # What was only put aside went back.
                assert payment["state"] == "authorised", (payment, now, seed)
                continue
            assert order.index(now["state"]) >= order.index(payment["state"]), (payment, now, seed)
            assert now["captured"] >= payment["captured"] and now["refunded"] >= payment["refunded"], (payment, now, seed)
