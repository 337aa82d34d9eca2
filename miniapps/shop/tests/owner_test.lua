-- Chance is the same at the beginning of each test, so the first code is known; the log of a test that fails shows it.
local CODE <const> = "QVFCKRB65R"

local function own(name)
  local user = sim.user(name)
  user:says("/owner")
  user:says("/owner " .. CODE)
  user:sees("Welcome! This is yours now.")
  return user, user:opens("owner")
end

local function visitor(name)
  local user = sim.user(name)
  user:has_money(1000000, "EUR")
  return user, user:opens("home")
end

local function put(view, sku)
  view:goes("item", { sku = sku })
  view:presses("Put it into the cart")
end

local function order(view)
  view:goes("checkout")
  view:fills { name = "Ann", street = "Main Street 1", city = "10115 Berlin" }
end

local function add(his, values)
  local all = { title = "Honey", category = "Bakery", price = 6.5, icon = "heart" }
  for name, value in pairs(values) do all[name] = value end
  his:goes("edit")
  his:fills(all, "Put it on the shelf")
end

test("tells who runs the shop of an order, in their language", function()
  local olga = own "olga"
  olga:speaks("ru")
  local his = olga:opens("owner")
  his:presses("Сообщать в чат о новых заказах")
  olga:grants("always")
  his:sees_not("Сообщать в чат")
  local alice, view = visitor "alice"
  put(view, "rye")
  order(view)
  alice:pays()
  olga:sees("Заказ 1, покупатель: Ann.\n1 × Rye bread: 5,50\u{A0}€\nДоставка: 4,90\u{A0}€\nИтого: 10,40\u{A0}€\nКуда: Main Street 1, 10115 Berlin")
  put(view, "card")
  view:goes("checkout")
  view:fills({ name = "Ann" }, "Pay, then pick it up")
  alice:pays()
  olga:sees("Заказ 2, самовывоз, покупатель: Ann.\n1 × Gift card: 25,00\u{A0}€\nИтого: 25,00\u{A0}€")
end)

test("shows at once what a thing costs now", function()
  local _, his = own "olga"
  local alice, view = visitor "alice"
  put(view, "rye")
  view:goes("checkout")
  view:sees("10.40 EUR")
  his:goes("edit", { sku = "rye" })
  his:fills({ price = 7 }, "Save")
  view:sees("11.90 EUR")
  order(view)
  his:goes("edit", { sku = "rye" })
  his:fills({ price = 9 }, "Save")
  -- What was agreed to is what is paid.
  assert(alice:is_asked_to_pay().amount == 1190)
  alice:pays()
  view:sees("11.90 EUR")
end)

test("says in the cart what was taken off the shelf", function()
  local _, his = own "olga"
  local _, view = visitor "alice"
  put(view, "rye")
  put(view, "coffee")
  view:goes("cart")
  for _, sku in ipairs { "rye", "coffee" } do
    his:goes("edit", { sku = sku })
    his:presses("Take it off the shelf")
  end
  view:sees("not sold any more")
  view:sees("Rye bread")
  assert(view:finds("main_button").props.disabled)
  view:presses("Remove", "Rye bread")
  view:sees_not("Rye bread")
  view:presses("Remove")
  view:sees("Your cart is empty")
end)

test("takes no blank names, nor no pieces", function()
  local _, his = own "olga"
  add(his, { title = "   " })
  assert(his:errors().title == "This is required.")
  add(his, { title = " Honey ", pieces = 1 })
  his:sees_toast("It is on the shelf.")
  his:presses("Change Honey")
  his:fills({ count = 0 }, "Put on the shelf")
  assert(his:errors().count == "How many more?")
end)

test("sells many things with long names, and things with odd ones", function()
  local _, his = own "olga"
  local alice, view = visitor "alice"
  for i = 1, 50 do
    add(his, { title = ("Ö"):rep(76) .. ("%02d"):format(i) .. "&<" })
    put(view, ("%02d-%d"):format(i, i))
  end
  put(view, "rye")
  view:sees_toast("An order holds 50 different things at most.")
  order(view)
  alice:pays()
  alice:sees("and 25 more things")
  alice:sees("Together: €325.00")
  view:sees("Order 1")
  add(his, { title = "**<b>\"Tea\"</b>** {n} `x`" })
  view:goes("home", { words = "tea" })
  view:sees("**<b>\"Tea\"</b>** {n} `x`")
end)

test("shows first who has waited longest", function()
  local _, his = own "olga"
  local alice, view = visitor "alice"
  for _ = 1, 51 do
    put(view, "card")
    view:goes("checkout")
    view:fills({ name = "Ann" }, "Pay, then pick it up")
    alice:pays()
  end
  his:goes("owner")
  his:sees("Order 1 for")
  his:sees_not("Order 51 for")
  his:sees("And 1 more, which is newer.")
  his:presses("All orders")
  his:sees("Order 51 for alice")
  his:presses("Order 1 for alice")
  his:presses("It is ready to be picked up")
  view:goes("order", { number = "1" })
  view:sees("It waits for you in the shop.")
  his:presses("It was handed over")
  view:sees("You have it.")
end)
