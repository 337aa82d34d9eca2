"""The mini-apps that ship with Stoa and that people use together, over real connections, with several people at once."""

import json
import random
import threading

import pytest

from pages import Pages, View
from stoa import ROOT, Server, User, wait_for
from test_payments import asked, audit_is_clean, balance, confirm, person

APPS = ROOT / "miniapps"


def deploy(server: Server, folder: str) -> None:
    server.cli_json("deploy", APPS / folder)


def card(view: View, label: str) -> dict:
    """A card by what it says to screen readers."""
    return view.find("card", label=label)


def toasts(view: View) -> list[str]:
    return [note["text"] for note in list(view.notes) if note["kind"] == "toast"]


def wait_toast(view: View, text: str) -> None:
    view.wait(lambda view: any(text in toast for toast in toasts(view)), f"\"{text}\" as a toast, not {toasts(view)}")


def says(view: View, text: str) -> bool:
    return any(text in shown for shown in view.texts)


def wait_says(view: View, text: str) -> None:
    view.wait(lambda view: says(view, text), f"\"{text}\" somewhere on the page, not {view.texts}")


def at_once(*acts) -> None:
    """Runs functions at the same moment, each on a thread of its own; the first error of one is raised."""
    barrier, problems = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            barrier.wait()
            act()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def leave(user: User, group: int) -> None:
    assert user.call("DELETE", f"/v1/chats/{group}/members/{user.id}").status == 204


# ── seating ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hall(server):
    """A group with a plan of 5 rows of 10 seats that alice has set up, and what alice and bob see of it."""
    deploy(server, "seating")
    alice, bob = server.user("alice"), server.user("bob")
    group = alice.group("Concert", "bob", "seating")
    hers, his = Pages(alice).open("seating", chat=group), Pages(bob).open("seating", chat=group)
    assert "No plan yet" in [node["p"].get("title") for node in his.nodes() if node["t"] == "empty"]
    values = {"title": "Concert", "rows": 5, "seats": 10, "most": 10}
    assert hers.act(hers.find("form"), values=values) == ""
    his.wait_text("50 of 50 seats are free")
    return server, group, hers, his


def test_seats_are_taken_and_left_before_everybodys_eyes(hall):
    server, group, hers, his = hall
    carols = Pages(server.user("carol"))
    hers.pages.user.call("POST", f"/v1/chats/{group}/members", {"name": "carol"})
    theirs = carols.open("seating", chat=group)
    for view in (hers, his, theirs):
        view.wait_text("3 are looking")
    assert hers.act(card(hers, "Row B, seat 4, free")) == ""
    assert "You sit in B4. Press a seat of yours to leave it." in hers.texts
    for view in (his, theirs):
        view.wait(lambda view: view.has("card", label="Row B, seat 4, taken by alice"), "the seat to be taken")
        view.wait_text("49 of 50 seats are free")
    assert his.act(card(his, "Row B, seat 4, taken by alice")) == ""
    wait_toast(his, "alice has Row B, seat 4.")
    his.go("picture")
    canvas = his.find("canvas")
    assert his.act(canvas, value={"x": 60, "y": 80, "shape": "1:1"}) == ""
    hers.wait(lambda view: view.has("card", label="Row A, seat 1, taken by bob"), "the seat that was pressed on the picture")
    his.go("home")
    assert hers.act(card(hers, "Row B, seat 4, yours")) == ""
    his.wait(lambda view: view.has("card", label="Row B, seat 4, free"), "the seat to be free again")
    carols.close()
    hers.wait_text("2 are looking")
    # What one press changes is not the whole hall anew.
    assert max(size for kind, size in theirs.received if kind == "patch") < 1500


def test_the_plan_is_the_organisers_to_lock_and_goes_over_when_they_leave(hall):
    server, group, hers, his = hall
    assert his.act(card(his, "Row E, seat 10, free")) == ""
    hers.go("hall")
    assert hers.act(hers.find("switch", label="Lock the plan"), value=True) == ""
    his.wait_text("locked")
    assert his.act(card(his, "Row A, seat 1, free")) == ""
    wait_toast(his, "The plan is locked")
    assert hers.act(hers.find("form"), values={"title": "Concert", "rows": 4, "seats": 10, "most": 10}) == ""
    assert hers.notes[-1] == {"kind": "invalid", "fields": {"rows": "bob has Row E, seat 10. Free it first."}}
    assert his.act(["lock"], value=False) == "action_not_offered"
    his.go("hall")
    assert not his.has("switch")
    his.go("home")
    leave(hers.pages.user, group)
    his.wait_text("Who set it up has left.")
    assert his.press("Be the organiser") == ""
    wait_toast(his, "You are the organiser now.")
    assert his.has("button", text="Hall settings")


