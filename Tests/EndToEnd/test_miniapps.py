"""Pages of mini-apps: drawn by the host, followed by what they read, acted on in turns."""

import json
import random
import threading
import uuid

import pytest

from pages import Pages
from stoa import wait_for

STORE = [{"name": "store", "reason": "to keep what you enter"}, {"name": "messages.send", "reason": "to write to you"}]

BOARD = """
local stoa = require "stoa"
local ui = stoa.ui

stoa.page("home", function(ctx)
  local mine, shared = ctx.store:get("n") or 0, ctx.chat.store:get("n") or 0
  local rows = {}
  for _, entry in ipairs((ctx.chat.store:list("row:", 100))) do rows[#rows + 1] = ui.text { entry.value, key = entry.key } end
  return ui.page { title = "Board",
    ui.text("mine " .. mine), ui.text("shared " .. shared), ui.text("for " .. ctx.user.name),
    ui.button { "Mine", on = ctx:action("mine", 1) }, ui.button { "Shared", on = ctx:action("shared", 1) },
    ui.button { "Break", on = ctx:action("break") }, ui.button { "Slow", on = ctx:action("slow") },
    ui.link { "People", to = ctx:link("people") },
    ui.column { key = "rows", rows },
    ui.form { on = ctx:action("add"), submit = "Add",
      ui.text_field { name = "text", label = "Text", required = true, max_length = 10 },
      ui.select { name = "size", label = "Size", options = { "S", "M" } } },
    ui.switch { name = "loud", label = "Loud", value = ctx.store:get("loud") or false, on = ctx:action("loud") },
  }
end)

stoa.page("people", function(ctx)
  local names = {}
  for i, user in ipairs(ctx:present()) do names[i] = user.name end
  return ui.page { title = "People", ui.text("here: " .. table.concat(names, ", ")), ui.text("query " .. (ctx.query.x or "none")) }
end)

stoa.page("writes", function(ctx)
  ctx.store:put("n", 1)
  return ui.page { title = "Writes" }
end)

stoa.page("sends", function(ctx)
  ctx.chat:send("hello")
  return ui.page { title = "Sends" }
end)

stoa.page("many", function(ctx)
  local items = {}
  for i = 1, 10000 do items[i] = { id = i, title = "Row " .. i } end
  return ui.page { title = "Many", ui.list(items, function(item)
    return ui.row { key = item.id, ui.text(item.title) }
  end, { key = "items", height = 40 }) }
end)

stoa.action("mine", function(ctx, by) ctx.store:put("n", (ctx.store:get("n") or 0) + by) end)
stoa.action("shared", function(ctx, by) ctx.chat.store:increment("n", by) end)
stoa.action("break", function() error("on purpose") end)
stoa.action("loud", function(ctx) ctx.store:put("loud", ctx.value) end)
stoa.action("add", function(ctx)
  if ctx.values.text == "taken" then return ctx:invalid { text = "Somebody has this one." } end
  ctx.chat.store:put("row:" .. ctx.values.text, ctx.values.text .. (ctx.values.size or ""))
  ctx:toast("Added " .. ctx.values.text)
end)
stoa.action("slow", function(ctx)
  ctx.chat:sleep(5)
  ctx.store:put("n", 100)
  ctx:go("people", { x = "woke" })
end)
"""


@pytest.fixture
def board(server):
    server.deploy("board", BOARD, kind="miniapp", capabilities=STORE)
    return server


def test_a_page_is_drawn_and_an_action_changes_it(board):
    view = Pages(board.user("alice")).open("board")
    assert view.tree["p"]["title"] == "Board"
    assert "mine 0" in view.texts and "for alice" in view.texts
    assert view.press("Mine") == ""
    assert "mine 1" in view.texts
    # A field that changed is all that was sent of it.
    assert [size for kind, size in view.received if kind == "patch"][-1] < 200


def test_a_page_follows_what_it_reads_and_nothing_else(board):
    alice, bob = board.user("alice"), board.user("bob")
    group = alice.group("Friends", "bob", "board")
    mine, theirs = Pages(alice).open("board", chat=group), Pages(bob).open("board", chat=group)
    private = Pages(bob).open("board")
    assert mine.press("Shared") == ""
    theirs.wait_text("shared 1")
    assert mine.press("Mine") == ""
    assert "mine 1" in mine.texts and "mine 0" in theirs.texts
    assert theirs.press("Shared") == ""
    mine.wait_text("shared 2")
    assert "shared 0" in private.texts
    assert private.received == [private.received[0]]


