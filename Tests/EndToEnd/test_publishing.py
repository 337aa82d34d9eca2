"""From a publisher's folder to the people: signed packages, review, stages, takedowns."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from stoa import Server, run

MAIN = """
local stoa = require "stoa"
stoa.on("message", function(chat) chat:send("version %s") end)
"""
LATER = """
stoa.command("later", function(chat) chat.timers:after(5, "x") end)
stoa.timer("x", function(chat) chat:send("later") end)
"""
TEST = """
test("answers", function()
  local user = sim.user("Ann")
  user:says("hi")
  user:sees("version")
end)
"""


def folder(at: Path, version: str, main: str = MAIN, capabilities=("messages.send",), name: str = "parcel", **more) -> Path:
    at.mkdir(parents=True, exist_ok=True)
    manifest = {
        "name": name, "title": "Parcel", "kind": "bot", "version": version, "description": "Tells its version.",
        "capabilities": [{"name": c, "reason": "to answer"} for c in capabilities], **more,
    }
    (at / "manifest.json").write_text(json.dumps(manifest, indent=2))
    (at / "main.lua").write_text(main.replace("%s", version))
    (at / "tests").mkdir(exist_ok=True)
    (at / "tests" / "version.lua").write_text(TEST)
    return at


@pytest.fixture
def acme(server, tmp_path):
    key = tmp_path / "acme.key"
    made = run("key", "new", "--key", str(key), "--json")
    assert made.returncode == 0, made.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    public = json.loads(made.stdout)["key"]
    done = server.cli("publisher", "new", "acme", "--title", "Acme Ltd", "--key", public)
    assert done.returncode == 0, done.stderr
    return ["--publisher", "acme", "--key", str(key)]


def publish(server: Server, at: Path, acme: list, *more: str) -> dict:
    done = server.cli("publish", str(at), *acme, *more, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def decide(server: Server, *arguments: str) -> dict:
    done = server.cli("review", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def says(user, bot: str) -> str:
    """What the bot answers this user; each message begins a conversation."""
    return user.ask(user.direct(bot), "hi")


def test_from_the_folder_to_the_people_in_stages_and_back(server, acme, tmp_path):
    alice = server.user("alice")
    first = publish(server, folder(tmp_path / "one", "1.0.0"), acme)
    assert first["state"] == "in_review"
    # Until an operator admits it, it is not there.
    assert alice.call("POST", "/v1/chats", {"kind": "direct", "with": "parcel"}).status == 404
    decide(server, "admit", str(first["release"]))
    assert says(alice, "parcel") == "version 1.0.0"

    second = publish(
        server, folder(tmp_path / "two", "2.0.0", MAIN + LATER,
                       ("messages.send", "timers")), acme, "--notes", "Now with timers")
    shown = decide(server, "show", str(second["release"]))
    assert shown["before"] == "1.0.0"
    assert {"what": "capability timers", "before": None, "now": "to answer"} in shown["statements"]
    assert any(line.startswith('+stoa.command("later"') for file in shown["files"] for line in file["lines"])
    assert says(alice, "parcel") == "version 1.0.0"

    assert decide(server, "admit", str(second["release"]), "--percent", "50")["state"] == "staged"
    people = [server.user(f"person{n}") for n in range(16)]
    before = [says(person, "parcel") for person in people]
    assert set(before) == {"version 1.0.0", "version 2.0.0"}
    assert [says(person, "parcel") for person in people] == before, "a chat keeps its answer"
    assert server.cli("rollback", "parcel").returncode == 0
    assert {says(person, "parcel") for person in people} == {"version 1.0.0"}

    # After a restart it is as it was.
    server.kill()
    server.start()
    assert {says(person, "parcel") for person in people} == {"version 1.0.0"}
    assert server.cli("review", "admit", str(second["release"])).returncode == 1, "what was rolled back is over"


def test_what_was_rolled_back_is_not_gone_back_to(server, acme, tmp_path):
    alice = server.user("alice")
    for version in ("1.0.0", "2.0.0"):
        decide(server, "admit", str(publish(server, folder(tmp_path / version, version), acme)["release"]))
    assert says(alice, "parcel") == "version 2.0.0"
    assert server.cli("rollback", "parcel").returncode == 0
    decide(server, "admit", str(publish(server, folder(tmp_path / "3.0.0", "3.0.0"), acme)["release"]))
    assert says(alice, "parcel") == "version 3.0.0"
    # Two was taken out by the operator, so one comes before three.
    assert server.cli("rollback", "parcel").returncode == 0
    assert says(alice, "parcel") == "version 1.0.0"


def test_a_diff_shows_what_only_looks_the_same(server, acme, tmp_path):
    decide(server, "admit", str(publish(server, folder(tmp_path / "1", "1.0.0", 'local k = "K"\n' + MAIN), acme)["release"]))
    second = publish(server, folder(tmp_path / "2", "2.0.0", 'local k = "\u212a"\n' + MAIN), acme)
    shown = decide(server, "show", str(second["release"]))
    assert '+local k = "⟨U+212A⟩"' in [line for file in shown["files"] for line in file["lines"]]


def test_what_is_taken_down_stands_still_until_that_is_lifted(server, acme, tmp_path):
    alice = server.user("alice")
    release = publish(server, folder(tmp_path / "one", "1.0.0"), acme)
    decide(server, "admit", str(release["release"]))
    assert says(alice, "parcel") == "version 1.0.0"
    chat = alice.direct("parcel")
    assert server.cli("takedown", "parcel", "--reason", "Says nothing but its version").returncode == 0
    assert server.user("bob").call("POST", "/v1/chats", {"kind": "direct", "with": "parcel"}).status == 403
    sent = alice.send(chat, "are you there?")
    assert server.cli("publish", str(tmp_path / "one"), *acme).returncode == 1
    assert server.cli("takedown", "parcel", "--appeal", "It says it well").returncode == 0
    assert server.cli("takedown", "parcel", "--appeal", "Again").returncode == 1
    assert "appeal: parcel" in server.cli("review", "list").stdout
    newest = alice.history(chat)[-1]
    assert newest["id"] == sent["id"], "nothing of it runs"
    assert server.cli("takedown", "parcel", "--lift", "So it does").returncode == 0
    alice.wait_for_message(chat, lambda m: m["from"]["bot"] and m["id"] > sent["id"])
    audit = [json.loads(line)["kind"] for line in server.cli("audit", "export").stdout.splitlines()]
    assert [kind for kind in audit if kind in ("taken_down", "appealed", "takedown_answered")] == [
        "taken_down", "appealed", "takedown_answered"]
    assert server.cli("audit", "verify").returncode == 0


def test_what_does_not_pass_leaves_nothing_behind(server, acme, tmp_path):
    cases = {
        "a capability without use": (folder(tmp_path / "a", "1", capabilities=("messages.send", "timers")), "no call was found"),
        "a use without capability": (folder(tmp_path / "b", "1", capabilities=()), "needs the capability"),
        "a test that fails": (folder(tmp_path / "c", "1", MAIN.replace("version", "Version")), "fails"),
        "a key": (folder(tmp_path / "d", "1", MAIN + "-- sk_live_4eC39HqLyjWDarjtT1zdp7dc\n"), "secret key of Stripe"),
        "an endless test": (folder(tmp_path / "e", "1"), "limit"),
        "an error at load": (folder(tmp_path / "f", "1", MAIN + "error('no')\n"), "no"),
    }
    (tmp_path / "e" / "tests" / "version.lua").write_text("test('x', function() while true do end end)\n")
    for what, (at, reason) in cases.items():
        done = server.cli("publish", str(at), *acme)
        assert done.returncode == 1 and reason in done.stderr, (what, done.stderr)
    assert server.cli("review", "list").stdout == ""
    # Not even the name.
    assert server.cli("bot", "create", "parcel").returncode == 0


def package(server: Server, at: Path, acme: list, to: Path) -> bytes:
    done = server.cli("publish", str(at), *acme, "--output", str(to))
    assert done.returncode == 0, done.stderr
    return to.read_bytes()


def rewritten(good: bytes, change) -> bytes:
    """The archive with what `change(entry, content)` gives instead of each entry; None leaves it out."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(good)) as old, tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as new:
        for entry in old.getmembers():
            changed = change(entry, old.extractfile(entry).read())
            if changed is None:
                continue
            entry, content = changed
            entry.size = len(content) if entry.isreg() else 0
            new.addfile(entry, io.BytesIO(content) if entry.isreg() else None)
    return out.getvalue()


