import Apps
import Runtime
import Synchronization
import Testing

@testable import Simulation

/// The mini-app that the tests of pages use, and how each runs a test of its developer's.
extension PageTests {
    static let shop = """
        local stoa = require "stoa"
        local ui = stoa.ui

        stoa.page("home", function(ctx)
          local cart = ctx.store:get("cart") or {}
          local size = ctx.store:get("size") or "m"
          return ui.page { title = "Cart",
            #cart == 0 and ui.text { "The cart is **empty**.", markup = true } or false,
            ui.list(cart, function(item)
              return ui.row { key = item, ui.text(item), ui.money(30000, "RUB"),
                ui.button { "Remove", on = ctx:action("remove", item), style = "danger" } }
            end),
            ui.form { on = ctx:action("add"), submit = "Add",
              ui.text_field { "what", label = "What?", required = true, max_length = 10 },
              ui.number_field { "count", label = "How many?", value = 1, min = 1, integer = true },
              ui.select { "wrap", label = "Wrapping", options = { { "n", "None" }, { "g", "As a gift" } }, value = "n" } },
            ui.form { on = ctx:action("complain"), submit = "Complain", ui.text_field { "why" } },
            ui.select { "size", label = "Size", options = { { "m", "Medium" }, { "l", "Large" } }, value = size, on = ctx:action("size") },
            ui.search_field { placeholder = "Search", on = ctx:action("search") },
            ui.text("Size: " .. size),
            ui.card { to = ctx:link("item", { id = "7" }), ui.text "Seven" },
            ui.link { "Terms", url = "https://example.org/terms" },
            ui.button { "Fail", on = ctx:action("fail") },
            ui.button { "Closed", on = ctx:action("fail"), disabled = true },
            ui.button { "Secret", on = ctx:action("fail"), hidden = true },
            ui.main_button { "Pay", on = ctx:action("pay") } }
        end)

        stoa.page("item", function(ctx)
          return ui.page { title = "Item " .. tostring(ctx.query.id), ui.text { "Sold in " .. ctx.lang },
            ui.button { "Away", on = ctx:action("away") }, ui.button { "Next", on = ctx:action("next") },
            ui.card { to = ctx:link("item", { id = "1" }), ui.text "First" } }
        end)

        stoa.page("writes", function(ctx)
          ctx.store:put("seen", true)
          return ui.page {}
        end)

        stoa.page("rows", function(ctx)
          local rows = { count = 500, get = function(i) return i end }
          return ui.page { ui.list(rows, function(i) return ui.text("row " .. i .. ".") end, { key = "rows" }) }
        end)

        stoa.page("clock", function(ctx)
          local minute = stoa.time.now() // 60000
          ctx:redraw_at((minute + 1) * 60000)
          ctx:redraw_at((minute + 60) * 60000)
          return ui.page { ui.text("minute " .. (minute - (ctx.store:get("first") or minute)) .. "."),
            ui.button { "First", on = ctx:action("first") } }
        end)
        stoa.action("first", function(ctx) ctx.store:put("first", stoa.time.now() // 60000) end)

        stoa.page("board", function(ctx)
          local names = {}
          for i, person in ipairs(ctx:present()) do names[i] = person.name end
          local ends = ctx.chat.store:get("ends")
          return ui.page { title = "Board", ui.text("Here: " .. table.concat(names, " and ")),
            ui.text("Moves: " .. (ctx.chat.store:get("moves") or 0)),
            ui.canvas { width = 100, height = 100, on = ctx:action("move"),
              shapes = { { id = "a", kind = "circle", x = 10, y = 10, r = 5, text = "stone" } } },
            ends and ui.timer { ends, on = ctx:action("over") } or false,
            ui.button { "Start", on = ctx:action("start") } }
        end)

        stoa.action("add", function(ctx)
          local cart = ctx.store:get("cart") or {}
          if ctx.values.what == "typo" then return ctx:invalid { waht = "We sell none." } end
          if ctx.values.what == "bomb" then return ctx:invalid { what = "We sell none." } end
          for i = 1, ctx.values.count do cart[#cart + 1] = ctx.values.what .. (i > 1 and " " .. i or "") end
          if ctx.values.wrap == "g" then cart[#cart + 1] = "Paper" end
          ctx.store:put("cart", cart)
          ctx:toast("Added.")
        end)
        stoa.action("remove", function(ctx, item)
          local left = {}
          for _, one in ipairs(ctx.store:get("cart")) do if one ~= item then left[#left + 1] = one end end
          ctx.store:put("cart", left)
        end)
        stoa.action("complain", function(ctx) ctx.chat:send("Sorry: " .. ctx.values.why) end)
        stoa.action("size", function(ctx) ctx.store:put("size", ctx.value) end)
        stoa.action("search", function(ctx) ctx:go("item", { id = ctx.value }) end)
        stoa.action("fail", function(ctx) error("no luck") end)
        stoa.action("away", function(ctx) ctx:back() end)
        stoa.action("next", function(ctx) ctx:go("item", { id = ctx.query.id + 1 }) end)
        stoa.action("pay", function(ctx)
          ctx:toast("One moment.")
          if ctx.chat:pay { title = "The cart", amount = 30000, currency = "RUB" } then
            ctx:toast("Thank you!")
            ctx:go("item", { id = "paid" })
          end
        end)
        stoa.action("move", function(ctx)
          ctx.chat.store:increment("moves")
          ctx:toast(ctx.value.x .. ", " .. ctx.value.y .. " on " .. tostring(ctx.value.shape))
        end)
        stoa.action("start", function(ctx) ctx.chat.store:put("ends", stoa.time.now() + 60000) end)
        stoa.action("over", function(ctx)
          -- Each device that shows the timer says so.
          if not ctx.chat.store:get("ends") then return end
          ctx.chat.store:delete("ends")
          ctx.chat.store:increment("moves", 100)
        end)
        """

    /// - Returns: why the test failed; nil when it passed.
    func problem(_ test: String) async throws -> String? {
        let result = try await Self.run(test)
        return result?.problem ?? (result == nil ? "There is no result." : nil)
    }

    static func run(_ test: String, _ faults: Faults.Plan = Faults.Plan()) async throws -> Simulator.Result? {
        let manifest = """
            {"name": "shop", "title": "Shop", "kind": "miniapp", "version": "1", "description": "d", "capabilities": [
              {"name": "messages.send", "reason": "x"}, {"name": "store", "reason": "x"}, {"name": "payments.request", "reason": "x"}]}
            """
        let files = [("manifest.json", manifest), ("main.lua", shop), ("tests/a.lua", test)]
        let package = try AppPackage(files: files.map { AppPackage.File(path: $0.0, content: Array($0.1.utf8)) })
        let simulator = try Simulator()
        defer { simulator.shutdown() }
        let results = Mutex<[Simulator.Result]>([])
        var options = Simulator.Options()
        options.faults = faults
        try await simulator.run(package, options: options) { result in results.withLock { $0.append(result) } }
        return results.withLock { $0.first }
    }

    func expectPass(_ test: String) async throws {
        let problem = try await problem(test)
        #expect(problem == nil, "\(problem ?? "")")
    }

    /// - Parameter texts: what the failure must say.
    func expectFailure(_ test: String, _ texts: String...) async throws {
        let problem = try await problem(test) ?? "it passed"
        for text in texts { #expect(problem.contains(text), "\(problem)") }
    }
}
