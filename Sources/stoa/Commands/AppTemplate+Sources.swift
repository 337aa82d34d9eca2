/// The Lua of the templates.
extension AppTemplate {
    static let echoMain = """
        local stoa = require "stoa"

        stoa.command("start", "Say hello", function(chat)
          chat:send("Hi " .. chat.user.name .. "! Write me something.")
        end)

        -- Every message that is no command.
        stoa.on("message", function(chat, message)
          chat:reply("You wrote: " .. message.text)
        end)

        """

    static let echoTest = """
        local alice = sim.user("alice")

        alice:says("/start")
        alice:sees("Hi")

        alice:says("one two")
        alice:sees("You wrote: one two")

        """

    static let miniappMain = """
        local stoa = require "stoa"
        local ui = stoa.ui

        -- What opens first. A page only reads; when something that it read changes, all who look at it see that.
        stoa.page("home", function(ctx)
          local list = ctx.chat.store:get("list") or {}
          return ui.page { title = "To do",
            ui.list(list, function(item)
              return ui.row { key = item.id, ui.text(item.text), ui.spacer(), ui.button { "Done", on = ctx:action("done", item.id) } }
            end, { empty = ui.empty { "Nothing to do", icon = "check" } }),
            ui.form { on = ctx:action("add"), submit = "Add",
              ui.text_field { "text", label = "What is to be done?", required = true, max_length = 80 } } }
        end)

        -- What people do on pages. An action can write, send and pay.
        stoa.action("add", function(ctx)
          local store = ctx.chat.store
          local list = store:get("list") or {}
          list[#list + 1] = { id = store:increment("number"), text = ctx.values.text }
          store:put("list", list)
        end)

        stoa.action("done", function(ctx, id)
          local left = {}
          for _, item in ipairs(ctx.chat.store:get("list") or {}) do
            if item.id ~= id then left[#left + 1] = item end
          end
          ctx.chat.store:put("list", left)
          ctx:toast("Done.")
        end)

        """

    static let miniappTest = """
        test("keeps what is to be done", function()
          local view = sim.user("alice"):opens("home")
          view:sees("Nothing to do")
          view:fills({ text = "" })
          assert(view:errors().text)
          view:fills({ text = "Buy milk" })
          view:fills({ text = "Call Bob" })
          view:presses("Done", "Buy milk")
          view:sees_toast("Done.")
          view:sees("Call Bob")
          view:sees_not("Buy milk")
        end)

        test("is shared by all in a group", function()
          local alice, bob = sim.user("alice"), sim.user("bob")
          local group = sim.group("Home", { alice, bob })
          local hers = alice:opens("home", nil, group)
          bob:opens("home", nil, group):fills({ text = "Water the plants" })
          hers:sees("Water the plants")
        end)

        """

    static let conversationMain = """
        local stoa = require "stoa"

        stoa.command("start", "Say hello", function(chat)
          chat:send("Hi " .. chat.user.name .. "! /remind and I remember something for you.")
        end)

        -- Written from top to bottom; it waits wherever it asks or sleeps, for as long as it takes.
        stoa.command("remind", "Remind me of something", function(chat)
          local what = chat:ask("What of?", { timeout = "1 hour" })
          if not what then return chat:send("Another time, then.") end

          local times = { ["In an hour"] = "1 hour", ["Tomorrow"] = "1 day", ["In a week"] = "1 week" }
          local choice = chat:choose("When?", { "In an hour", "Tomorrow", "In a week" })
          if not chat:confirm(choice .. ": " .. what .. "?") then return chat:send("Forgotten.") end

          -- A conversation of its own, so that the next command does not end it.
          stoa.spawn("remind", { what = what, after = times[choice] })
          chat:send("I will.")
        end)

        stoa.task("remind", function(chat, reminder)
          chat:sleep(reminder.after)
          local answer = chat:choose("Remember: " .. reminder.what, { "Done", "Later" }, { timeout = "1 day" })
          if answer == "Later" then
            chat:sleep("1 hour")
            chat:send("Once more: " .. reminder.what)
          end
        end)

        """

