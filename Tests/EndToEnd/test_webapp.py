"""Web mini-apps from outside: their hosts, their launch data as servers of theirs check it, what is kept for their pages."""

import base64
import hashlib
import http.client
import re
import shutil
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data
from aiogram.utils.web_app_signature import check_webapp_signature

from stoa import Answer, run, write_app
from webapp import PAGE, Host, changed, checked, deploy_web, launch, token_of, user_of


@pytest.fixture
def shop(server):
    deploy_web(server, "corner_shop", {"index.html": PAGE, "js/app.js": "1", "data.json": "{}"}, origins=["https://api.example.com"])
    return server


# ── launch data ────────────────────────────────────────────────────────────────────────────────────────────


def test_launch_data_is_what_telegrams_libraries_take(shop):
    alice = shop.user("alice")
    opened = launch(alice, "corner_shop", start_param="table-7")
    data = checked(token_of(shop, "corner_shop"), opened["init_data"])
    assert user_of(data) == {"id": alice.id, "first_name": "alice", "username": "alice", "language_code": "en"}
    assert (data.start_param, data.chat_type) == ("table-7", "sender")
    assert abs(data.auth_date.timestamp() - time.time()) < 30
    assert data.query_id and re.fullmatch(r"-?\d+", data.chat_instance)
    again = checked(token_of(shop, "corner_shop"), launch(alice, "corner_shop")["init_data"])
    assert again.query_id != data.query_id and again.chat_instance == data.chat_instance and again.start_param is None


@pytest.mark.parametrize("name", ['Zoë "Q" <b>&amp;+%', "Иван=1&user=2", "{}", "[1]", "a b"])
def test_names_of_any_letters_survive(shop, name):
    made = shop.cli_json("user", "create", "zoe", "--display", name)
    zoe = type(shop.user("helper"))(shop, made["id"], made["name"], made["token"])
    data = checked(token_of(shop, "corner_shop"), launch(zoe, "corner_shop")["init_data"])
    assert data.user.first_name == name and data.user.id == zoe.id


def test_forged_launch_data_fails(shop):
    alice, bob = shop.user("alice"), shop.user("bob")
    deploy_web(shop, "other", {"index.html": PAGE})
    token, good = token_of(shop, "corner_shop"), launch(alice, "corner_shop")["init_data"]
    checked(token, good)
    forged = [
        changed(good, user=dict(parse_qsl(good))["user"].replace(str(alice.id), str(bob.id))),
        changed(good, auth_date=str(int(time.time()) + 60)), changed(good, extra="1"), changed(good, hash="0" * 64),
        changed(good, signature="A" * 86), good.replace("&hash=", "&hash=0"), "", "hash=00",
        # Another app's, and what another user was given under this one's hash.
        launch(alice, "other")["init_data"], changed(launch(bob, "corner_shop")["init_data"], hash=dict(parse_qsl(good))["hash"]),
    ]
    for data in forged:
        with pytest.raises(ValueError):
            checked(token, data)
    with pytest.raises(ValueError):
        checked(token_of(shop, "other"), good)


def test_stale_launch_data_fails(shop):
    alice = shop.user("alice")
    token = token_of(shop, "corner_shop")
    old = launch(alice, "corner_shop")["init_data"]
    checked(token, old)
    later = time.time() + 2 * 3600
    with pytest.raises(ValueError, match="stale"):
        checked(token, old, now=later)
    # It cannot be made younger.
    with pytest.raises(ValueError, match="signature"):
        checked(token, changed(old, auth_date=str(int(later))), now=later)
    # With another token, all that was signed before is worth nothing.
    fresh = token_of(shop, "corner_shop", "--new")
    assert fresh != token
    with pytest.raises(ValueError, match="signature"):
        checked(fresh, old)
    checked(fresh, launch(alice, "corner_shop")["init_data"])


