"""The mini-apps for businesses and groups, over the real WebSocket: a shop, appointments, shared costs."""

import os
import datetime
import re
import threading

import pytest

from pages import Pages, View
from stoa import ROOT, Server, User, wait_for
from test_payments import app_balance, asked, audit_is_clean, balance, confirm, person

# Two people for one time, so often; a thousand takes two minutes.
ROUNDS = int(os.environ.get("STOA_TEST_ROUNDS", "100"))
ADDRESS = {"name": "Ann", "street": "Main Street 1", "city": "10115 Berlin"}
CONTACT = {"name": "Ann", "phone": "+49 170 5550100"}


def deploy(server: Server, folder: str) -> None:
    server.cli_json("deploy", ROOT / "miniapps" / folder)


def texts(view: View) -> str:
    """All that the page says."""
    said = []
    for node in view.nodes():
        for name in ("title", "text", "label", "footer"):
            if name in node.get("p", {}):
                said.append(str(node["p"][name]))
    return "\n".join(said)


def sees(view: View, text: str) -> None:
    view.wait(lambda view: view.tree and text in texts(view), f"\"{text}\" on {view.page}")


def form(view: View, submit: str) -> dict:
    return view.find("form", submit=submit)


def notes(view: View, kind: str) -> list[dict]:
    return [note for note in view.notes if note["kind"] == kind]


def follow(view: View) -> None:
    """Goes where the newest note leads."""
    note = view.wait(lambda view: notes(view, "go"), "where to go")[-1]
    view.notes.clear()
    view.go(note["page"], **note["query"])


def pay(user: User, title: str) -> dict:
    payment = asked(user, title)
    answer = confirm(user, payment)
    assert answer.status == 200, answer.body
    return payment


def become_owner(server: Server, user: User, app: str) -> None:
    chat = user.direct(app)
    assert "in the app's log" in user.ask(chat, "/owner")
    assert "not the code" in user.ask(chat, "/owner AAAA")
    code = re.findall(rf"@{user.name} \(\d+\).*/owner (\w+)", server.cli("logs", app).stdout)[-1]
    assert "yours now" in user.ask(chat, f"/owner {code}")


def opens(user: User, app: str, **where) -> View:
    view = Pages(user).open(app, **where)
    assert not view.error, view.error
    # While the page asked for is on its way, what is said of the one before concerns nobody any more.
    take = view.take
    view.take = lambda data, size: None if "patch" in data and view.tree is None else take(data, size)
    return view


def start_button(user: User, app: str) -> dict:
    chat = user.direct(app)
    sent = user.send(chat, "/start")
    message = user.wait_for_message(chat, lambda m: m["id"] > sent["id"] and m["from"]["bot"])
    return message["buttons"][0][0]


# ── the shop ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(server):
    deploy(server, "shop")
    yield server
    audit_is_clean(server)


def rich(server: Server, name: str) -> User:
    user = person(server, name, amount=None)
    assert user.call("PUT", "/v1/wallet/limits/EUR", {"confirm_above": 10_000_000, "pin": "2580"}).status == 200
    assert server.cli("wallet", "issue", name, "200.00", "EUR").returncode == 0
    return user


def test_the_shop_sells_packs_and_gives_back(shop):
    alice, owner = rich(shop, "alice"), shop.user("olga")
    assert start_button(alice, "corner_shop")["url"] == "stoa:a/corner_shop/home"
    view = opens(alice, "corner_shop")
    assert len([node for node in view.nodes() if node["t"] == "image"]) == 5
    view.go("item", sku="coffee")
    assert view.press("Put it into the cart") == ""
    assert view.act(view.find("stepper"), value=2) == ""
    view.go("checkout")
    checkout = form(view, "Order and pay")
    assert view.act(checkout, values={"name": "Ann"}) == "bad_request"
    view.send(checkout, values=ADDRESS)
    sees(view, "Waiting for your payment")
    payment = pay(alice, "Order at the Corner Shop")
    assert payment["amount"] == 2 * 899 + 490
    follow(view)
    sees(view, "CORNER_SHOP-1")
    assert balance(alice, "EUR") == (20000 - 2288, 0) and app_balance(shop, "corner_shop") == "22.88"

    become_owner(shop, owner, "corner_shop")
    his = opens(owner, "corner_shop", page="owner")
    sees(his, "1: alice")
    his.go("order", number="1")
    assert his.press("It is on its way") == ""
    sees(view, "On its way")
    # It is too late to cancel.
    assert not view.has("button", text="Cancel the order")

    view.go("item", sku="plum")
    view.press("Put it into the cart")
    view.go("checkout")
    view.send(form(view, "Order and pay"), values=ADDRESS)
    pay(alice, "Order at the Corner Shop")
    follow(view)
    assert view.press("Cancel the order") == ""
    sees(view, "You have your money back.")
    assert balance(alice, "EUR") == (20000 - 2288, 0)


