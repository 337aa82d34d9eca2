"""An app's way from its publisher to the people, in a real browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser import last_text, send, shoot, start_chat
from stoa import run
from test_publishing import LATER, MAIN, folder


@pytest.fixture
def key(tmp_path) -> tuple[Path, str]:
    path = tmp_path / "acme.key"
    made = run("key", "new", "--key", str(path), "--json")
    return path, json.loads(made.stdout)["key"]


def package(tmp_path: Path, key: Path, version: str, *more, **manifest) -> Path:
    """A signed package in a file."""
    at, to = folder(tmp_path / version, version, *more, **manifest), tmp_path / f"parcel-{version}.stoa"
    done = run("publish", str(at), "--publisher", "acme", "--key", str(key), "--output", str(to))
    assert done.returncode == 0, done.stderr
    return to


def console(page, section: str = "") -> None:
    page.evaluate(f"location.hash = '#/console{section}'")
    expect(page.get_by_test_id("console")).to_be_visible()


def upload(page, path: Path, notes: str) -> None:
    page.get_by_test_id("publisher-package").set_input_files(str(path))
    page.get_by_test_id("publisher-notes").fill(notes)
    page.get_by_test_id("publisher-upload").click()


def admit(page, percent: int) -> None:
    page.get_by_test_id("release-percent").fill(str(percent))
    page.get_by_test_id("release-admit").click()


def test_from_a_publisher_to_the_people_and_back(demo, open_as, key, tmp_path):
    path, public = key
    # Bob founds a publisher and sends an app in.
    bob = open_as("bob")
    bob.get_by_test_id("user-menu").click()
    bob.get_by_test_id("menu-publish").click()
    bob.get_by_test_id("publisher-title").fill("Acme Ltd")
    bob.get_by_test_id("publisher-name").fill("acme")
    bob.get_by_test_id("publisher-key").fill(public)
    bob.get_by_test_id("publisher-found").click()
    expect(bob.get_by_test_id("publisher")).to_contain_text("Acme Ltd")
    upload(bob, package(tmp_path, path, "1.0.0"), "The first one")
    expect(bob.get_by_test_id("publisher-app")).to_contain_text("1.0.0")
    shoot(bob, "publish-in-review")
    # What does not pass is refused, and says why.
    upload(bob, package(tmp_path, path, "1.1.0", MAIN + "-- sk_live_4eC39HqLyjWDarjtT1zdp7dc\n"), "")
    expect(bob.get_by_test_id("publisher-refused")).to_contain_text("secret key of Stripe")
    shoot(bob, "publish-refused")

    # Alice, an operator, admits it.
    alice = open_as("alice")
    alice.get_by_test_id("user-menu").click()
    alice.get_by_test_id("menu-console").click()
    expect(alice.get_by_test_id("console-queue")).to_contain_text("Parcel")
    shoot(alice, "console-queue")
    alice.get_by_test_id("queue-release").click()
    expect(alice.get_by_test_id("release-statements")).to_contain_text("messages.send")
    admit(alice, 100)
    console(alice, "/apps")
    expect(alice.get_by_test_id("console-app").filter(has_text="Parcel")).to_contain_text("1.0.0")

    # A new version wants one capability more.
    bob.reload()
    upload(bob, package(tmp_path, path, "2.0.0", MAIN + LATER, ("messages.send", "timers")), "Now with timers")
    expect(bob.get_by_test_id("release").filter(has_text="2.0.0")).to_be_visible()
    console(alice, "/apps")
    console(alice)
    alice.get_by_test_id("queue-release").filter(has_text="2.0.0").click()
    new = alice.get_by_test_id("statement").filter(has_text="timers")
    expect(new).to_be_visible()
    code = alice.get_by_test_id("diff-file").filter(has_text="main.lua")
    code.get_by_role("button").first.click()
    expect(code.get_by_test_id("diff-added").filter(has_text='stoa.command("later"')).to_be_visible()
    shoot(alice, "console-review")
    # She tries it in a chat of her own, where people's version is not touched.
    alice.get_by_test_id("release-try").click()
    expect(alice.get_by_test_id("composer")).to_be_visible()
    send(alice, "hi")
    expect(last_text(alice)).to_have_text("version 2.0.0")
    shoot(alice, "console-trial")
    console(alice)
    alice.get_by_test_id("queue-release").filter(has_text="2.0.0").click()
    admit(alice, 10)
    expect(alice.get_by_test_id("release")).to_contain_text("10")
    shoot(alice, "console-staged")
    alice.get_by_test_id("release-rollback").click()
    alice.get_by_test_id("rollback-confirm").click()
    console(alice, "/apps")
    expect(alice.get_by_test_id("console-app").filter(has_text="Parcel")).to_contain_text("1.0.0")
    shoot(alice, "console-apps")
    console(alice, "/audit")
    expect(alice.get_by_test_id("console-audit")).to_contain_text("operator alice")
    shoot(alice, "console-audit")

    # People find it, start it and say what they think.
    bob.get_by_test_id("open-catalogue").click()
    bob.get_by_test_id("catalogue-search").fill("parcle")
    expect(bob.get_by_test_id("catalogue-card")).to_have_count(1)
    expect(bob.get_by_test_id("catalogue-card")).to_contain_text("Acme Ltd")
    shoot(bob, "catalogue")
    bob.get_by_test_id("catalogue-card").first.click()
    expect(bob.get_by_test_id("app-capabilities")).to_contain_text("Writes messages")
    bob.get_by_test_id("app-start").click()
    send(bob, "hi")
    expect(last_text(bob)).to_have_text("version 1.0.0")
    bob.evaluate("location.hash = '#/catalogue/parcel'")
    bob.get_by_test_id("rate-star-4").check(force=True)
    bob.get_by_test_id("rate-text").fill("Does what it says")
    bob.get_by_test_id("rate-submit").click()
    expect(bob.get_by_test_id("my-rating")).to_contain_text("Does what it says")
    shoot(bob, "catalogue-app")

    # A takedown stops it; the publisher appeals.
    console(alice, "/apps")
    alice.get_by_test_id("console-app").filter(has_text="Parcel").get_by_test_id("app-takedown").click()
    alice.get_by_test_id("words").fill("Says too little")
    alice.get_by_test_id("takedown-confirm").click()
    expect(alice.get_by_test_id("console-app").filter(has_text="Parcel")).to_contain_text("Says too little")
    bob.evaluate("location.hash = '#/publish'")
    expect(bob.get_by_test_id("publisher-takedown")).to_contain_text("Says too little")
    bob.get_by_test_id("appeal-text").fill("It says all there is")
    bob.get_by_test_id("app-appeal").click()
    console(alice)
    expect(alice.get_by_test_id("console-appeals")).to_contain_text("It says all there is")
    shoot(alice, "console-appeal")


def test_the_console_is_the_operators(demo, open_as):
    bob = open_as("bob")
    bob.get_by_test_id("user-menu").click()
    expect(bob.get_by_test_id("menu-publish")).to_be_visible()
    expect(bob.get_by_test_id("menu-console")).to_have_count(0)
    bob.evaluate("location.hash = '#/console/users'")
    expect(bob.get_by_text("Only operators of this server see what is here.")).to_be_visible()
    alice = open_as("alice", width=390, height=844)
    console(alice, "/users")
    alice.get_by_test_id("console-user").filter(has_text="Bob").get_by_test_id("user-suspend").click()
    alice.get_by_test_id("words").fill("Sends spam")
    alice.get_by_test_id("suspend-confirm").click()
    expect(alice.get_by_test_id("console-user").filter(has_text="Bob")).to_contain_text("Sends spam")
    shoot(alice, "console-users-phone")
    # Bob is out at once.
    expect(bob.get_by_test_id("signin-submit")).to_be_visible()
    console(alice, "/health")
    expect(alice.get_by_test_id("console-health")).to_be_visible()
    shoot(alice, "console-health-phone")
