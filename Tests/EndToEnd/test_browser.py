"""The web client in a real browser, against the demo."""

import json
from pathlib import Path

from playwright.sync_api import expect

from browser import last_text, send, shoot, start_chat


def test_echo_answers(open_as):
    page = open_as("alice")
    start_chat(page, "echo")
    expect(page.get_by_test_id("start-bot")).to_be_visible()
    shoot(page, "echo-empty")
    send(page, "Hello from the browser")
    expect(last_text(page)).to_have_text("echo: Hello from the browser")
    expect(page.get_by_test_id("message")).to_have_count(2)
    shoot(page, "echo")
    page.reload()
    expect(last_text(page)).to_have_text("echo: Hello from the browser")


def test_bob_sees_the_tally_change_when_alice_votes(open_as):
    alice, bob = open_as("alice"), open_as("bob")
    alice.get_by_test_id("new-group").click()
    alice.get_by_test_id("group-title").fill("Friday")
    alice.get_by_test_id("group-members").fill("bob, poll")
    alice.get_by_test_id("group-submit").click()
    expect(alice.get_by_test_id("composer")).to_be_visible()
    bob.get_by_test_id("chat-item").filter(has_text="Friday").click()

    send(alice, "/poll Where do we eat? | Pizza | Sushi | Salad")
    for page in (alice, bob):
        expect(page.get_by_test_id("button")).to_have_count(3)
        expect(last_text(page)).to_contain_text("Where do we eat?")
    before = last_text(bob).inner_text()
    shoot(bob, "poll-before")

    alice.get_by_test_id("button").filter(has_text="Sushi").click()
    expect(last_text(bob)).not_to_have_text(before)
    expect(last_text(bob)).to_contain_text("Alice")
    expect(alice.get_by_test_id("toast").filter(has_text="You voted for “Sushi”.")).to_be_visible()
    shoot(alice, "poll-alice")
    first = last_text(bob).inner_text()

    bob.get_by_test_id("button").filter(has_text="Pizza").click()
    expect(last_text(alice)).not_to_have_text(first)
    expect(last_text(alice)).to_contain_text("Bob")
    send(bob, "Pizza it is, then?")
    expect(last_text(alice)).to_have_text("Pizza it is, then?")
    shoot(bob, "poll")


def test_people_write_edit_reply_and_delete(open_as):
    alice, bob = open_as("alice"), open_as("bob")
    start_chat(alice, "bob")
    send(alice, "Hallo **Bob**")
    bob.get_by_test_id("chat-item").filter(has_text="Alice").click()
    expect(last_text(bob)).to_have_text("Hallo Bob")
    expect(last_text(bob).locator("strong, b")).to_have_text("Bob")

    alice.get_by_test_id("message").last.hover()
    alice.get_by_test_id("message").last.get_by_test_id("edit").click()
    alice.get_by_test_id("composer").fill("Hello Bob")
    alice.get_by_test_id("send").click()
    expect(last_text(bob)).to_have_text("Hello Bob")

    bob.get_by_test_id("message").last.hover()
    bob.get_by_test_id("message").last.get_by_test_id("reply").click()
    send(bob, "Hello Alice")
    expect(last_text(alice)).to_have_text("Hello Alice")
    expect(alice.get_by_test_id("quote")).to_be_visible()

    alice.get_by_test_id("file-input").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"some notes"})
    expect(alice.get_by_test_id("upload")).to_have_count(1)
    alice.get_by_test_id("send").click()
    expect(bob.get_by_test_id("file")).to_contain_text("notes.txt")
    shoot(bob, "people")


def test_a_lost_server_comes_back(demo, open_as):
    """The client catches up and sends what it could not send."""
    page = open_as("alice")
    start_chat(page, "echo")
    send(page, "before")
    expect(last_text(page)).to_have_text("echo: before")
    port = demo.url.rsplit(":", 1)[1]
    demo.stop()
    send(page, "meanwhile")
    expect(page.get_by_test_id("connection")).to_be_visible()
    shoot(page, "disconnected")
    demo.start(port=port)
    expect(last_text(page)).to_have_text("echo: meanwhile", timeout=40_000)
    texts = [each.inner_text() for each in page.get_by_test_id("message-text").all()]
    assert texts == ["before", "echo: before", "meanwhile", "echo: meanwhile"]


def test_on_a_phone(open_as):
    page = open_as("bob", width=390, height=844)
    shoot(page, "phone-list")
    start_chat(page, "echo")
    send(page, "small screen")
    expect(last_text(page)).to_have_text("echo: small screen")
    shoot(page, "phone-chat")
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("chat-item")).to_be_visible()


def test_a_person_is_asked_grants_and_takes_back(demo, open_as):
    desk, phone = open_as("alice"), open_as("alice", width=390, height=780)
    start_chat(desk, "age_gate")
    send(desk, "/list")
    for page, name in ((desk, "consent"), (phone, "consent-phone")):
        sheet = page.get_by_role("dialog")
        expect(sheet).to_contain_text("Cellar asks for your permission")
        expect(sheet).to_contain_text("@age_gate, published by operator")
        expect(sheet).to_contain_text("wine may be offered to adults only")
        expect(page.get_by_test_id("consent-answer")).to_contain_text("at least 18 years old: yes")
        expect(sheet).not_to_contain_text("1990")
        expect(page.get_by_test_id("consent-grant")).to_be_enabled()
        shoot(page, name)
    # Put aside, it comes back by its button; answered on one device, it is gone on the other.
    phone.get_by_role("button", name="Later").click()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.get_by_test_id("consents-aside")).to_be_visible()
    desk.get_by_label("For an hour").check()
    desk.get_by_test_id("consent-grant").click()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.get_by_test_id("message-text").last).to_contain_text("In the cellar")
    expect(phone.get_by_test_id("consents-aside")).to_have_count(0)
    # The grant is on the privacy page, with what the app got; taken back, the app has to ask again.
    desk.get_by_test_id("user-menu").click()
    desk.get_by_test_id("privacy").click()
    expect(desk.get_by_test_id("privacy-grants")).to_contain_text("Cellar")
    expect(desk.get_by_test_id("privacy-uses")).to_contain_text("Got: at least 18 years old: yes")
    shoot(desk, "privacy")
    desk.get_by_role("button", name="Take back").click()
    expect(desk.get_by_test_id("privacy-grants").locator("li")).to_have_count(0)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Export").click()
    exported = json.loads(Path(download.value.path()).read_text())
    assert exported["grants"][0]["end"] is not None and "at least 18 years old: yes" in [use["details"] for use in exported["uses"]]
    desk.get_by_test_id("privacy-apps").get_by_role("button", name="Forget me").click()
    desk.get_by_test_id("forget-confirm").click()
    expect(desk.get_by_test_id("privacy-uses")).to_contain_text("You were forgotten")
    desk.get_by_role("button", name="Close").last.click()
    send(desk, "/list")
    expect(desk.get_by_role("dialog")).to_contain_text("Cellar asks")
    desk.get_by_test_id("consent-refuse").click()
    expect(desk.get_by_test_id("message-text").last).to_contain_text("I may not show the list")
