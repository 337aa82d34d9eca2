"""Being asked, and setting things for oneself, in a real browser."""

import re

from playwright.sync_api import expect

from browser import last_text, send, shoot, start_chat
from stoa import wait_for
from test_capabilities import ALL, BOT


def reply(page, text: str):
    expect(page.get_by_test_id("message-text").filter(has_text=text).last).to_be_visible()


def grant(page):
    expect(page.get_by_test_id("consent-grant")).to_be_enabled()
    page.get_by_test_id("consent-grant").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_hour_passes_and_what_waits_is_refused_when_it_is_taken_back(demo, open_as):
    page = open_as("alice")
    start_chat(page, "age_gate")
    send(page, "/list")
    page.get_by_label("For an hour").check()
    grant(page)
    reply(page, "In the cellar")
    # An hour later she is asked again.
    port = demo.url.rsplit(":", 1)[1]
    demo.stop()
    demo.execute("UPDATE grants SET begin_at = begin_at - 3600000, until = until - 3600000")
    demo.start(port=port)
    send(page, "/list")
    expect(page.get_by_role("dialog")).to_contain_text("Cellar asks for your permission", timeout=40_000)
    shoot(page, "consent-an-hour-later")
    # This chat only: in another one she is asked, lets the question wait, and takes the grant back meanwhile.
    page.get_by_label("In this chat").check()
    grant(page)
    page.get_by_test_id("new-group").click()
    page.get_by_test_id("group-title").fill("Wine")
    page.get_by_test_id("group-members").fill("age_gate")
    page.get_by_test_id("group-submit").click()
    expect(page.get_by_role("heading", name="Wine")).to_be_visible()
    send(page, "/list")
    page.get_by_role("button", name="Later").click()
    page.get_by_test_id("user-menu").click()
    page.get_by_test_id("privacy").click()
    expect(page.get_by_test_id("privacy-grants").locator("li")).to_have_count(1)
    page.get_by_test_id("privacy-grants").get_by_role("button", name="Take back").click()
    expect(page.get_by_test_id("privacy-grants").locator("li")).to_have_count(0)
    page.get_by_role("button", name="Close").last.click()
    reply(page, "I may not show the list")
    shoot(page, "consent-taken-back")


def test_what_is_picked_is_what_goes_out(demo, open_as):
    demo.deploy("asker", BOT, capabilities=ALL)
    page = open_as("alice")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 55.75583, "longitude": 37.6173, "accuracy": 20})
    start_chat(page, "bob")
    start_chat(page, "asker")
    send(page, "/where")
    expect(page.get_by_test_id("consent-grant")).to_be_disabled()
    page.get_by_test_id("consent-location-here").click()
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"55\.75583"))
    shoot(page, "consent-location")
    grant(page)
    reply(page, '"latitude":55.75583')
    send(page, "/files")
    page.get_by_test_id("consent-files").set_input_files(
        [{"name": "list.txt", "mimeType": "text/plain", "buffer": b"eggs"}])
    expect(page.get_by_test_id("consent-file")).to_have_count(1)
    shoot(page, "consent-files")
    grant(page)
    reply(page, '"content":"eggs"')
    send(page, "/people")
    page.get_by_test_id("consent-person-bob").click()
    shoot(page, "consent-people")
    grant(page)
    reply(page, '"name":"bob"')
    # An alert of the app does not lie over a question.
    send(page, "/subscribe 2")
    expect(page.get_by_role("dialog")).to_contain_text("up to 2 messages a day")
    page.get_by_label("Until I take it back").check()
    grant(page)
    reply(page, "subscribe: true")
    page.get_by_test_id("user-menu").click()
    page.get_by_test_id("privacy").click()
    expect(page.get_by_test_id("privacy-grants")).to_contain_text("at most 2 times a day")
    shoot(page, "privacy-picked")


def test_a_person_sets_what_they_tell(demo, open_as):
    page = open_as("bob")
    page.get_by_test_id("user-menu").click()
    page.get_by_test_id("profile").click()
    page.get_by_test_id("profile-display").fill("Bobby")
    page.get_by_test_id("contact-add-phone").click()
    page.get_by_test_id("contact-value").fill("+4915112345678")
    page.get_by_test_id("contact-send").click()
    code = wait_for(
        lambda: next((m[1] for line in demo.output for m in [re.search(r"\+4915112345678.*?(\d{6})", line)] if m), None), "the code")
    page.get_by_test_id("contact-code").fill("000000" if code != "000000" else "111111")
    page.get_by_test_id("contact-confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the code")
    page.get_by_test_id("contact-code").fill(code)
    page.get_by_test_id("contact-confirm").click()
    expect(page.get_by_test_id("profile-attributes")).to_contain_text("+4915112345678")
    shoot(page, "profile")
    page.get_by_test_id("profile-language").select_option("ru")
    page.get_by_test_id("profile-save").click()
    # The page is drawn anew in the language that was chosen.
    expect(page.get_by_role("heading", name="Чаты")).to_be_visible()
    start_chat(page, "age_gate")
    send(page, "/list")
    expect(page.get_by_role("dialog")).to_contain_text("исполнилось 18: нет")
    shoot(page, "consent-russian")