def test_whoever_leaves_the_group_leaves_their_seats(hall):
    _, group, hers, his = hall
    assert his.act(card(his, "Row A, seat 1, free")) == ""
    assert his.act(card(his, "Row C, seat 2, free")) == ""
    hers.wait_text("48 of 50 seats are free")
    leave(his.pages.user, group)
    hers.wait_text("50 of 50 seats are free")


def test_two_set_up_a_plan_at_the_same_moment(server):
    deploy(server, "seating")
    alice, bob = server.user("alice"), server.user("bob")
    group = alice.group("Concert", "bob", "seating")
    hers, his = Pages(alice).open("seating", chat=group), Pages(bob).open("seating", chat=group)

    def set_up(view: View):
        values = {"title": view.pages.user.name, "rows": 2, "seats": 2, "most": 1}
        return lambda: view.act(view.find("form"), values=values)

    at_once(set_up(hers), set_up(his))
    for view in (hers, his):
        view.wait_text("4 of 4 seats are free")
    assert hers.tree["p"]["title"] == his.tree["p"]["title"]
    assert sum("at the same moment" in toast for view in (hers, his) for toast in toasts(view)) == 1


def test_one_seat_taken_by_two_at_once_is_had_by_one_fifty_times(hall):
    server, _, hers, his = hall
    won = {"alice": 0, "bob": 0}
    for row in range(1, 6):
        for seat in range(1, 11):
            name = f"Row {'ABCDE'[row - 1]}, seat {seat}"
            before = {view: len(toasts(view)) for view in (hers, his)}
            codes: list[str] = []
            at_once(*(lambda view=view: codes.append(view.act(["take", row, seat])) for view in (hers, his)))
            assert codes == ["", ""]
            said = {}
            for view in (hers, his):
                said[view] = view.wait(lambda view: toasts(view)[before[view]:], f"what became of {name}")
                assert len(said[view]) == 1
            winners = [view for view in (hers, his) if said[view] == [f"{name} is yours."]]
            assert len(winners) == 1, said
            winner = winners[0]
            loser = his if winner is hers else hers
            owner = winner.pages.user.name
            won[owner] += 1
            assert said[loser] == [f"{owner} has {name}. Choose another one."]
            loser.wait(lambda view: view.has("card", label=f"{name}, taken by {owner}"), f"{name} to be {owner}'s")
            # Both have room for ten seats: what is won is left again before that.
            assert winner.act(card(winner, f"{name}, yours")) == ""
            wait_toast(winner, f"{name} is free again.")
    assert sum(won.values()) == 50
    for view in (hers, his):
        view.wait_text("50 of 50 seats are free")
    assert server.dead_letters() == []


# ── tic-tac-toe ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def game(server):
    """A game of alice and bob in a group with carol, who watches."""
    deploy(server, "tic-tac-toe")
    return play_in(server)


def play_in(server: Server) -> tuple[Server, int, View, View, View]:
    alice, bob, carol = server.user("alice"), server.user("bob"), server.user("carol")
    group = alice.group("Friends", "bob", "carol", "tic_tac_toe")
    hers = Pages(alice).open("tic_tac_toe", chat=group)
    assert hers.press("Challenge anybody") == ""
    hers.wait(lambda view: view.notes, "where the challenge leads")
    query = hers.notes[-1]["query"]
    # The group is told, with a button that leads to the game.
    message = bob.wait_for_message(group, lambda m: m["text"] == "alice wants to play tic-tac-toe. Who joins?")
    assert message["buttons"][0][0]["url"] == f"stoa:a/tic_tac_toe/game?id={query['id']}"
    hers.go("game", **query)
    his, theirs = (Pages(user).open("tic_tac_toe", "game", group, **query) for user in (bob, carol))
    assert his.press("Play") == ""
    return server, group, hers, his, theirs


def mark(view: View, field: str) -> None:
    assert view.act(card(view, f"{field}, free")) == ""


def see_mark(view: View, field: str, sign: str) -> None:
    view.wait(lambda view: any(node.get("p", {}).get("label", "").startswith(f"{field}, {sign}") for node in view.nodes()), f"{sign} on {field}")