def test_the_owner_of_the_shop_adds_things_and_pieces(shop):
    owner, alice = shop.user("olga"), rich(shop, "alice")
    become_owner(shop, owner, "corner_shop")
    his, view = opens(owner, "corner_shop", page="edit"), opens(alice, "corner_shop")
    values = {"title": "Honey", "category": "Bakery", "price": 6.5, "pieces": 1, "text": "From the roof.", "icon": "heart"}
    assert his.act(form(his, "Put it on the shelf"), values={**values, "price": 0}) == ""
    assert notes(his, "invalid")[-1]["fields"] == {"price": "Write a price above nothing that there are coins for."}
    assert his.act(form(his, "Put it on the shelf"), values=values) == ""
    sees(view, "Honey, €6.50")
    sees(view, "Only 1 left")
    his.go("edit", sku="honey-1")
    assert his.act(form(his, "Put on the shelf"), values={"count": 20}) == ""
    view.wait(lambda view: "Only 1 left, " not in texts(view), "more honey")
    his.go("edit", sku="honey-1")
    sees(his, "21")
    assert his.act(form(his, "Put on the shelf"), values={"count": -30}) == ""
    assert notes(his, "invalid")[-1]["fields"] == {"count": "So many are not there to take away."}
    assert his.act(form(his, "Save"), values={**values, "price": 7}) == ""
    sees(view, "Honey, €7.00")
    his.go("edit", sku="honey-1")
    assert his.press("Take it off the shelf") == ""
    view.wait(lambda view: "Honey" not in texts(view), "no honey")
    # Nobody else gets there, whatever page they had.
    stranger = opens(alice, "corner_shop", page="edit")
    sees(stranger, "For the owner only")
    assert stranger.act(["keep", ""], values=values) == "action_not_offered"


def test_the_last_piece_goes_to_one_of_many(shop):
    buyers = [rich(shop, f"p{i}") for i in range(6)]
    views = [opens(buyer, "corner_shop", page="item", sku="plum") for buyer in buyers]
    for view in views:
        assert view.press("Put it into the cart") == ""
        view.notes.clear()
        view.go("checkout")
    for view in views:
        view.send(form(view, "Order and pay"), values=ADDRESS)
    wait_for(lambda: all("Waiting for" in texts(v) or notes(v, "toast") for v in views), "an answer for everybody", timeout=40)
    lucky = [i for i, view in enumerate(views) if not notes(view, "toast")]
    assert len(lucky) == 1, [view.notes for view in views]
    for i, view in enumerate(views):
        if i not in lucky:
            said = notes(view, "toast")[-1]["text"]
            assert "Somebody was quicker" in said or "sold out meanwhile" in said, said
    pay(buyers[lucky[0]], "Order at the Corner Shop")
    sees(opens(buyers[0], "corner_shop"), "Sold out")
    assert app_balance(shop, "corner_shop") == "33.90"


# ── appointments ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def barber(server):
    deploy(server, "booking")
    return server


def free_time(view: View) -> dict:
    """Goes from the first page to the form of a free time; what was chosen."""
    view.go("days", service="cut", staff="anna")
    links = [node["p"]["to"] for node in view.nodes() if node["t"] == "card" and "to" in node["p"]]
    # A day of which all is ahead.
    view.go("times", **links[-1]["query"])
    button = next(node for node in view.nodes() if node["t"] == "button" and re.fullmatch(r"\d\d:\d\d", node["p"]["text"]))
    return button["p"]["to"]["query"]