def test_a_form_is_checked_by_the_host_whatever_the_client_does(board):
    view = Pages(board.user("alice")).open("board")
    form = view.find("form")
    assert view.act(form, values={"text": "", "size": "S"}) == "bad_request"
    assert view.notes[-1] == {"kind": "invalid", "fields": {"text": "This is required."}}
    assert view.act(form, values={"text": "far too long a text"}) == "bad_request"
    assert view.act(form, values={"text": "tea", "size": "XXL"}) == "bad_request"
    assert view.act(form, values={"text": "taken"}) == ""
    assert view.notes[-1] == {"kind": "invalid", "fields": {"text": "Somebody has this one."}}
    assert view.act(form, values={"text": "tea", "size": "M", "role": "operator"}) == ""
    assert "teaM" in view.texts
    assert view.notes[-1] == {"kind": "toast", "text": "Added tea"}
    assert view.act(view.find("switch"), value="yes") == "bad_request"
    assert view.act(view.find("switch"), value=True) == ""
    assert view.find("switch")["p"]["value"] is True


def test_only_what_the_page_offers_can_be_done(board):
    alice = board.user("alice")
    pages = Pages(alice)
    view = pages.open("board")
    for made_up in (["mine", 1000], ["mine"], ["nothing"], ["mine", 1, 1]):
        assert view.act(made_up) == "action_not_offered"
    assert "mine 0" in view.texts
    other = Pages(board.user("bob"))
    other.send({"op": "view.act", "view": view.name, "nonce": "x", "on": ["mine", 1]})
    assert other.open("board").texts[0] == "mine 0"
    # A tree may have changed between the press and its arrival.
    view.press("Mine")
    assert view.act(["mine", 1]) == ""


def test_a_page_only_reads(board):
    pages = Pages(board.user("alice"))
    for page in ("writes", "sends"):
        assert pages.open("board", page).error["code"] == "app_failed"
    assert pages.open("board", "nowhere").error["code"] == "page_not_found"
    logs = board.cli("logs", "board").stdout
    assert "a page only reads" in logs
    assert not board.query("SELECT 1 FROM store")
    assert pages.open("nothing").error["code"] == "app_not_found"


def test_an_action_that_fails_says_so_and_is_not_tried_again(board):
    view = Pages(board.user("alice")).open("board")
    assert view.press("Break") == "app_failed"
    assert view.press("Mine") == ""
    assert [reason for _, _, reason in board.dead_letters() if "on purpose" in reason]
    assert board.query("SELECT count(*) FROM turns WHERE outcome != 0")[0][0] >= 0


def test_a_trace_names_the_action(board):
    view = Pages(board.user("alice")).open("board")
    assert view.press("Mine") == ""
    assert view.act(["add"], values={"text": "tea"}) == ""
    listed = board.cli("trace", "board").stdout
    assert "action mine(1) by alice" in listed and "action add() by alice" in listed


def test_what_is_said_of_a_field_that_is_not_there_is_a_mistake(server):
    server.deploy("typo", '''
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { ui.form { on = ctx:action("save"), ui.text_field { "name", required = true } } }
        end)
        stoa.action("save", function(ctx) ctx:invalid { [ctx.values.name] = "No." } end)
    ''', kind="miniapp", capabilities=[])
    view = Pages(server.user("alice")).open("typo")
    assert view.act(["save"], values={"name": "nmae"}) == "app_failed"
    assert 'the form has no field "nmae"; there are: name.' in server.cli("logs", "typo").stdout
    assert view.act(["save"], values={"name": "name"}) == ""
    # Blanks alone are nothing.
    assert view.act(["save"], values={"name": "   "}) == "bad_request"


def test_a_message_is_answered_in_a_language(server):
    server.deploy("cups", '''
        local stoa = require "stoa"
        stoa.on("message", function(chat, message)
          local n = 3
          chat:send(stoa.t(message.text ~= "-" and message.text or nil, "cups", { n = n }) .. " " .. stoa.time.format(stoa.time.parse("2026-12-01", "14:30"))
            .. " " .. stoa.text.fold("ЧАЙ") .. " " .. stoa.ui.format_money(899, "EUR", "en"))
        end)
    ''', capabilities=[{"name": "messages.send", "reason": "to answer"}], files={
        "locales/en.json": json.dumps({"cups": {"one": "{n} cup", "other": "{n} cups"}}),
        "locales/ru.json": json.dumps({"cups": {"one": "{n} чашка", "few": "{n} чашки", "many": "{n} чашек", "other": "{n} чашки"}})})
    alice = server.user("alice")
    chat = alice.direct("cups")
    assert alice.ask(chat, "ru-RU") == "3 чашки 2026-12-01 14:30 чай €8.99"
    assert alice.ask(chat, "-") == "3 cups 2026-12-01 14:30 чай €8.99"