def test_third_parties_check_by_the_public_key(shop):
    alice = shop.user("alice")
    opened = launch(alice, "corner_shop")
    key = bytes.fromhex(shop.call("GET", "/v1/apps/keys").json["ed25519"])
    assert len(key) == 32
    app, good = opened["app"]["id"], opened["init_data"]
    assert check_webapp_signature(app, good, key)
    assert not check_webapp_signature(app + 1, good, key)
    assert not check_webapp_signature(app, changed(good, auth_date="1"), key)
    assert not check_webapp_signature(app, good, bytes(32))
    shop.stop()
    shop.start()
    assert bytes.fromhex(shop.call("GET", "/v1/apps/keys").json["ed25519"]) == key


def test_a_publishers_own_token_is_taken(shop):
    """Such as that of the Telegram bot whose mini-app it was."""
    alice = shop.user("alice")
    own = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    assert shop.cli("secret", "set", "corner_shop", "WEB_APP_TOKEN", stdin=own + "\n").returncode == 0
    safe_parse_webapp_init_data(own, launch(alice, "corner_shop")["init_data"])
    assert token_of(shop, "corner_shop") == own


def test_the_token_lies_sealed_and_is_not_for_everybody(shop):
    alice = shop.user("alice")
    launch(alice, "corner_shop")
    token = token_of(shop, "corner_shop")
    stored = shop.query("SELECT sealed, hosts FROM secrets")
    assert len(stored) == 1 and token.encode() not in stored[0][0] and stored[0][1] == "token.invalid"
    assert (shop.data / "launch.key").stat().st_mode & 0o777 == 0o600
    for method in ("GET", "POST"):
        assert alice.call(method, "/v1/apps/corner_shop/token").status in (403, 404)
    shop.deploy("plain", "")
    assert shop.cli("webapp", "token", "plain").returncode != 0
    assert shop.cli("webapp", "token", "nobody").returncode != 0


def test_nobody_launches_for_another(shop):
    alice, bob = shop.user("alice"), shop.user("bob")
    group = alice.group("lunch", "corner_shop")
    data = checked(token_of(shop, "corner_shop"), launch(alice, "corner_shop", chat=group)["init_data"])
    assert data.chat_type == "group"
    assert data.chat_instance != checked(token_of(shop, "corner_shop"), launch(alice, "corner_shop")["init_data"]).chat_instance
    assert bob.call("POST", "/v1/apps/corner_shop/launch", {"chat": group}).code == "chat_not_found"
    assert shop.call("POST", "/v1/apps/corner_shop/launch", {}).status == 401
    for body, code in [({"start_param": "a b"}, "bad_request"), ({"start_param": ""}, "bad_request"), ({"chat": 0}, "bad_request")]:
        assert bob.call("POST", "/v1/apps/corner_shop/launch", body).code == code
    assert bob.call("POST", "/v1/apps/nobody/launch", {}).code == "app_not_found"
    shop.deploy("plain", "")
    assert bob.call("POST", "/v1/apps/plain/launch", {}).code == "page_not_found"
    assert shop.cli("takedown", "corner_shop", "--reason", "checked").returncode == 0
    assert bob.call("POST", "/v1/apps/corner_shop/launch", {}).code == "app_stopped"
    assert Host(shop, "corner-shop").get("/").status == 404


# ── what pages keep and send ───────────────────────────────────────────────────────────────────────────────


def test_cloud_storage_is_kept_by_app_and_person(shop):
    alice, bob = shop.user("alice"), shop.user("bob")
    deploy_web(shop, "other", {"index.html": PAGE})
    put = lambda user, key, value, app="corner_shop": user.call("PUT", f"/v1/apps/{app}/storage/{key}", {"value": value})
    assert put(alice, "score", "7").status == 204 and put(alice, "name", "Ann ☕").status == 204
    assert put(bob, "score", "1").status == 204 and put(alice, "score", "x", "other").status == 204
    assert alice.get("/v1/apps/corner_shop/storage") == {"keys": ["name", "score"]}
    values = alice.call("GET", "/v1/apps/corner_shop/storage?key=score&key=name&key=none").json
    assert values == {"values": {"score": "7", "name": "Ann ☕"}}
    chat = alice.direct("corner_shop")
    assert alice.ask(chat, "/kept") == "7"
    assert alice.call("DELETE", "/v1/apps/corner_shop/storage/name").status == 204
    assert alice.get("/v1/apps/corner_shop/storage") == {"keys": ["score"]}
    assert bob.get("/v1/apps/corner_shop/storage", key="score") == {"values": {"score": "1"}}
    assert put(alice, "k" * 129, "1").code == "bad_request" and put(alice, "a.b", "1").code == "bad_request"
    assert put(alice, "k", "x" * 4097).code == "too_large" and put(alice, "k" * 128, "x" * 4096).status == 204
    # What the person has forgotten is gone.
    app = launch(alice, "corner_shop")["app"]["id"]
    assert alice.call("DELETE", f"/v1/bots/{app}/data").status == 204
    assert alice.get("/v1/apps/corner_shop/storage") == {"keys": []}
    assert bob.get("/v1/apps/corner_shop/storage") == {"keys": ["score"]}