def test_somebody_books_is_told_and_cancels(barber):
    alice, owner = barber.user("alice"), barber.user("olga")
    assert start_button(alice, "booking")["url"] == "stoa:a/booking/home"
    view = opens(alice, "booking")
    sees(view, "What would you like?")
    chosen = free_time(view)
    assert len([node for node in view.nodes() if node["t"] == "button"]) > 4
    view.go("days", service="cut")
    assert len([node for node in view.nodes() if node["t"] == "card"]) == 14
    view.go("form", **chosen)
    assert view.act(form(view, "Book it"), values={"name": "Ann"}) == "bad_request"
    assert view.act(form(view, "Book it"), values=CONTACT) == ""
    assert notes(view, "toast")[-1]["text"] == "Booked."
    follow(view)
    sees(view, "Haircut with Anna")
    chat = alice.direct("booking")
    message = alice.wait_for_message(chat, lambda m: m["text"].startswith("Booked: Haircut with Anna"))
    assert message["buttons"][0][0]["url"].startswith("stoa:a/booking/booking?id=")
    assert view.press("For my calendar") == ""
    event = alice.wait_for_message(chat, lambda m: "BEGIN:VCALENDAR" in m["text"])
    day = datetime.date.fromisoformat(chosen["day"]).strftime("%Y%m%d")
    assert f"DTSTART:{day}T" in event["text"] and event["entities"][0]["type"] == "pre"

    become_owner(barber, owner, "booking")
    his = opens(owner, "booking", page="owner", day=chosen["day"])
    sees(his, "Ann")
    sees(his, "+49 170 5550100")
    assert view.press("Cancel it") == ""
    sees(view, "Cancelled")
    sees(his, "0 appointments")
    # Once more, and now the place cannot keep it: who has agreed to it is told.
    view.go("form", **chosen)
    assert view.act(form(view, "Book it"), values=CONTACT) == ""
    follow(view)
    view.send(view.find("button", text="Tell me if it cannot take place"))
    sheet = wait_for(lambda: alice.get("/v1/consents")["consents"], "the sheet")[0]
    body = {"answer": "grant", "for": "always", "shown": sheet["answer"]}
    assert alice.call("POST", f"/v1/consents/{sheet['id']}", body).status == 204
    view.wait(lambda view: any(note["text"] == "You will be told." for note in notes(view, "toast")), "the end of it")
    assert his.press("Cannot take place") == ""
    assert notes(his, "toast")[-1]["text"] == "Cancelled. Ann was told."
    alice.wait_for_message(chat, lambda m: "cannot take place" in m["text"])
    sees(view, "We are sorry")
    # A day on which Anna does not come.
    assert his.act(his.find("switch"), value=False) == ""
    view.go("form", **chosen)
    sees(view, "Anna is not there at that time")


def test_the_owner_alone_sees_the_days_list(barber):
    mallory = barber.user("mallory")
    view = opens(mallory, "booking", page="owner")
    sees(view, "For the owner only")
    assert view.act(["withdraw", "x"]) == "action_not_offered"
    chat = mallory.direct("booking")
    mallory.ask(chat, "/owner")
    for _ in range(6):
        mallory.ask(chat, "/owner 0000000000")
    # The code that could have been guessed at is gone.
    codes = re.findall(r"/owner (\w{10})", barber.cli("logs", "booking").stdout)
    assert len(codes) == 2 and codes[0] != codes[1]


def test_a_reminder_comes_the_day_before(make_server):
    server = make_server("--rate-limit", "off")
    server.environment["STOA_TEST_CLOCK"] = "1"
    server.start()
    deploy(server, "booking")
    alice = server.user("alice")
    view = opens(alice, "booking")
    chosen = free_time(view)
    view.go("form", **chosen)
    assert view.act(form(view, "Book it"), values=CONTACT) == ""
    chat = alice.direct("booking")
    alice.wait_for_message(chat, lambda m: m["text"].startswith("Booked"))
    assert not [m for m in alice.history(chat) if m["text"].startswith("A reminder")]
    ahead = datetime.date.fromisoformat(chosen["day"]) - datetime.datetime.now(datetime.UTC).date()
    server.advance(days=ahead.days)
    alice.wait_for_message(chat, lambda m: m["text"].startswith("A reminder: Haircut with Anna"))


