"""What an app that changes its nodes after the SDK's checks, and a client that makes up frames, cannot do."""

import time

import pytest

from pages import Pages

STORE = [{"name": "store", "reason": "to keep what you enter"}]


def evil(server, body: str, actions: str = "", name: str = "evil"):
    server.deploy(name, f"""
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.action("go", function(ctx) ctx.store:put("n", (ctx.store:get("n") or 0) + 1) end)
        {actions}
        stoa.page("home", function(ctx)
          {body}
        end)
    """, kind="miniapp", capabilities=STORE)


@pytest.mark.parametrize("change", [
    "f.p.max_length = 1e300", "f.p.min_length = 1e300", "f.p.max_length = -1e300", "f.p.min_length = 0/0",
    'f.t = "file_field" f.p.max = 1e300', 'f.t = "multi_select" f.p.options = {"a"} f.p.min = 1e300',
    'f.t = "multi_select" f.p.options = {"a"} f.p.max = -1e300', 'f.t = "rating" f.p.max = -1e300', 'f.t = "stepper" f.p.step = 1e-320',
])
def test_props_of_any_size_harm_nobody(server, change):
    evil(server, f"""
        local f = ui.text_field {{ "a", label = "A" }}
        {change}
        return ui.page {{ title = "Evil", ui.form {{ on = ctx:action("go"), f }} }}
    """)
    view = Pages(server.user("alice")).open("evil")
    if view.tree:
        for value in ("x", ["a"], 5, 1e300):
            view.act(view.find("form"), values={"a": value})
    assert server.is_alive()


def test_patterns_of_an_app_do_not_hold_up_others(server):
    evil(server, """
        local fields = {}
        for i = 1, 900 do
          fields[i] = ui.text_field { "a" .. (i % 300), key = i, pattern = "(?:a(?=[^b]*+)(?=[^c]*+)(?=[^d]*+)(?=[^e]*+))*[bc]" }
        end
        return ui.page { title = "Evil", ui.form { on = ctx:action("go"), fields } }
    """)
    evil(server, 'return ui.page { title = "Good", ui.button { "Go", on = ctx:action("go") } }', name="good")
    alice, bob = Pages(server.user("alice")), Pages(server.user("bob"))
    view, good = alice.open("evil"), bob.open("good")
    view.send(view.find("form"), values={f"a{i}": "a" * 180 for i in range(300)})
    start = time.monotonic()
    assert good.press("Go") == ""
    assert time.monotonic() - start < 2


def test_what_is_hidden_is_neither_told_nor_done(server):
    evil(server, """
        return ui.page { title = "Evil",
          ui.section { hidden = true, ui.text "secret", ui.button { "Go", on = ctx:action("go") } },
          ui.timer { ends = stoa.time.now() + 86400000, on = ctx:action("later") },
          ui.text("count " .. (ctx.store:get("n") or 0)) }
    """, 'stoa.action("later", function(ctx) ctx.store:put("n", 100) end)')
    view = Pages(server.user("alice")).open("evil")
    assert "secret" not in str(view.tree)
    assert view.act(["go"]) == "action_not_offered"
    assert view.act(["later"]) == "action_not_offered"


def test_a_page_may_read_no_more_than_a_turn(server):
    evil(server, """
        for i = 1, 400 do ctx.store:get("big") end
        return ui.page { title = "Evil" }
    """, """
        stoa.command("fill", function(chat) chat.user.store:put("big", string.rep("x", 60000)) end)
    """)
    alice = server.user("alice")
    pages = Pages(alice)
    assert pages.open("evil").tree
    alice.send(pages.views["v1"].chat, "/fill")
    pages.views["v1"].wait(lambda view: view.error, "the page's end")
    assert pages.views["v1"].error["code"] == "app_failed"


def test_a_page_that_is_too_large_is_refused_and_the_stream_goes_on(server):
    evil(server, """
        local texts = {}
        for i = 1, 200 do texts[i] = ui.text { ("\\1"):rep(4000), key = i } end
        return ui.page { title = "Evil", texts }
    """)
    evil(server, 'return ui.page { title = "Good", ui.button { "Go", on = ctx:action("go") } }', name="good")
    pages = Pages(server.user("alice"))
    assert pages.open("evil").error["code"] == "app_failed"
    assert pages.open("good").press("Go") == ""