def attacks(good: bytes):
    def only(name, change):
        return lambda entry, content: change(entry, content) if entry.name == name else (entry, content)

    def link(kind):
        def change(entry, content):
            entry.type, entry.linkname = kind, "/etc/passwd"
            return entry, content
        return change

    def named(name):
        def change(entry, content):
            entry.name = name
            return entry, content
        return change

    yield "unsigned", rewritten(good, only("signature.json", lambda *_: None)), "not signed"
    yield "altered", rewritten(good, only("main.lua", lambda e, c: (e, c + b"-- more\n"))), "not those that were signed"
    yield "a symlink", rewritten(good, only("main.lua", link(tarfile.SYMTYPE))), "is a link"
    yield "a hard link", rewritten(good, only("main.lua", link(tarfile.LNKTYPE))), "is a link"
    yield "a device", rewritten(good, only("main.lua", link(tarfile.CHRTYPE))), "no plain file"
    yield "a path outside", rewritten(good, only("main.lua", named("../../../tmp/main.lua"))), "not a path"
    yield "an absolute path", rewritten(good, only("main.lua", named("/tmp/main.lua"))), "not a path"
    yield "another signer", rewritten(
        good, only("signature.json", lambda e, c: (e, c.replace(b'"acme"', b'"evil"')))), "signature"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("main.lua", b" " * (64 << 20))
    yield "a zip bomb", bomb.getvalue(), "zip"
    yield "too large", good + b"\0" * (40 << 20), "more than"
    yield "cut off", good[: len(good) // 2], "cut off"
    yield "nothing", b"", "not signed"
    yield "noise", bytes(range(256)) * 8, "not a tar archive"


def test_hostile_packages_are_refused_with_a_reason(server, acme, tmp_path):
    good = package(server, folder(tmp_path / "good", "1.0.0"), acme, tmp_path / "good.stoa")
    for what, archive, reason in attacks(good):
        path = tmp_path / "bad.stoa"
        path.write_bytes(archive)
        done = server.cli("publish", str(path))
        assert done.returncode == 1 and reason in done.stderr, (what, done.stderr)
    assert server.cli("review", "list").stdout == ""
    (tmp_path / "bad.stoa").write_bytes(good)
    assert server.cli("publish", str(tmp_path / "bad.stoa")).returncode == 0


def test_keys_and_names_belong_to_their_publishers(server, acme, tmp_path):
    at = folder(tmp_path / "one", "1.0.0")
    other = tmp_path / "other.key"
    public = json.loads(run("key", "new", "--key", str(other), "--json").stdout)["key"]
    # Known to nobody; then another publisher's; then acme's, and then revoked.
    assert "is not one of acme's" in server.cli("publish", str(at), "--publisher", "acme", "--key", str(other)).stderr
    assert server.cli("publisher", "new", "evil", "--key", public).returncode == 0
    assert "is not one of acme's" in server.cli("publish", str(at), "--publisher", "acme", "--key", str(other)).stderr
    publish(server, at, acme)
    taken = server.cli("publish", str(at), "--publisher", "evil", "--key", str(other))
    assert taken.returncode == 1 and "belongs to another publisher" in taken.stderr
    mine = run("key", "show", "--key", acme[3]).stdout.strip()
    assert server.cli("publisher", "key", "acme", mine, "--revoke").returncode == 0
    assert "revoked" in server.cli("publish", str(folder(tmp_path / "two", "2.0.0")), *acme).stderr
    assert server.cli("publisher", "key", "acme", mine, "--admit").returncode == 1
    # The operator's own deployments do not take what a publisher has.
    assert server.cli("deploy", str(at)).returncode == 1
    assert run("key", "new", "--key", str(other)).returncode == 1, "a key is never written over"