def test_cloud_storage_has_1024_keys(shop):
    alice = shop.user("alice")
    for number in range(1024):
        assert alice.call("PUT", f"/v1/apps/corner_shop/storage/k{number}", {"value": ""}).status == 204
    assert alice.call("PUT", "/v1/apps/corner_shop/storage/more", {"value": ""}).code == "quota_exceeded"
    assert alice.call("PUT", "/v1/apps/corner_shop/storage/k5", {"value": "again"}).status == 204
    assert len(alice.get("/v1/apps/corner_shop/storage")["keys"]) == 1024


def test_what_a_page_sends_reaches_the_apps_lua_once(shop):
    alice = shop.user("alice")
    chat, nonce = alice.direct("corner_shop"), str(uuid.uuid4())
    for _ in range(2):
        assert alice.call("POST", "/v1/apps/corner_shop/data", {"data": "3 pies", "nonce": nonce}).status == 204
    alice.wait_for_message(chat, lambda m: m["text"] == "got 3 pies from alice")
    shop.wait_until_idle()
    assert len([m for m in alice.history(chat) if m["text"].startswith("got")]) == 1
    assert alice.call("POST", "/v1/apps/corner_shop/data", {"data": "", "nonce": "1"}).code == "too_large"
    assert alice.call("POST", "/v1/apps/corner_shop/data", {"data": "x" * 4097, "nonce": "1"}).code == "too_large"


# ── hosts ──────────────────────────────────────────────────────────────────────────────────────────────────


def policy(answer) -> dict[str, list[str]]:
    """The first of the policies."""
    first = answer.headers["Content-Security-Policy"].split(",")[0]
    return {name: sources for name, *sources in (part.split() for part in first.split(";"))}