def test_many_props_are_refused(server):
    evil(server, """
        local f = ui.text "a"
        for i = 1, 5000 do f.p["p" .. i] = i end
        return ui.page { title = "Evil", f }
    """)
    assert Pages(server.user("alice")).open("evil").error["code"] == "app_failed"


def test_much_written_and_much_listed_hold_nobody_up(server):
    evil(server, """
        for i = 1, 5000 do ctx.store:list("p" .. i, 1) end
        return ui.page { title = "Evil", ui.button { "Write", on = ctx:action("write") } }
    """, 'stoa.action("write", function(ctx) for i = 1, 4000 do ctx.store:put("q" .. i, i) end end)')
    evil(server, 'return ui.page { title = "Good", ui.button { "Go", on = ctx:action("go") } }', name="good")
    alice = Pages(server.user("alice"))
    views = [alice.open("evil") for _ in range(4)]
    good = Pages(server.user("bob")).open("good")
    views[0].send(views[0].find("button"))
    for _ in range(20):
        start = time.monotonic()
        assert good.press("Go") == ""
        assert time.monotonic() - start < 3


def test_whoever_was_removed_is_no_longer_there(server):
    evil(server, """
        local names = {}
        for i, user in ipairs(ctx:present()) do names[i] = user.name end
        return ui.page { title = "Here", ui.text("here: " .. table.concat(names, ", ")) }
    """)
    alice, bob = server.user("alice"), server.user("bob")
    group = alice.group("Friends", "bob", "evil")
    mine, theirs = Pages(alice).open("evil", chat=group), Pages(bob).open("evil", chat=group)
    mine.wait_text("here: alice, bob")
    assert alice.call("DELETE", f"/v1/chats/{group}/members/{bob.id}").status == 204
    theirs.wait(lambda view: view.error, "the end of the view")
    mine.wait_text("here: alice")


@pytest.mark.parametrize("language", ["-", "x" * 5000, "e\u0301" * 16, "ru_RU", "1a"])
def test_a_language_that_is_none_is_english(server, language):
    server.deploy("hi", """
        local stoa = require "stoa"
        stoa.page("home", function(ctx) return stoa.ui.page { title = ctx:t("hi"), stoa.ui.text(ctx.lang) } end)
    """, kind="miniapp", capabilities=[], files={"locales/en.json": '{"hi": "Hello"}'})
    view = Pages(server.user("alice")).open("hi")
    view.where["lang"] = language
    view.go("home")
    assert view.tree["p"]["title"] == "Hello" and view.texts == ["en"]


def test_a_page_is_drawn_again_when_it_says(server):
    evil(server, """
        local now = stoa.time.now()
        ctx:redraw_at(now + 1000)
        return ui.page { title = "Clock", ui.text(tostring(now)) }
    """)
    view = Pages(server.user("alice")).open("evil")
    first = int(view.texts[0])
    view.wait(lambda view: int(view.texts[0]) >= first + 2000, "two drawings more")
    assert int(view.texts[0]) < first + 5000


def test_a_page_that_wants_to_be_drawn_all_the_time_is_drawn_once_a_second(server):
    evil(server, """
        ctx:redraw_at(stoa.time.now() - 1000000)
        ctx:redraw_at(math.mininteger)
        return ui.page { title = "Evil", ui.text(tostring(stoa.time.now())) }
    """)
    view = Pages(server.user("alice")).open("evil")
    first = int(view.texts[0])
    view.wait(lambda view: int(view.texts[0]) >= first + 3000, "three seconds")
    assert len([kind for kind, _ in view.received if kind == "patch"]) <= 4


def test_rows_can_be_asked_for_as_often_as_one_likes(server):
    evil(server, """
        local rows = { count = 100000, get = function(i) return i end }
        return ui.page { title = "Evil", ui.list(rows, function(i) return ui.text { "row " .. i, key = i } end, { key = "rows" }) }
    """)
    view = Pages(server.user("alice")).open("evil")
    start = time.monotonic()
    for i in range(3000):
        view.window("rows", i * 30 + 1, 60)
    view.wait(lambda view: view.find("list")["p"].get("from") == 2999 * 30 + 1, "the rows asked for last")
    drawn = len([kind for kind, _ in view.received if kind == "patch"])
    assert drawn <= (time.monotonic() - start) / 0.05 + 2