def test_of_two_who_book_the_same_time_one_gets_it_and_the_other_is_told_why(barber):
    people = [barber.user("alice"), barber.user("bob")]
    views = [opens(user, "booking") for user in people]
    chosen = free_time(views[0])
    won = [0, 0]
    for number in range(ROUNDS):
        for view in views:
            view.notes.clear()
            view.go("form", **chosen)
        forms = [form(view, "Book it") for view in views]
        start, codes = threading.Barrier(2), ["", ""]

        def book(i: int) -> None:
            start.wait()
            codes[i] = views[i].act(forms[i], values=CONTACT)

        threads = [threading.Thread(target=book, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [i for i in range(2) if any(note["text"] == "Booked." for note in notes(views[i], "toast"))]
        assert len(winners) == 1, (number, codes, [view.notes for view in views])
        winner, loser = views[winners[0]], views[1 - winners[0]]
        won[winners[0]] += 1
        # Told by the action, or by the page, which was drawn anew before the action arrived.
        said = [note["text"] for note in notes(loser, "toast")] + [texts(loser)]
        assert any("Somebody was faster: choose another time." in text for text in said), (number, codes, said)
        if codes[1 - winners[0]] == "":
            follow(loser)
            assert loser.page == "times" and chosen["time"] not in texts(loser)
        follow(winner)
        assert winner.press("Cancel it") == ""
    print(f"alice got it {won[0]} times, bob {won[1]} times")
    barber.wait_until_idle()
    assert not barber.dead_letters()


# ── shared costs ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trip(server):
    deploy(server, "expenses")
    yield server
    audit_is_clean(server)


def option(view: View, name: str) -> int:
    options = view.find("select", name="payer")["p"]["options"]
    return next(one["value"] for one in options if one["label"] == name)


def spend(view: View, title: str, amount: float, *people: int) -> None:
    chosen = {"people": list(people)} if people else {"people": [o["value"] for o in view.find("multi_select")["p"]["options"]]}
    values = {"title": title, "amount": amount, "payer": option(view, "You"), **chosen}
    assert view.act(form(view, "Write it down"), values=values) == ""


def test_a_group_shares_costs_and_settles_up(trip):
    alice, bob, carol = (rich(trip, name) for name in ("alice", "bob", "carol"))
    group = alice.group("Trip", "bob", "carol", "expenses")
    hers, his = opens(alice, "expenses", chat=group), opens(bob, "expenses", chat=group)
    third = opens(carol, "expenses", chat=group)
    assert hers.tree["p"]["title"] == "Trip"
    for view in (hers, his):
        assert view.press("Count me in") == ""
    adding = opens(alice, "expenses", page="add", chat=group)
    # Carol has only opened it; she can be counted in all the same.
    spend(adding, "Dinner", 30.01, *(option(adding, name) for name in ("You", "bob", "carol")))
    for view in (hers, his, third):
        sees(view, "Dinner")
    sees(his, "You owe")
    owed = his.find("money", style="title")["p"]["amount"]
    assert owed in (1000, 1001)
    button = his.find("button", icon="money")
    his.send(button)
    payment = pay(bob, "Settle up with alice")
    assert payment["amount"] == owed and payment["splits"][0]["amount"] == owed
    sees(his, "You are even")
    assert balance(bob, "EUR") == (20000 - owed, 0) and balance(alice, "EUR") == (20000 + owed, 0)
    bob.wait_for_message(group, lambda m: m["text"].startswith("bob has paid alice"))
    assert third.press("I have paid") == ""
    for view in (hers, third):
        sees(view, "You are even")
    # Who wrote something down can undo it, and nobody else.
    entry = next(node for node in hers.nodes() if node["t"] == "card" and "Dinner" in node["p"].get("label", ""))["p"]["to"]
    other = opens(bob, "expenses", page="entry", chat=group, **entry["query"])
    assert not other.has("button", text="Undo it")
    assert other.act(["undo", entry["query"]["key"]]) == "action_not_offered"
    mine = opens(alice, "expenses", page="entry", chat=group, **entry["query"])
    assert mine.press("Undo it") == ""
    sees(other, "Undone by alice")
    sees(his, "You get back")
    alone = opens(alice, "expenses")
    sees(alone, "This is for groups")


def test_what_the_operator_keeps_is_said(trip):
    assert trip.cli("fee", "--basis-points", "200").returncode == 0
    alice, bob = rich(trip, "alice"), rich(trip, "bob")
    group = alice.group("Trip", "bob", "expenses")
    his = opens(bob, "expenses", chat=group)
    assert his.press("Count me in") == ""
    spend(opens(alice, "expenses", page="add", chat=group), "Dinner", 40)
    sees(his, "Dinner")
    his.send(his.find("button", icon="money"))
    pay(bob, "Settle up with alice")
    sees(his, "You are even")
    assert (balance(bob, "EUR"), balance(alice, "EUR")) == ((18000, 0), (21960, 0))
    bob.wait_for_message(group, lambda m: m["text"].endswith("The operator of this server kept €0.40 of it."))


def test_nothing_is_lost_when_all_write_at_the_same_time(trip):
    people = [trip.user(f"p{i}") for i in range(5)]
    group = people[0].group("Many", *(user.name for user in people[1:]), "expenses")
    homes = [opens(user, "expenses", chat=group) for user in people]
    for view in homes:
        assert view.press("Count me in") == ""
    views = [opens(user, "expenses", page="add", chat=group) for user in people]
    problems: list = []

    def write(i: int) -> None:
        try:
            for number in range(8):
                spend(views[i], f"Thing {i}.{number}", 10.00)
        except AssertionError as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    # Each has paid 80 and used 80.
    for view in homes:
        sees(view, "You are even")
    assert trip.query("SELECT count(*) FROM store WHERE key LIKE 'entry %'")[0][0] == 40
    assert not trip.dead_letters()