def test_a_game_is_played_by_two_and_followed_by_the_third(game):
    _, group, hers, his, theirs = game
    hers.wait_text("Your turn: you are X")
    theirs.wait_text("alice's turn (X)")
    moves = [(hers, "Centre", "X"), (his, "Top left", "O"), (hers, "Top right", "X"), (his, "Top middle", "O"), (hers, "Bottom left", "X")]
    for view, field, sign in moves:
        mark(view, field)
        for other in (hers, his, theirs):
            see_mark(other, field, sign)
    hers.wait_text("You won with the diagonal from the top right")
    for view in (his, theirs):
        view.wait_text("alice won with the diagonal from the top right")
        assert view.has("card", label="Centre, X, in the winning line") and view.has("card", label="Top left, O")
    theirs.pages.user.wait_for_message(group, lambda m: "alice won with the diagonal" in m["text"])
    assert his.press("Rematch") == ""
    hers.wait(lambda view: view.has("main_button", text="Accept the rematch"), "the wish for a rematch")
    assert hers.press("Accept the rematch") == ""
    his.wait(lambda view: view.has("main_button", text="To the rematch"), "the way to the rematch")
    home = theirs.pages.open("tic_tac_toe", chat=group)
    assert home.find("table")["p"]["rows"] == [[1, "alice", 1, 0, 0], [2, "bob", 0, 0, 1]]


def test_what_is_against_the_rules_is_refused_in_words(game):
    _, _, hers, his, theirs = game
    mark(his, "Centre")
    wait_toast(his, "It is alice's turn.")
    mark(theirs, "Centre")
    wait_toast(theirs, "You are watching: alice and bob play.")
    mark(hers, "Centre")
    see_mark(his, "Centre", "X")
    assert his.act(card(his, "Centre, X")) == ""
    wait_toast(his, "Centre is taken: there is an X.")
    assert hers.act(["move", hers.where["query"]["id"], 10]) == "action_not_offered"


def test_one_of_two_who_join_at_once_plays(server):
    deploy(server, "tic-tac-toe")
    alice, bob, carol = server.user("alice"), server.user("bob"), server.user("carol")
    group = alice.group("Friends", "bob", "carol", "tic_tac_toe")
    home = Pages(alice).open("tic_tac_toe", chat=group)
    for round_ in range(10):
        assert home.press("Challenge anybody") == ""
        home.wait(lambda view: sum(note["kind"] == "go" for note in view.notes) == round_ + 1, "where the challenge leads")
        query = [note for note in home.notes if note["kind"] == "go"][-1]["query"]
        his, hers = (Pages(user).open("tic_tac_toe", "game", group, **query) for user in (bob, carol))
        at_once(*(lambda view=view: view.press("Play") for view in (his, hers)))
        for view in (his, hers):
            view.wait(toasts, "who plays")
        assert sorted("You play O." in toasts(view)[0] for view in (his, hers)) == [False, True]
        assert sum("was quicker. You can watch." in toasts(view)[0] for view in (his, hers)) == 1
        for view in (his, hers):
            view.pages.close()


