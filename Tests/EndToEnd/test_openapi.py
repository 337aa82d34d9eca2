"""The description of the API and the server agree, whatever is sent."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stoa import ROOT
from test_console import Team
from webapp import PAGE, deploy_web

CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
]


@pytest.fixture
def server(make_server):
    """One that can also send codes, to nobody."""
    return make_server("--rate-limit", "off", "--contact-sender", "/bin/true").start()


def schemathesis(server, token: str, description: Path, *more: str) -> str:
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [program, "run", description, "--url", server.url, "-H", f"Authorization: Bearer {token}",
         "--checks", ",".join(CHECKS), "--generation-deterministic", "--no-color", "--mode", "all",
         # Ending the session that the test runs with would make all that follows a 401; it is tested elsewhere.
         "--exclude-operation-id", "signOut", "--exclude-operation-id", "endSession", "--exclude-operation-id", "stream", *more],
        cwd=server.folder, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert server.is_alive()
    return done.stdout


def money_of(server, alice, chat: int) -> dict[str, list]:
    """Something of each kind that payments know."""
    assert server.cli("wallet", "issue", "alice", "100.00", "RUB").returncode == 0
    assert alice.call("PUT", "/v1/wallet/pin", {"pin": "2580", "password": "a long password"}).status == 204
    assert alice.call("PUT", "/v1/wallet/limits/RUB", {"confirm_above": 10**9, "pin": "2580"}).status == 200
    send = {"kind": "send", "to": "bob", "amount": 100, "currency": "RUB", "title": "Tea"}
    payments = [alice.call("POST", "/v1/payments", send).json for _ in range(2)]
    shown = {"amount": 100, "currency": "RUB", "payee": payments[0]["payee"]["id"]}
    assert alice.call("POST", f"/v1/payments/{payments[0]['id']}/confirm", {"shown": shown}).status == 200
    bill = alice.call("POST", "/v1/bills", {
        "chat": chat, "title": "Cake", "amount": 500, "currency": "RUB", "shares": [{"user": "alice"}, {"user": "bob"}]}).json
    link = alice.call("POST", "/v1/payment-links", {"currency": "RUB", "title": "Tips"}).json
    return {
        "payment": [p["id"] for p in payments], "bill": [bill["id"], 1], "link": [link["id"], 1], "token": [link["token"], "x"],
        "currency": ["RUB", "EUR"]}


def prepare(server) -> tuple[str, Path]:
    """Alice has a bit of everything. Her token, and a description in which ids are those of things that exist."""
    bob = server.user("bob")
    alice = server.user("alice", "a long password")
    assert server.cli("user", "role", "alice", "--operator").returncode == 0
    server.deploy("buttons", """
        local stoa = require "stoa"
        stoa.command("start", function(chat) chat:send("Press", { buttons = { "a", "b" } }) end)
        stoa.on("press", function(chat, press) press:answer("Thanks") end)""")
    deploy_web(server, "pies", {"index.html": PAGE})
    chat = alice.group("friends", "bob", "buttons")
    first = alice.send(chat, "text")
    alice.send(chat, "/start")
    pressed = alice.wait_for_message(chat, lambda m: m["buttons"])
    acme = Team(alice, "acme", server.folder)
    release = acme.send("1.0.0")["id"]
    money = money_of(server, alice, chat)
    description = yaml.safe_load((ROOT / "sdk-docs/openapi.yaml").read_text())
    known = {
        "chat": [chat, 1], "message": [first["id"], pressed["id"], 1], "account": [bob.id, 1], "user": ["bob", "alice"],
        "app": ["buttons", "parcel", "pies"], "entry": ["a", "b"], "publisher": ["acme", "nothing"], "release": [release, 1], "key": [acme.key], **money}
    parameters = list(description["components"]["parameters"].values())
    for path in description["paths"].values():
        parameters += path.get("parameters", [])
        for operation in path.values():
            parameters += operation.get("parameters", []) if isinstance(operation, dict) else []
    for parameter in parameters:
        if parameter.get("in") == "path" and parameter["name"] in known:
            kind = "integer" if isinstance(known[parameter["name"]][0], int) else "string"
            parameter["schema"] = {"type": kind, "enum": known[parameter["name"]]}
    path = server.folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(description))
    return alice.token, path


def test_made_up_requests(server):
    token, _ = prepare(server)
    schemathesis(
        server, token, ROOT / "sdk-docs/openapi.yaml", "--phases", "examples,coverage,fuzzing", "--max-examples", "40")


def test_made_up_requests_about_things_that_exist(server):
    token, description = prepare(server)
    said = schemathesis(server, token, description, "--phases", "examples,coverage,fuzzing", "--max-examples", "40")
    # It warns of calls that never got further than 401, 403 or 404.
    assert "- GET /v1/chats/{chat}/messages/{message}\n" not in said, said


def test_calls_that_follow_each_other(server):
    token, _ = prepare(server)
    schemathesis(server, token, ROOT / "sdk-docs/openapi.yaml", "--phases", "stateful", "--max-examples", "40")