def test_the_same_nonce_is_one_action(board):
    view = Pages(board.user("alice")).open("board")
    nonce = uuid.uuid4().hex
    button = view.find("button", text="Mine")
    for _ in range(3):
        assert view.act(button, nonce=nonce) == ""
    view.press("Mine")
    assert "mine 2" in view.texts


def test_who_is_there_is_shown_live(board):
    alice, bob = board.user("alice"), board.user("bob")
    group = alice.group("Friends", "bob", "board")
    view = Pages(alice).open("board", "people", chat=group)
    assert "here: alice" in view.texts
    pages = Pages(bob)
    pages.open("board", chat=group)
    view.wait_text("here: alice, bob")
    pages.close()
    view.wait_text("here: alice")


def test_whoever_left_sees_nothing_any_more(board):
    alice, bob = board.user("alice"), board.user("bob")
    group = alice.group("Friends", "bob", "board")
    view = Pages(bob).open("board", chat=group)
    mine = Pages(alice).open("board", chat=group)
    assert alice.call("DELETE", f"/v1/chats/{group}/members/{bob.id}").status == 204
    mine.press("Shared")
    view.wait(lambda view: view.error, "the end of the view")
    assert view.error["code"] == "chat_not_found" and "shared 1" not in view.texts
    assert view.act(["shared", 1]) != ""
    stranger = Pages(board.user("carol"))
    assert stranger.open("board", chat=group).error["code"] == "chat_not_found"


def test_a_long_list_is_sent_as_it_is_looked_at(board):
    view = Pages(board.user("alice")).open("board", "many")
    node = view.find("list")
    assert node["p"]["count"] == 10000 and len(node["n"]) < 100
    view.window("items", 5000, 60)
    view.wait(lambda view: view.find("list")["p"].get("from") == 5000, "the rows in the middle")
    rows = view.find("list")["n"]
    assert len(rows) == 60 and rows[0]["n"][0]["p"]["text"] == "Row 5001"
    view.window("items", 5010, 60)
    view.wait(lambda view: view.find("list")["p"].get("from") == 5010, "ten rows further on")
    # What both windows show is not sent again.
    assert [size for kind, size in view.received if kind == "patch"][-1] < 2500


def test_of_a_drawing_only_what_moves_is_sent(server):
    server.deploy("field", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          local shapes = {}
          for i = 1, 300 do shapes[i] = { id = i, kind = "circle", x = i, y = 10, r = 4, fill = "accent", ease = 300 } end
          shapes[7].x = ctx.store:get("x") or 7
          return ui.page { ui.canvas { width = 400, height = 20, shapes = shapes, on = ctx:action("move") } }
        end)
        stoa.action("move", function(ctx) if ctx.value.shape == 7 then ctx.store:put("x", ctx.value.x) end end)
    """, kind="miniapp", capabilities=STORE)
    view = Pages(server.user("alice")).open("field")
    canvas = view.find("canvas")
    assert len(canvas["n"]) == 300
    assert view.act(canvas, value={"x": 50, "y": 10, "shape": 7}) == ""
    view.wait(lambda view: view.find("canvas")["n"][6]["p"]["x"] == 50, "the shape that was moved")
    assert [size for kind, size in view.received if kind == "patch"][-1] < 200
    # A shape that the drawing has not is none.
    assert view.act(canvas, value={"x": 90, "y": 10, "shape": 301}) == ""
    assert view.find("canvas")["n"][6]["p"]["x"] == 50


def test_a_new_version_draws_the_pages_that_are_open(board):
    view = Pages(board.user("alice")).open("board")
    board.deploy("board", BOARD.replace('title = "Board"', 'title = "Board 2"'), kind="miniapp", capabilities=STORE)
    view.wait(lambda view: view.tree["p"]["title"] == "Board 2", "the new version's page")
    assert view.press("Mine") == ""


def test_an_app_that_was_stopped_shows_so(board):
    view = Pages(board.user("alice")).open("board")
    assert board.cli("takedown", "board", "--reason", "test").returncode == 0
    view.wait(lambda view: view.error, "the end of the app")
    assert view.error["code"] in ("app_stopped", "app_not_found")


def test_an_action_may_wait_and_lead_on(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("board", BOARD, kind="miniapp", capabilities=STORE)
    view = Pages(server.user("alice")).open("board")
    assert view.press("Slow") == ""
    assert view.press("Mine") == ""
    server.advance(days=1)
    view.wait_text("mine 100")
    view.wait(lambda view: view.notes, "where the action leads")
    assert view.notes[-1] == {"kind": "go", "page": "people", "query": {"x": "woke"}}
    view.go("people", x="woke")
    assert "query woke" in view.texts


def test_a_grant_taken_back_while_the_page_is_open_counts_at_once(server):
    server.deploy("who", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { title = "Who", ui.text(ctx.store:get("said") or "nothing"), ui.button { "Ask", on = ctx:action("ask") } }
        end)
        stoa.action("ask", function(ctx)
          local profile, why = stoa.identity.profile { fields = { "display" } }
          ctx.store:put("said", profile and "told" or tostring(why))
        end)
    """, kind="miniapp", capabilities=STORE + [{"name": "identity.profile", "reason": "to greet you"}])
    alice = server.user("alice")
    view = Pages(alice).open("who")
    view.send(view.find("button"))
    asked = wait_for(lambda: alice.get("/v1/consents")["consents"], "the sheet")[0]
    assert alice.call("POST", f"/v1/consents/{asked['id']}", {"answer": "grant", "for": "always", "shown": asked["answer"]}).status == 204
    view.wait_text("told")
    (held,) = alice.get("/v1/grants")["grants"]
    assert alice.call("DELETE", f"/v1/grants/{held['id']}").status == 204
    # The next action is asked for anew, and refused.
    view.send(view.find("button"))
    again = wait_for(lambda: alice.get("/v1/consents")["consents"], "another sheet")[0]
    assert alice.call("POST", f"/v1/consents/{again['id']}", {"answer": "refuse"}).status == 204
    view.wait_text("refused")