    static let conversationTest = """
        local function alice_asks(what, when)
          local alice = sim.user("alice")
          alice:says("/remind")
          alice:sees("What of?")
          alice:says(what)
          alice:presses(when)
          alice:presses("Yes")
          alice:sees("I will.")
          return alice
        end

        test("reminds when it is time", function()
          local alice = alice_asks("the milk", "Tomorrow")
          -- Another command does not end it.
          alice:says("/start")
          alice:sees("Hi")
          sim.advance("23 hours")
          assert(not sim.transcript():find("Remember", 1, true))
          sim.advance("2 hours")
          alice:sees("Remember: the milk")
          alice:presses("Later")
          sim.advance("1 hour")
          alice:sees("Once more: the milk")
        end)

        test("gives up when nobody answers", function()
          local alice = sim.user("alice")
          alice:says("/remind")
          sim.advance("2 hours")
          alice:sees("Another time, then.")
        end)

        """

    static let shopMain = """
        local stoa = require "stoa"
        local catalogue = require "lib.catalogue"

        local function money(cents) return ("%d.%02d"):format(cents // 100, cents % 100) end

        local function cart_of(chat) return chat.user.store:get("cart") or {} end

        -- The cart as text, and its sum.
        local function describe(cart)
          local lines, sum = {}, 0
          for i, line in ipairs(cart) do
            lines[i] = line.count .. " × " .. line.title .. ": " .. money(line.count * line.price)
            sum = sum + line.count * line.price
          end
          return table.concat(lines, "\\n") .. "\\n\\nTogether: " .. money(sum), sum
        end

        stoa.command("start", "Say hello", function(chat)
          chat:send("Hi " .. chat.user.name .. "! /shop shows what there is.")
        end)

        stoa.command("shop", "Choose something", function(chat)
          local titles = {}
          for i, item in ipairs(catalogue) do titles[i] = item.title .. ", " .. money(item.price) end
          local _, place = chat:choose("What would you like?", titles)
          local order = chat:form { { name = "count", ask = "How many?", type = "integer", min = 1, max = 99 } }
          local cart = cart_of(chat)
          cart[#cart + 1] = { title = catalogue[place].title, price = catalogue[place].price, count = order.count }
          chat.user.store:put("cart", cart)
          chat:send("In your cart:\\n" .. describe(cart) .. "\\n\\n/checkout orders it.")
        end)

        stoa.command("cart", "Your cart", function(chat)
          local cart = cart_of(chat)
          chat:send(#cart == 0 and "Your cart is empty. /shop shows what there is." or describe(cart))
        end)

        stoa.command("checkout", "Order", function(chat)
          local cart = cart_of(chat)
          if #cart == 0 then return chat:send("Your cart is empty. /shop shows what there is.") end
          local to = chat:form({
            { name = "street", ask = "Which street and number?" },
            { name = "phone", ask = "Your phone number?", type = "phone" },
          }, { timeout = "1 hour" })
          if not to then return chat:send("Your cart stays as it is. /checkout goes on.") end
          if not chat:confirm(describe(cart) .. "\\n\\nTo " .. to.street .. ". Order it?", { yes = "Order", no = "Not yet" }) then
            return chat:send("Your cart stays as it is.")
          end
          local number = stoa.store:increment("orders")
          stoa.store:put("order " .. number, { who = chat.user.id, cart = cart, to = to })
          chat.user.store:delete("cart")
          chat:send("Thank you! Your order has the number " .. number .. ".")
        end)

        """

    static let shopCatalogue = """
        -- Prices in cents.
        return {
          { title = "Bread", price = 450 },
          { title = "Butter", price = 329 },
          { title = "Coffee", price = 899 },
        }

        """

    static let shopTest = """
        local function filled_cart()
          local alice = sim.user("alice")
          alice:says("/shop")
          alice:presses("Coffee, 8.99")
          alice:says("none")
          alice:sees("Please write a whole number.")
          alice:says("2")
          alice:sees("Together: 17.98")
          return alice
        end

        test("orders what is in the cart", function()
          local alice = filled_cart()
          alice:says("/checkout")
          alice:says("Main Street 1")
          alice:presses("← Back")
          alice:says("Main Street 2")
          alice:says("+44 20 7946 0000")
          alice:sees("To Main Street 2. Order it?")
          alice:presses("Order")
          alice:sees("number 1")
          alice:says("/cart")
          alice:sees("Your cart is empty.")
        end)

        test("keeps the cart when nobody goes on", function()
          local alice = filled_cart()
          alice:says("/checkout")
          sim.advance("2 hours")
          alice:sees("/checkout goes on")
          alice:says("/cart")
          alice:sees("2 × Coffee")
        end)

        """
}