def test_the_hosts_checks_speak_the_persons_language(server):
    evil(server, """
        return ui.page { title = "Form", ui.form { on = ctx:action("go"), ui.text_field { "city", label = "City", required = true } } }
    """)
    view = Pages(server.user("alice")).open("evil")
    view.where["lang"] = "ru-RU"
    view.go("home")
    assert view.act(view.find("form"), values={}) == "bad_request"
    assert view.notes[-1] == {"kind": "invalid", "fields": {"city": "Заполните это поле."}}


def test_a_form_is_not_taken_for_a_button_that_does_the_same(server):
    evil(server, """
        return ui.page { title = "Both", ui.button { "Skip", on = ctx:action("save") },
          ui.text("saved " .. (ctx.store:get("city") or "nothing")),
          ui.form { on = ctx:action("save"), ui.text_field { "city", label = "City" } } }
    """, 'stoa.action("save", function(ctx) ctx.store:put("city", ctx.values.city or "skipped") end)')
    view = Pages(server.user("alice")).open("evil")
    assert view.act(view.find("form"), values={"city": "Minsk"}) == ""
    view.wait_text("saved Minsk")
    assert view.press("Skip") == ""
    view.wait_text("saved skipped")


def test_pages_with_times_of_their_own_do_not_add_up(server):
    for name, wait in (("fast", 1000), ("slow", 4000)):
        evil(server, f"""
            ctx:redraw_at(stoa.time.now() + {wait})
            return ui.page {{ title = "Clock", ui.text(tostring(stoa.time.now())) }}
        """, name=name)
    pages = Pages(server.user("alice"))
    fast, slow = pages.open("fast"), pages.open("slow")
    first = int(fast.texts[0])
    slow.wait(lambda view: int(view.texts[0]) >= first + 8000, "two drawings of the slow page")

    def patches(view):
        return len([kind for kind, _ in view.received if kind == "patch"])

    assert patches(slow) <= 3 and 4 <= patches(fast) <= 11


def test_the_end_of_an_action_is_told_on_the_connection_that_came_after(server):
    server.deploy("late", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.action("slow", function(ctx)
          local n = 0
          for i = 1, 2000000 do n = n + i % 7 end
          ctx:toast("Done " .. n % 2)
          ctx.store:put("n", 1)
        end)
        stoa.page("home", function(ctx) return ui.page { ui.button { "Slow", on = ctx:action("slow") }, ui.text("n " .. (ctx.store:get("n") or 0)) } end)
    """, kind="miniapp")
    pages = Pages(server.user("alice"))
    view = pages.open("late")
    nonce = view.send(view.find("button"))
    pages.reconnect()
    view.send(view.find("button"), nonce=nonce)
    view.wait(lambda view: nonce in view.acted, "the end of the action")
    # Told only when it was over: what it did is on the page by then, and what it said was heard.
    assert view.acted[nonce] == {} and "n 1" in view.texts
    assert [note["kind"] for note in view.notes] == ["toast"]


def test_a_page_that_failed_is_drawn_when_what_it_read_changes(server):
    evil(server, """
        local n = ctx.store:get("n") or 0
        if n == 1 then error("one is too few") end
        return ui.page { title = "Odd", ui.text("n " .. n), ui.button { "Go", on = ctx:action("go") } }
    """, 'stoa.command("more", function(chat) chat.user.store:increment("n", 1) end)')
    alice = server.user("alice")
    view = Pages(alice).open("evil")
    view.send(view.find("button"))
    view.wait(lambda view: view.error, "the page's end")
    alice.send(view.chat, "/more")
    view.wait(lambda view: view.tree and "n 2" in view.texts, "the page again")


def test_an_action_of_who_is_forgotten_is_answered(server):
    evil(server, """
        return ui.page { title = "Slow", ui.button { "Slow", on = ctx:action("slow") } }
    """, """
        stoa.action("slow", function(ctx)
          local n = 0
          for i = 1, 2000000 do n = n + i % 7 end
          ctx.store:put("n", n)
        end)
    """)
    alice = server.user("alice")
    view = Pages(alice).open("evil")
    nonces = [view.send(view.find("button")) for _ in range(8)]
    bot = next(app["id"] for app in alice.get("/v1/bots")["bots"] if app["name"] == "evil")
    assert alice.call("DELETE", f"/v1/bots/{bot}/data").status == 204
    view.wait(lambda view: all(nonce in view.acted for nonce in nonces), "an answer to each action")