def test_a_crash_leaves_no_action_undone_and_none_done_twice(make_server):
    server = make_server("--rate-limit", "off")
    server.start()
    server.deploy("board", BOARD, kind="miniapp", capabilities=STORE)
    alice = server.user("alice")
    pages = Pages(alice)
    view = pages.open("board")
    done = 0
    for _ in range(5):
        nonces = [view.send(view.find("button", text="Mine")) for _ in range(20)]
        wait_for(lambda: random.random() < 0.2 or view.acted.keys() & set(nonces), "some of the actions")
        server.kill()
        server.start(port=int(server.host.split(":")[1]))
        pages.reconnect()
        for nonce in nonces:
            if nonce not in view.acted:
                assert view.act(["mine", 1], nonce=nonce) == ""
        done += len(nonces)
        server.wait_until_idle()
        view.wait_text(f"mine {done}")


def test_a_private_page_never_shows_what_is_anothers(board):
    """Many people act in any order; each sees their own count, and all see the shared one."""
    people = [board.user(f"p{i}") for i in range(6)]
    group = people[0].group("All", *[person.name for person in people[1:]], "board")
    views = [Pages(person).open("board", chat=group) for person in people]
    counts = [0] * len(people)
    chance = random.Random(7)
    orders = [[chance.choice(("Mine", "Shared")) for _ in range(25)] for _ in people]
    problems: list[str] = []

    def act(index: int) -> None:
        for name in orders[index]:
            code = views[index].press(name)
            if code:
                problems.append(code)
            counts[index] += name == "Mine"
            if f"mine {counts[index]}" not in views[index].texts or f"for p{index}" not in views[index].texts:
                problems.append(f"p{index} sees {views[index].texts[:3]}")

    threads = [threading.Thread(target=act, args=(index,)) for index in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems[:5]
    total = sum(order.count("Shared") for order in orders)
    for index, view in enumerate(views):
        view.wait_text(f"shared {total}")
        assert f"mine {counts[index]}" in view.texts


@pytest.mark.parametrize("frame", [
    {"op": "view.open", "view": "v", "app": 7}, {"op": "view.open", "app": "board"}, {"op": "view.open", "view": "", "app": "board"},
    {"op": "view.open", "view": "v", "app": "board", "query": {"a": "x" * 2000}}, {"op": "view.act", "view": "v", "nonce": "n"},
    {"op": "view.act", "view": "v", "nonce": "n", "on": "mine"}, {"op": "view.act", "view": "v", "nonce": "n", "on": [["mine"]]},
    {"op": "view.act", "view": "v", "nonce": "n", "on": ["mine", 1], "values": [1]}, {"op": "view.window", "view": "v", "key": "k"},
    {"op": "view.window", "view": "v", "key": "k", "from": -1, "count": 2**60}, {"op": "view.nothing", "view": "v"},
    {"op": "view.act", "view": "v", "nonce": "n", "on": ["mine", 1], "value": json.loads("[" * 40 + "]" * 40)},
])
def test_frames_that_make_no_sense_harm_nobody(board, frame):
    pages = Pages(board.user("alice"))
    view = pages.open("board")
    pages.send(frame)
    assert view.press("Mine") == ""
    assert board.is_alive()


def test_a_page_speaks_the_persons_language(server):
    server.deploy("cups", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { title = ctx:t("hi", { name = ctx.user.name }), ui.text(ctx:t("cups", { n = 22 })),
            ui.text(ctx:t("cups", { n = 11 })), ui.text(ctx:t("only")), ui.text(ctx:t("nowhere")) }
        end)
    """, kind="miniapp", capabilities=[], files={
        "locales/en.json": json.dumps({
            "hi": "Hello, {name}", "cups": {"one": "{n} cup", "other": "{n} cups"}, "only": "English only"}),
        "locales/ru.json": json.dumps({
            "hi": "Привет, {name} ]]", "cups": {"one": "{n} чашка", "few": "{n} чашки", "many": "{n} чашек", "other": "{n} чашки"}})})
    pages = Pages(server.user("alice"))
    english = pages.open("cups")
    assert english.tree["p"]["title"] == "Hello, alice" and english.texts == ["22 cups", "11 cups", "English only", "nowhere"]
    english.where["lang"] = "ru-RU"
    english.go("home")
    assert english.tree["p"]["title"] == "Привет, alice ]]"
    assert english.texts == ["22 чашки", "11 чашек", "English only", "nowhere"]
    english.where["lang"] = "../../main"
    english.go("home")
    assert english.texts[0] == "22 cups"


def test_files_are_told_of_if_they_are_the_persons_own(server):
    server.deploy("desk", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { title = "Desk", ui.text(ctx.store:get("got") or "nothing"),
            ui.form { on = ctx:action("hand"), ui.file_field { name = "papers", label = "Papers", required = true, max = 2 } } }
        end)
        stoa.action("hand", function(ctx)
          local got = {}
          for i, file in ipairs(ctx.values.papers) do got[i] = file.name .. " " .. file.size .. " " .. file.type end
          ctx.store:put("got", table.concat(got, ", "))
        end)
    """, kind="miniapp", capabilities=STORE[:1])
    alice, bob = server.user("alice"), server.user("bob")

    def upload(user, name: str) -> int:
        body = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nhello\r\n--b--\r\n'.encode()
        answer = user.call("POST", "/v1/files", raw=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
        return answer.json["id"]

    mine, theirs = upload(alice, "mine.txt"), upload(bob, "theirs.txt")
    view = Pages(alice).open("desk")
    assert view.act(view.find("form"), values={"papers": [theirs]}) == "file_not_found"
    assert view.act(view.find("form"), values={"papers": [mine, mine, mine]}) == "bad_request"
    assert view.act(view.find("form"), values={"papers": [mine]}) == ""
    assert view.texts[0].startswith("mine.txt 5 ")


def test_an_action_that_waited_goes_on_after_a_crash(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    server.deploy("late", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          return ui.page { title = "Late", ui.text(ctx.store:get("said") or "nothing"), ui.button { "Go", on = ctx:action("go") } }
        end)
        stoa.action("go", function(ctx)
          ctx:toast("One moment.")
          ctx:invalid { field = "none" }
          ctx.chat:sleep("1 hour")
          ctx.store:put("said", "done")
          ctx:go("home", { x = "1" })
        end)
    """, kind="miniapp", capabilities=STORE[:1])
    pages = Pages(server.user("alice"))
    view = pages.open("late")
    assert view.press("Go") == ""
    server.kill()
    server.start(port=int(server.host.split(":")[1]))
    pages.reconnect()
    server.advance(days=1)
    view.wait_text("done")
    view.wait(lambda view: view.notes[-1]["kind"] == "go", "where the action leads")


def test_a_page_that_shows_stock_follows_it(server):
    server.deploy("stock", """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx)
          local tea = stoa.products.get("tea")
          return ui.page { title = "Stock", ui.text("left " .. (tea and tea.stock or 0)) }
        end)
        stoa.command("fill", function(chat, count)
          if not stoa.products.get("tea") then
            stoa.products.put { sku = "tea", title = "Tea", price = 100, currency = "RUB", stock = 0 }
          end
          stoa.products.add_stock("tea", math.tointeger(tonumber(count)))
        end)
    """, kind="miniapp", capabilities=[{"name": "payments.request", "reason": "to sell"}])
    alice = server.user("alice")
    view = Pages(alice).open("stock")
    assert view.texts == ["left 0"]
    alice.send(view.chat, "/fill 7")
    view.wait_text("left 7")