def test_each_app_has_a_host_and_a_strict_policy(shop):
    page = Host(shop, "corner-shop").get("/")
    assert page.status == 200 and page.body == PAGE.encode()
    said = policy(page)
    port = urlsplit(shop.url).port
    assert said["default-src"] == said["object-src"] == said["base-uri"] == said["form-action"] == said["frame-src"] == ["'none'"]
    assert said["script-src"] == ["'self'"] and said["connect-src"] == ["'self'", "https://api.example.com"]
    assert said["frame-ancestors"] == [
        f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://0frame.localhost:{port}"]
    assert page.headers["Connection-Allowlist"] == '(response-origin "https://api.example.com/*"); redirects=allow; webrtc=block'
    assert said["sandbox"] == ["allow-scripts", "allow-same-origin", "allow-forms"]
    assert page.headers["X-Content-Type-Options"] == "nosniff" and page.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in page.headers["Permissions-Policy"] and page.headers["X-Frame-Options"] is None
    assert page.headers["Set-Cookie"] is None
    script = Host(shop, "corner-shop").get("/js/app.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8" and policy(script) == said
    assert Host(shop, "corner-shop").get("/js/app.js", **{"If-None-Match": script.headers["ETag"]}).status == 304
    for name in ("stoa-web-app.js", "telegram-web-app.js", "max-web-app.js"):
        assert b"window.Telegram" in Host(shop, "corner-shop").get(f"/{name}?59").body


def test_nothing_else_is_at_those_hosts(shop):
    for host, path in [
        ("corner-shop", "/v1/me"), ("corner-shop", "/manifest.json"), ("corner-shop", "/main.lua"), ("corner-shop", "/../main.lua"),
        ("corner-shop", "/%2e%2e/main.lua"), ("corner-shop", "/app.js"), ("corner-shop", "/healthz"), ("corner_shop", "/"),
        ("nobody", "/"), ("a.corner-shop", "/"), ("0frame", "/"), ("0frame", "/nobody"), ("0frame", "/corner_shop/x"), ("1", "/"),
    ]:
        answer = Host(shop, host).get(path)
        assert answer.status in (400, 404), (host, path)
    shop.deploy("plain", "", {"assets/x.txt": "x"})
    assert Host(shop, "plain").get("/").status == 404
    assert Host(shop, "corner-shop").get("/", method="POST").status == 405
    # A service worker could answer without the policy.
    assert Host(shop, "corner-shop").get("/js/app.js", **{"Service-Worker": "script"}).status == 404
    # The client's own hosts are as they were.
    assert shop.call("GET", "/healthz").status == 200 and shop.call("GET", "/js/app.js").status == 404


def test_the_frame_holds_an_app_to_its_origin(shop):
    port = urlsplit(shop.url).port
    page = Host(shop, "0frame").get("/corner_shop")
    assert policy(page)["frame-src"] == [f"http://corner-shop.localhost:{port}"]
    assert f'data-home="http://corner-shop.localhost:{port}/"'.encode() in page.body
    assert b'sandbox="allow-scripts allow-same-origin allow-forms"' in page.body
    site = {"url": "https://site.example.com/app?x=1&y=2", "origins": ["https://login.example.com", "wss://live.example.com"]}
    deploy_web(shop, "site", {}, web=site)
    page = Host(shop, "0frame").get("/site")
    assert policy(page)["frame-src"] == ["https://site.example.com", "https://login.example.com"]
    assert b'data-home="https://site.example.com/app?x=1&amp;y=2"' in page.body
    assert Host(shop, "site").get("/").status == 404
    # What a site is to load is there for it.
    script = Host(shop, "site").get("/stoa-web-app.js")
    assert script.status == 200 and script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    client = shop.call("GET", "/")
    if client.status == 200:
        assert policy(client)["frame-src"] == [f"http://0frame.localhost:{port}"]


def test_scripts_in_a_page_are_known_by_their_hashes(shop):
    inline = "\r\nTelegram.WebApp.ready();\r\n"
    html = (
        '<!doctype html><script src="https://telegram.org/js/telegram-web-app.js?59"></script>'
        f'<SCRIPT data-x="a>b">{inline}</SCRIPT ><script src=/js/app.js></script>')
    deploy_web(shop, "tele", {"index.html": html})
    page = Host(shop, "tele").get("/")
    assert b'<script src="/telegram-web-app.js?59">' in page.body and b"telegram.org" not in page.body
    wanted = base64.b64encode(hashlib.sha256(inline.replace("\r\n", "\n").encode()).digest()).decode()
    assert policy(page)["script-src"] == ["'self'", f"'sha256-{wanted}'"]
    # A script from elsewhere that says it has this hash does not pass the second one.
    assert page.headers["Content-Security-Policy"].split(", ")[1:] == ["script-src 'self' 'unsafe-inline'"]


def test_a_long_page_holds_nobody_up(shop):
    long = PAGE + "<p>" + "<scrip " * 300_000
    deploy_web(shop, "long", {"index.html": long})
    alice = shop.user("alice")
    assert Host(shop, "long").get("/").body == long.encode()
    start = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(Host(shop, "long").get, "/", "HEAD") for _ in range(36)]
        alice.get("/v1/me")
        assert time.monotonic() - start < 2
        assert [answer.result().status for answer in answers] == [200] * 36


def test_no_app_is_shown_in_the_place_of_another(make_server):
    server = make_server("--rate-limit", "off", "--public-url", "https://chat.example.org", "--apps-domain", "apps.example.net")
    server.start()

    def get(host: str, path: str) -> Answer:
        connection = http.client.HTTPConnection(server.host, timeout=20)
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    own = ["https://pies.apps.example.net", "https://0frame.apps.example.net", "https://apps.example.net", "https://chat.example.org"]
    deploy_web(server, "site", {}, web={"url": "https://site.example.com/", "origins": [*own, "https://login.example.com"]})
    frame = get("0frame.apps.example.net", "/site")
    assert policy(frame)["frame-src"] == ["https://site.example.com", "https://login.example.com"]
    assert not any(origin.encode() + b" " in frame.body or origin.encode() + b'"' in frame.body for origin in own[:3])
    for origin in own:
        deploy_web(server, "thief", {}, web={"url": f"{origin}/"})
        assert get("0frame.apps.example.net", "/thief").status == 404, origin
    deploy_web(server, "pies", {"index.html": PAGE}, origins=own)
    page = get("pies.apps.example.net.", "/")
    assert policy(page)["connect-src"] == ["'self'"] and "chat.example" not in page.headers["Connection-Allowlist"]


def test_cookies_of_others_keep_nobody_out(shop):
    answer = Host(shop, "corner-shop").get("/", Cookie="; ".join(f"c{i}={'x' * 3800}" for i in range(30)))
    assert answer.status == 431 and answer.headers["Clear-Site-Data"] == '"cookies"'


def test_a_domain_for_apps_and_a_server_without_one(make_server):
    server = make_server("--rate-limit", "off", "--public-url", "https://chat.example.org", "--apps-domain", "apps.example.net")
    server.start()
    deploy_web(server, "shop", {"index.html": PAGE})
    opened = launch(server.user("alice"), "shop")
    assert opened["url"] == "https://0frame.apps.example.net/shop"
    page = server.call("GET", "/", headers={"Host": "shop.apps.example.net"})
    assert page.status == 200 and policy(page)["frame-ancestors"] == ["https://chat.example.org", "https://0frame.apps.example.net"]
    assert server.call("GET", "/", headers={"Host": "apps.example.net"}).status == 404
    assert server.call("GET", "/healthz", headers={"Host": "shop.localhost"}).status == 200
    for bad in (
        ["--apps-domain", "apps.example.net"], ["--public-url", "https://chat.example.org"],
        ["--public-url", "https://chat.example.org", "--apps-domain", "example.org"],
        ["--public-url", "https://chat.example.org/x", "--apps-domain", "apps.example.net"],
    ):
        done = run("serve", "--data", server.folder / "other", "--listen", "127.0.0.1:0", *bad)
        assert done.returncode != 0 and ("--apps-domain" in done.stderr or "--public-url" in done.stderr), done.stderr
    open_to_all = make_server()
    open_to_all.start()
    bare = run("serve", "--help")
    assert "--apps-domain" in bare.stdout


def test_a_manifest_that_cannot_be(server):
    for web, files, said in [
        ({"entry": "web/none.html"}, {"index.html": PAGE}, "web/none.html is not there"),
        ({"entry": "main.lua"}, {"index.html": PAGE}, "web.entry"),
        ({"entry": "web/index.html", "url": "https://a.example.com"}, {"index.html": PAGE}, "both"),
        ({}, {}, "neither"),
        ({"url": "http://a.example.com"}, {}, "web.url"), ({"url": "https://127.0.0.1/"}, {}, "web.url"),
        ({"entry": "web/index.html", "origins": ["https://*.example.com"]}, {"index.html": PAGE}, "web.origins[1]"),
        ({"entry": "web/index.html", "origins": ["https://localhost"]}, {"index.html": PAGE}, "web.origins[1]"),
        ({"entry": "web/index.html", "origins": ["https://a.example.com; script-src *"]}, {"index.html": PAGE}, "web.origins[1]"),
        ({"entry": "web/index.html"}, {"index.html": PAGE, "run.exe": ""}, "no kind of file"),
    ]:
        folder = server.folder / "bad"
        shutil.rmtree(folder, ignore_errors=True)
        write_app(folder, "bad", "", {f"web/{path}": text for path, text in files.items()}, kind="miniapp", web=web)
        done = run("check", folder)
        assert done.returncode != 0 and said in done.stdout + done.stderr, (web, done.stdout, done.stderr)
