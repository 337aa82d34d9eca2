import Runtime
import Testing

@testable import Simulation

/// Pages of a mini-app as the tests of its developer use them.
struct PageTests {
    @Test func formsAreFilledInAndListsFollow() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens()
            view:sees("The cart is empty.")
            view:fills({ what = "Tea", count = 2, wrap = "As a gift" })
            view:sees_toast("Added.")
            view:sees_not("empty")
            assert(view:count("row") == 3 and view:count("money", { amount = 30000 }) == 3)
            view:presses("Remove", "Tea 2")
            view:sees_not("Tea 2")
            view:sees("Paper")
            view:presses("Remove")
            assert(view:count("row") == 1)
            view:fills({ why = "cold" }, "Complain")
            sim.user("alice"):sees("Sorry: cold")
            """)
    }

    @Test func invalidInputIsToldByField() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens("home")
            view:fills({ what = "a very long thing", count = 3 })
            assert(view:errors().what == "At most 10 characters." and view:refused() == "bad_request")
            -- What was typed stays.
            view:fills({ what = "Tea" })
            assert(next(view:errors()) == nil and view:refused() == nil)
            assert(view:count("row") == 3)
            view:fills({ what = "bomb" })
            assert(view:errors().what == "We sell none." and view:refused() == nil)
            view:presses("Add")
            assert(view:errors().what == "We sell none.")
            view:fills({ what = "Soap" })
            assert(view:count("row") == 4)
            view:presses("Add")
            assert(view:errors().what == "This is required.")
            """)
        try await expectFailure(
            #"sim.user("alice"):opens():fills({ colour = "red" })"#, "tests/a.lua:1: ", "no field named \"colour\"")
        try await expectFailure(#"sim.user("alice"):opens():fills({}, "Send")"#, "no form with the button \"Send\"")
    }

    @Test func singleInputsDoTheirAction() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens()
            view:sets("size", "l")
            view:sees("Size: l")
            view:sets("Size", "Medium")
            view:sees("Size: m")
            view:sets("size", "huge")
            assert(view:refused() == "bad_request")
            view:sets("Search", "9")
            view:sees("Item 9")
            """)
        try await expectFailure(#"sim.user("alice"):opens():sets("what", "x")"#, "\"what\" does nothing by itself")
        try await expectFailure(#"sim.user("alice"):opens():sets("colour", "x")"#, "No input is named \"colour\"")
    }

    @Test func pagesLeadToOneAnother() async throws {
        try await expectPass(
            """
            local alice = sim.user("alice")
            alice:speaks("de")
            local view = alice:opens()
            view:presses("Seven")
            assert(view.page == "item" and view.query.id == "7")
            view:sees("Sold in de")
            view:presses("Away")
            assert(view.page == "home" and next(view.query) == nil)
            view:goes("item", { id = 8 })
            view:sees("Item 8")
            view:goes_back()
            view:sees("Cart")
            view:presses("Terms")
            local inner = alice:opens("item", { id = 1 })
            inner:goes_back()
            assert(inner.page == "home")
            -- An action that leads to the same page takes its place, a link does not.
            view:presses("Seven")
            view:presses("Next")
            view:sees("Item 8")
            view:presses("Next")
            view:presses("First")
            view:goes_back()
            view:sees("Item 9")
            view:goes_back()
            view:sees("Cart")
            view:closes()
            assert(not pcall(view.sees, view, "Cart"))
            """)
        try await expectFailure(#"sim.user("alice"):opens():goes_back()"#, "came from nowhere")
        try await expectFailure(#"sim.user("alice"):opens("nowhere")"#, "The app has no such page. (page_not_found)")
    }

    @Test func whatIsNotThereIsToldWithThePage() async throws {
        try await expectFailure(
            #"sim.user("alice"):opens():presses("Buy")"#, "tests/a.lua:1: Nothing that can be pressed is named \"Buy\"",
            "\npage \"Cart\"\n", "\n  [main_button \"Pay\" on pay()]")
        try await expectFailure(#"sim.user("alice"):opens():presses("Closed")"#, "\"Closed\" is disabled.")
        try await expectFailure(#"sim.user("alice"):opens():presses("Secret")"#, "Nothing that can be pressed")
        try await expectFailure(#"sim.user("alice"):opens():sees("Tea")"#, "alice does not see \"Tea\"", "page \"Cart\"")
        try await expectFailure(
            #"sim.user("alice"):opens():sees_not("empty")"#, "alice sees \"The cart is **empty**.\"", "page \"Cart\"")
        try await expectFailure(#"sim.user("alice"):opens():finds("chart")"#, "there is no chart", "page \"Cart\"")
        try await expectFailure(#"sim.user("alice"):opens():sees_toast("Saved")"#, "shown no toast, not \"Saved\"")
    }

    @Test func twoPeopleShareOnePage() async throws {
        try await expectPass(
            """
            local alice, bob = sim.user("alice"), sim.user("bob")
            local group = sim.group("Players", { alice, bob })
            local hers, his = alice:opens("board", nil, group), bob:opens("board", nil, group)
            hers:sees("Here: alice and bob")
            his:taps(5, 6, "a")
            his:sees_toast("5, 6 on a")
            hers:sees("Moves: 1")
            assert(not pcall(hers.sees_toast, hers, "5"))
            his:closes()
            hers:sees("Here: alice")
            hers:sees_not("bob")
            """)
        try await expectFailure(
            """
            local alice, bob = sim.user("alice"), sim.user("bob")
            bob:opens("board", nil, sim.group("Hers", { alice }))
            """, "chat_not_found")
        try await expectFailure(
            #"sim.user("alice"):opens("board"):taps(1, 1, "b")"#, "The canvas has no shape \"b\"",
            "circle a \"stone\" x = 10, y = 10")
    }

    @Test func timersAreOverWhenTheirTimeComes() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens("board")
            view:presses("Start")
            sim.advance("59 seconds")
            view:sees("Moves: 0")
            sim.advance("1 second")
            view:sees("Moves: 100")
            sim.advance("1 hour")
            view:sees("Moves: 100")
            """)
    }

    @Test func aPageIsDrawnAgainWhenItSays() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens("clock")
            view:presses("First")
            view:sees("minute 0.")
            sim.advance("1 minute")
            view:sees("minute 1.")
            sim.advance("10 minutes")
            view:sees("minute 11.")
            view:goes("home")
            sim.advance("1 minute")
            view:sees("Cart")
            """)
    }

    @Test func anActionCanWaitForAPayment() async throws {
        try await expectPass(
            """
            local alice = sim.user("alice")
            alice:has_money(50000, "RUB")
            local view = alice:opens()
            view:presses("Pay")
            view:sees_toast("One moment.")
            alice:is_asked_to_pay("The cart")
            assert(view.page == "home")
            alice:pays()
            view:sees_toast("Thank you!")
            view:sees("Item paid")
            assert(sim.balance("RUB") == 30000)
            """)
    }

    @Test func aFailedActionIsRefused() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens()
            view:presses("Fail")
            assert(view:refused() == "app_failed")
            view:sets("size", "l")
            assert(view:refused() == nil)
            """)
        try await expectFailure(
            """
            local view = sim.user("alice"):opens()
            view:presses("Fail")
            view:sees("Cart")
            """, "tests/a.lua:3: alice presses \"Fail\", but the action fail() failed (app_failed): main.lua:", ": no luck",
            "view:refused()")
    }

    @Test func aFailedActionThatNobodyAsksAboutFailsTheTest() async throws {
        try await expectFailure(
            #"sim.user("alice"):opens():presses("Fail")"#, "the action fail() failed (app_failed): main.lua:", ": no luck")
        try await expectFailure(
            #"sim.user("alice"):opens():fills({ what = "a very long thing" })"#,
            "alice fills in what = \"a very long thing\" and presses \"Add\"", "add() failed (bad_request)",
            "what: At most 10 characters.")
        try await expectFailure(
            """
            local view = sim.user("alice"):opens()
            view:fills({ what = "a very long thing" })
            view:sees_toast("Added.")
            """, "tests/a.lua:3: ", "what: At most 10 characters.")
        // Another person's page goes on by itself.
        try await expectPass(
            """
            local view, his = sim.user("alice"):opens(), sim.user("bob"):opens()
            view:presses("Fail")
            his:sees("Cart")
            print(view:printed(), view.page)
            assert(view:refused() == "app_failed")
            view:sees("Cart")
            """)
    }

    @Test func testsHaveThePartsOfTheSDKThatNeedNoTurn() async throws {
        try await expectPass(
            """
            local stoa = require "stoa"
            assert(stoa.time.today() == "2026-01-05" and stoa.time.now() == sim.now())
            sim.advance("15 hours")
            assert(stoa.time.today() == "2026-01-06" and stoa.time.today(-60) == "2026-01-05")
            assert(stoa.time.format(stoa.time.parse("2026-11-30", "14:30")) == "2026-11-30 14:30")
            assert(stoa.text.fold("ЧАЙ") == "чай" and stoa.json.decode("[1]")[1] == 1)
            """)
        try await expectFailure(
            #"require("stoa").page("x", function() end)"#,
            "tests/a.lua:1: stoa.page: tests have only stoa.time, stoa.text and stoa.json")
    }

    @Test func whatIsSaidOfNoFieldIsAMistake() async throws {
        try await expectFailure(
            #"sim.user("alice"):opens():fills({ what = "typo" })"#,
            "ctx:invalid: the form has no field \"waht\"; there are: what, count, wrap.")
    }

    @Test func whatWasSeenBeforeAStepOnAPageIsPast() async throws {
        try await expectPass(
            """
            local alice = sim.user("alice")
            local view = alice:opens()
            view:fills({ why = "cold" }, "Complain")
            alice:sees("Sorry: cold")
            view:presses("Seven")
            alice:sees_nothing()
            view:goes_back()
            view:fills({ why = "wet" }, "Complain")
            alice:opens("board", nil, sim.group("Players", { alice })):taps(1, 1)
            alice:sees_nothing()
            """)
    }

    @Test func aPageThatWritesIsNotShown() async throws {
        try await expectFailure(
            #"sim.user("alice"):opens("writes")"#, "tests/a.lua:1: The page writes is not shown.", "(app_failed)",
            "store.put: a page only reads")
    }

    @Test func listsShowTheirFirstRows() async throws {
        try await expectPass(
            """
            local view = sim.user("alice"):opens("rows")
            assert(view:count("text") == 200)
            view:sees("row 200.")
            view:sees_not("row 201.")
            view:scrolls(400, "rows")
            view:sees("row 400.")
            view:sees("row 500.")
            view:sees_not("row 399.")
            view:goes("home")
            view:goes_back()
            view:sees("row 1.")
            """)
    }

    @Test func aPageIsPrinted() async throws {
        let result = try await Self.run(
            """
            local view = sim.user("alice"):opens()
            view:fills({ what = "Tea" })
            local node = view:finds("button", { text = "Remove" })
            assert(node.type == "button" and node.props.on[2] == "Tea" and #node.children == 0)
            assert(view:finds("row", { key = "Tea" }).children[1].props.text == "Tea")
            print(view:printed())
            sim.snapshot("cart", view:printed())
            """)
        let expected = """
            page "Cart"
              list (1 row)
                row
                  text "Tea"
                  money "300.00 RUB"
                  [button "Remove" on remove("Tea")]
              form on add()
                text_field "What?" what = nil (required)
                number_field "How many?" count = 1
                select "Wrapping" wrap = "n" of "n", "g"
                [submit "Add"]
              form on complain()
                text_field why = nil
                [submit "Complain"]
              select "Size" size = "m" of "m", "l" on size()
              search_field on search()
              text "Size: m"
              [card to item(id = "7")]
                text "Seven"
              [link "Terms" to https://example.org/terms]
              [button "Fail" on fail()]
              [button "Closed" on fail() (disabled)]
              [main_button "Pay" on pay()]
            """
        #expect(result?.problem == nil && result?.printed == [expected], "\(result?.problem ?? "") \(result?.printed ?? [])")
        #expect(result?.snapshots.map(\.text) == [expected + "\n"])
    }

    @Test func faultsAreNotSeenOnPages() async throws {
        let test = """
            local alice, bob = sim.user("alice"), sim.user("bob")
            alice:has_money(50000, "RUB")
            local group = sim.group("Players", { alice, bob })
            local view, his = alice:opens(), bob:opens("board", nil, group)
            local hers = alice:opens("board", nil, group)
            for i = 1, 5 do
              view:fills({ what = "Tea " .. i, count = i })
              his:taps(i, i, "a")
              hers:taps(i, i)
              hers:sees("Moves: " .. 2 * i)
            end
            hers:presses("Start")
            sim.advance("1 hour")
            his:sees("Moves: 110")
            view:presses("Pay")
            alice:pays()
            view:sees("Item paid")
            """
        var plan = Faults.Plan()
        plan.evictsAlways = true
        plan.conflictEvery = 2
        plan.crashEvery = 3
        let (expected, found) = (try await Self.run(test), try await Self.run(test, plan))
        #expect(expected?.problem == nil && found?.problem == nil, "\(expected?.problem ?? found?.problem ?? "")")
        #expect(expected?.transcript == found?.transcript)
    }

    @Test func theTranscriptHasWhatIsDoneOnPages() async throws {
        let result = try await Self.run(
            """
            local view = sim.user("alice"):opens()
            view:fills({ what = "Tea" })
            view:presses("Remove")
            view:sets("Size", "l")
            view:presses("Seven")
            view:presses("Away")
            """)
        #expect(
            result?.transcript == """
                  (alice opens home)
                  (alice fills in what = "Tea" and presses "Add")
                  (alice's page: toast: Added.)
                  (alice presses "Remove")
                  (alice sets "Size" to "l")
                  (alice goes to item(id = "7"))
                  (alice presses "Away")
                  (alice's page: goes back to home)
                """)
    }
}