def test_who_does_not_move_for_a_day_loses_the_claim(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    deploy(server, "tic-tac-toe")
    _, group, hers, his, theirs = play_in(server)
    mark(hers, "Centre")
    see_mark(his, "Centre", "X")
    server.advance(days=0.9)
    assert not hers.has("button", text="Claim the game")
    server.advance(days=0.2)
    hers.wait(lambda view: view.has("button", text="Claim the game"), "the claim")
    assert not his.has("button", text="Claim the game") and not theirs.has("button", text="Claim the game")
    hers.pages.user.wait_for_message(group, lambda m: "bob has not moved for a day" in m["text"])
    for view in (hers, his):
        view.notes.clear()
    # To move and to claim at once: one of them comes first, and the game is as that one says.
    at_once(lambda: hers.press("Claim the game"), lambda: his.act(card(his, "Top left, free")))
    wait_for(lambda: toasts(hers) or toasts(his), "the one who was too late")
    if toasts(his):
        theirs.wait_text("alice won: bob did not move for a day")
    else:
        theirs.wait_text("alice's turn (X)")


def test_who_leaves_gives_up(game):
    _, group, hers, his, theirs = game
    leave(his.pages.user, group)
    theirs.wait_text("alice won: bob gave up")
    his.wait(lambda view: view.error, "the end of the page of who left")


# ── event tickets ────────────────────────────────────────────────────────────────────────────────────────

EVENT = {
    "title": "Jazz night", "place": "Old Town Hall", "day": "2099-01-12", "time": "20:00",
    "title1": "Standing", "price1": 25, "places1": 3, "title2": "Balcony", "price2": 40.5, "places2": 1,
}


@pytest.fixture
def box_office(server):
    """An event of alice, the organiser."""
    deploy(server, "event-tickets")
    alice = server.user("alice")
    view = Pages(alice).open("event_tickets", "new")
    assert view.act(view.find("form"), values=EVENT) == ""
    view.wait(lambda view: view.notes and view.notes[-1]["kind"] == "go", "where the new event leads")
    view.go("office")
    yield server, view
    audit_is_clean(server)


def buyer(server: Server, name: str) -> User:
    user = person(server, name, None, None)
    assert server.cli("wallet", "issue", name, "200.00", "EUR").returncode == 0
    assert user.call("PUT", "/v1/wallet/limits/EUR", {"confirm_above": 1_000_000, "pin": "2580"}).status == 200
    return user


def buys(view: View, tier: str = "1", count: int = 1) -> None:
    view.go("event", id="0001")
    view.send(view.find("form"), values={"tier": tier, "count": count})
    assert confirm(view.pages.user, asked(view.pages.user)).status == 200
    wait_toast(view, "Your ticket is there." if count == 1 else f"Your {count} tickets are there.")
    view.go("tickets")


def codes_of(view: View) -> list[str]:
    """The codes of all tickets that a person has."""
    view.go("tickets")
    links = [node["p"]["to"]["query"]["code"] for node in view.nodes() if node["t"] == "card"]
    for link in links:
        view.go("ticket", code=link)
        assert view.find("qr")["p"]["value"] == link
    return links


def door_of(user: User, office: View) -> View:
    view = Pages(user).open("event_tickets", "door", id="0001")
    code = next(text for text in office.texts if len(text) == 9 and text[4] == "-")
    assert view.act(view.find("form"), values={"code": code}) == ""
    view.wait(lambda view: view.has("scanner"), "the scanner")
    return view


def test_a_ticket_is_bought_shown_and_let_in_once(box_office):
    server, office = box_office
    bob, carol = buyer(server, "bob"), server.user("carol")
    his, shop = Pages(bob).open("event_tickets"), Pages(carol).open("event_tickets", "event", id="0001")
    assert "3 places left" in shop.texts
    buys(his, count=2)
    shop.wait_text("1 place left")
    assert balance(bob, "EUR") == (15000, 0)
    codes = codes_of(his)
    assert len(set(codes)) == 2 and all(len(code) == 16 for code in codes)
    # A code is told to nobody else, and the receipt's button leads to one's own.
    shop.go("ticket", code=codes[0])
    assert not shop.has("qr")
    chat = bob.direct("event_tickets")
    message = bob.wait_for_message(chat, lambda m: m["text"].startswith("Jazz night: 2 × Standing."))
    assert message["buttons"][0][0]["url"] == "stoa:a/event_tickets/tickets"

    his.go("ticket", code=codes[0])
    door, other = door_of(carol, office), door_of(server.user("dave"), office)
    assert door.act(door.find("scanner"), value=codes[0].lower()) == ""
    wait_toast(door, "Let in: Standing, bob")
    other.wait_text("of 2 are in")
    other.wait_text("1")
    his.wait_text("Let in")
    assert other.act(other.find("scanner"), value=codes[0]) == ""
    wait_toast(other, "Already used at")
    wait_says(other, "and let in by carol.")
    assert "1" in other.texts and server.dead_letters() == []


def test_one_ticket_scanned_by_many_at_once_lets_one_in(box_office):
    server, office = box_office
    his = Pages(buyer(server, "bob")).open("event_tickets")
    buys(his, count=3)
    codes = codes_of(his)
    doors = [door_of(server.user(f"staff{i}"), office) for i in range(5)]
    for number, code in enumerate(codes, 1):
        for door in doors:
            door.notes.clear()
        at_once(*(lambda door=door: door.act(door.find("scanner"), value=code) for door in doors))
        for door in doors:
            door.wait(toasts, "what became of the scan")
        said = sorted(toasts(door)[0].split()[0] for door in doors)
        assert said == ["Already"] * 4 + ["Let"], said
        for door in doors:
            door.wait(lambda view: view.find("progress")["p"]["label"] == f"{number} of 3 are in", "the counter")
    assert server.dead_letters() == []


def test_different_tickets_scanned_at_once_are_all_let_in(box_office):
    server, office = box_office
    his = Pages(buyer(server, "bob")).open("event_tickets")
    buys(his, count=3)
    codes = codes_of(his)
    doors = [door_of(server.user(f"staff{i}"), office) for i in range(3)]
    at_once(*(lambda door=door, code=code: door.act(door.find("scanner"), value=code) for door, code in zip(doors, codes)))
    for door in doors:
        wait_toast(door, "Let in: Standing, bob")
        door.wait(lambda view: view.find("progress")["p"]["label"] == "3 of 3 are in", "the counter")


def test_the_last_place_is_sold_once(box_office):
    server, _ = box_office
    views = [Pages(buyer(server, name)).open("event_tickets", "event", id="0001") for name in ("bob", "carol", "dave")]
    for view in views:
        view.send(view.find("form"), values={"tier": "2", "count": 1})

    def settled(view: View) -> bool:
        return bool(view.notes) or bool(view.pages.user.get("/v1/payments?open=true")["payments"])

    for view in views:
        view.wait(settled, "a sheet, or a no")
    (winner,) = [view for view in views if not view.notes]
    assert confirm(winner.pages.user, asked(winner.pages.user)).status == 200
    wait_toast(winner, "Your ticket is there.")
    for view in views:
        view.wait(lambda view: "sold out" in view.texts, "that it is sold out")
        if view is not winner:
            assert balance(view.pages.user, "EUR") == (20000, 0)
            words = toasts(view) or list(view.notes[-1]["fields"].values())
            assert "sold out" in words[-1]


def test_a_return_gives_the_money_and_the_places_back(box_office):
    server, office = box_office
    bob = buyer(server, "bob")
    his, shop = Pages(bob).open("event_tickets"), Pages(server.user("carol")).open("event_tickets", "event", id="0001")
    buys(his, count=3)
    code = codes_of(his)[0]
    his.go("tickets")
    shop.wait_text("sold out")
    # Twice at once is once.
    at_once(*(lambda: his.press("Return these tickets") for _ in range(2)))
    wait_toast(his, "Returned. You have your money back.")
    shop.wait_text("3 places left")
    assert balance(bob, "EUR") == (20000, 0)
    door = door_of(server.user("dave"), office)
    assert door.act(door.find("scanner"), value=code) == ""
    wait_toast(door, "Returned, not valid")


def test_the_door_opens_to_its_code_alone(box_office):
    server, office = box_office
    mallory = Pages(server.user("mallory")).open("event_tickets", "door", id="0001")
    assert not mallory.has("scanner")
    for _ in range(5):
        assert mallory.act(mallory.find("form"), values={"code": "0000-0000"}) == ""
        assert mallory.notes[-1] == {"kind": "invalid", "fields": {"code": "This is not the door's code."}}
    assert mallory.act(mallory.find("form"), values={"code": "0000-0000"}) == ""
    assert "Too many wrong codes" in mallory.notes[-1]["fields"]["code"]
    assert mallory.act(["scan", "0001"], value="X") == "action_not_offered"
    for page in ("office", "new", "manage"):
        mallory.go(page, id="0001")
        assert not mallory.has("form")
    door = door_of(server.user("carol"), office)
    assert office.press("Another code") == ""
    door.wait(lambda view: not view.has("scanner"), "the door to be shut")


# ── everybody in any order ───────────────────────────────────────────────────────────────────────────────

DIARY = """
local stoa = require "stoa"
local ui = stoa.ui

stoa.page("home", function(ctx)
  local lines = {}
  for i, entry in ipairs((ctx.store:list("line:", 100))) do lines[i] = ui.text { entry.value, key = entry.key } end
  return ui.page { title = "Diary", ui.text("of " .. ctx.user.name), ui.column { key = "lines", lines },
    ui.form { on = ctx:action("write"), ui.text_field { "text", required = true } },
    ui.button { "Forget", on = ctx:action("forget") } }
end)

stoa.page("board", function(ctx)
  local notes = {}
  for i, entry in ipairs((ctx.chat.store:list("note:", 100))) do notes[i] = ui.text { entry.value, key = entry.key } end
  return ui.page { title = "Board", ui.text("in all " .. (ctx.chat.store:get("count") or 0)), ui.column { key = "notes", notes },
    ui.form { on = ctx:action("pin"), ui.text_field { "text", required = true }, ui.number_field { "at", integer = true, required = true } },
    ui.form { key = "unpin", on = ctx:action("unpin"), ui.number_field { "at", integer = true, required = true } } }
end)

stoa.action("write", function(ctx)
  local n = ctx.store:increment("n")
  ctx.store:put(("line:%03d"):format(n), ctx.values.text)
end)
stoa.action("forget", function(ctx)
  local last = ctx.store:list("line:", 1)[1]
  if last then ctx.store:delete(last.key) end
end)
stoa.action("pin", function(ctx)
  ctx.chat.store:put(("note:%02d"):format(ctx.values.at), ctx.user.name .. " " .. ctx.values.text)
  ctx.chat.store:increment("count")
end)
stoa.action("unpin", function(ctx)
  ctx.chat.store:delete(("note:%02d"):format(ctx.values.at))
  ctx.chat.store:increment("count")
end)
"""


class Watched(Pages):
    """A device that keeps all that it was ever sent about its pages."""

    def __init__(self, user: User):
        self.frames: list[str] = []
        super().__init__(user)

    def open(self, *arguments, **query) -> View:
        view = super().open(*arguments, **query)
        self.frames.append(json.dumps(view.tree))
        take = view.take

        def kept(data: dict, size: int) -> None:
            self.frames.append(json.dumps(data))
            take(data, size)

        view.take = kept
        return view


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_any_order_nobody_sees_what_is_anothers_and_all_see_the_same(server, seed):
    server.deploy("diary", DIARY, kind="miniapp", capabilities=[{"name": "store", "reason": "to keep what is written"}])
    people = [server.user(f"p{i}") for i in range(5)]
    group = people[0].group("All", *[user.name for user in people[1:]], "diary")
    devices = [Watched(user) for user in people]
    private = [device.open("diary", chat=group) for device in devices]
    shared = [device.open("diary", "board", chat=group) for device in devices]
    # Each person's words can be told from all others'.
    secrets = [[f"secret-{index}-{n}-{random.Random(seed * 100 + index * 10 + n).getrandbits(32):08x}" for n in range(20)] for index in range(len(people))]
    diaries: list[list[str]] = [[] for _ in people]
    pinned = [0] * len(people)

    def live(index: int) -> None:
        chance = random.Random(f"{seed} {index}")
        unwritten = list(secrets[index])
        mine, ours = private[index], shared[index]
        for _ in range(25):
            what = chance.choice(("write", "write", "forget", "pin", "pin", "unpin"))
            if what == "write" and unwritten:
                text = unwritten.pop(0)
                assert mine.act(mine.find("form"), values={"text": text}) == ""
                diaries[index].append(text)
            elif what == "forget":
                assert mine.press("Forget") == ""
                del diaries[index][:1]
            elif what == "pin":
                form = next(node for node in ours.nodes() if node["t"] == "form" and "k" not in node)
                assert ours.act(form, values={"text": f"{chance.getrandbits(24):06x}", "at": chance.randrange(6)}) == ""
                pinned[index] += 1
            elif what == "unpin":
                form = next(node for node in ours.nodes() if node.get("k") == "unpin")
                assert ours.act(form, values={"at": chance.randrange(6)}) == ""
                pinned[index] += 1
            # One's own page is what one did, at once, whatever the others do meanwhile.
            assert mine.texts[:1] == [f"of {people[index].name}"]
            assert [text for text in mine.texts if text.startswith("secret")] == diaries[index]

    at_once(*(lambda index=index: live(index) for index in range(len(people))))
    for view in shared:
        view.wait_text(f"in all {sum(pinned)}")
    server.wait_until_idle()
    trees = [json.dumps(view.tree, sort_keys=True) for view in shared]
    assert trees == trees[:1] * len(trees)
    # A page that is opened now is the same as one that has been followed all the time.
    assert json.dumps(devices[0].open("diary", "board", chat=group).tree, sort_keys=True) == trees[0]
    for index, device in enumerate(devices):
        assert json.dumps(device.open("diary", chat=group).tree, sort_keys=True) == json.dumps(private[index].tree, sort_keys=True)
        everything = "\n".join(device.frames)
        for other in range(len(people)):
            if other != index:
                assert f"secret-{other}-" not in everything and f"of p{other}\"" not in everything
    assert server.dead_letters() == []
