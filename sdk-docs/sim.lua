---@meta

-- Types of what "stoa test" gives to tests/*.lua: the globals `sim` and `test`.

---A test with a world of its own: new chats, an empty store, the clock at its beginning.
---@param name string
---@param body fun()
---@overload fun(body: fun())
function test(name, body) end

---@class sim
sim = {}

---A person. The same name in one test gives the same person.
---@param name string 1 to 32 letters, digits or underscores, a letter first
---@return sim.User
function sim.user(name) end

---A group of these people and the bot. The first one owns it.
---@param title string
---@param members sim.User[] at least one
---@return sim.Group
function sim.group(title, members) end

---Moves the clock: seconds, or a text such as "3 days", "2 hours", "90 minutes", "1 week". Timers fire on the way.
---@param time number|string
function sim.advance(time) end

---The clock, in milliseconds since 1970 UTC. It begins at 2026-01-05 09:00 UTC, a Monday.
---@return integer
function sim.now() end

---What another server answers to stoa.http.fetch: one answer after another, the last again and again.
---@param target string a url, or "POST https://…"; a * at its end stands for anything
---@param ... { status: integer?, headers: table<string, string>?, json: any, body: string?, error: string? }|string
function sim.server(target, ...) end

---The requests that the app has made, in order.
---@return { method: string, url: string, headers: table?, body: string? }[]
function sim.requests() end

---Another service calls the app's webhook; its signature counts as right.
---@param path string as in "inbound" of the manifest
---@param request { json: any, body: string?, headers: table<string, string>?, query: table<string, string>?, method: string? }?
function sim.webhook(path, request) end

---The transcript so far is the one in tests/snapshots/NAME.txt; it is written there the first time and with --update.
---@param name string letters, digits, hyphens, underscores
---@param text string? instead of the transcript, such as view:printed()
function sim.snapshot(name, text) end

---What was said so far in this test.
---@return string
function sim.transcript() end

---@class sim.Group
---@field id integer
---@field title string

---Without a group, everything happens in the person's direct chat with the bot.
---@class sim.User
---@field id integer
---@field name string
local User = {}

---@param text string
---@param group sim.Group?
function User:says(text, group) end

---Says it as a reply to the message that the bot sent or edited last.
---@param text string
---@param group sim.Group?
function User:replies(text, group) end

---Presses the button with this text on the newest message that has one. Fails when there is none.
---@param label string
---@param group sim.Group?
function User:presses(label, group) end

---Some message that the bot sent or edited in that chat since the person's last action there, or on a page, contains the text. Fails with the
---transcript otherwise.
---@param text string
---@param group sim.Group?
---@return string text the whole message
function User:sees(text, group) end

---The bot sent, edited and answered nothing in that chat since the person's last action there, or on a page.
---@param group sim.Group?
function User:sees_nothing(group) end

---The bot's answer to the person's last press contains the text.
---@param text string
---@param group sim.Group?
---@return string text the whole answer
function User:sees_answer(text, group) end

---What the operator has verified about the user.
---@param attribute "birth_date"|"email"|"phone"
---@param value string
function User:has(attribute, value) end

---The consent sheet that the user sees now.
---@param text string? part of what the app would get
---@return { capability: string, reason: string, answer: string?, terms: string[] } sheet the answer is nil where something is to be picked
function User:is_asked(text) end

function User:is_asked_nothing() end

---What a user picks on a sheet: a place, files, or people who share a chat with them.
---@alias sim.Pick { latitude: number, longitude: number, accuracy: number? }|{ files: { name: string?, content: string? }[] }|{ people: sim.User[] }

---Agrees to the sheet.
---@param term "once"|"chat"|"hour"|"day"|"always"
---@param pick sim.Pick? what the user picks; needed where the app asks for a place, files or people
function User:grants(term, pick) end

---Says no to the sheet.
function User:refuses() end

---Takes back all that the user has granted.
function User:takes_back() end

---Wants to be forgotten by the app.
function User:forgets() end

---Gets money into the wallet.
---@param amount integer minor units
---@param currency string
function User:has_money(amount, currency) end

---What the user could spend.
---@param currency string
---@return integer
function User:balance(currency) end

---The oldest payment that waits for the user.
---@param text string? part of its title
---@return { title: string, amount: integer, currency: string, items: integer }
function User:is_asked_to_pay(text) end

function User:is_asked_to_pay_nothing() end

---Pays the oldest. Fails where paying would.
---@param options { tip: integer?, recipient: sim.User? }?
function User:pays(options) end

---Says no to the oldest.
function User:declines_payment() end

---Asks for the money of the newest payment back.
---@param reason string
function User:asks_refund(reason) end

---Agrees to the newest offer of a subscription.
function User:subscribes() end

---Ends the newest subscription, or says no to the newest offer.
function User:ends_subscription() end

---What the app has earned and can spend.
---@param currency string
---@return integer
function sim.balance(currency) end

---The language of the pages that the person opens from then on.
---@param language string such as "ru" or "de-AT"; "en" until then
function User:speaks(language) end

---Opens a page of the mini-app and follows it from then on. Fails when the page cannot be shown.
---@param page string? "home" when there is none
---@param query table<string, string|number|boolean>?
---@param group sim.Group? the chat that it is opened in
---@return sim.View
function User:opens(page, query, group) end

---The page of a web mini-app sends this with sendData.
---@param text string
---@param group sim.Group? the chat in which it was opened
function User:sends_data(text, group) end

---The page of a web mini-app asks the person, with requestContact or requestWriteAccess. They answer as ever: grants, refuses.
---@param what "contact"|"write_access"
---@param group sim.Group? the chat in which it was opened
function User:page_requests(what, group) end

---A page that is open on a person's device. Each method returns when all that follows from it is shown, on all devices.
---@class sim.View
---@field user sim.User
---@field page string the page that is shown now
---@field query table<string, string>
local View = {}

---@class sim.Node
---@field type string the component
---@field key string|integer|nil
---@field props table<string, any>
---@field children sim.Node[]

---Some text of the page contains this one: titles, labels, texts, amounts ("300.00 RUB"), cells, values of fields. What is hidden does
---not count, what is on another tab does. Fails with the printed page otherwise.
---@param text string
---@return string text the whole text
function View:sees(text) end

---@param text string
function View:sees_not(text) end

---Presses the enabled button, main_button, link, card (by its label, or a text in it), marker of a map, button of a form, or "Close" of a
---dialog: does its action or follows its link. The first one, or with `near` that which stands nearest to such a text.
---@param label string the whole text
---@param near string? as in view:presses("Remove", "Tea")
function View:presses(label, near) end

---Fills in the page's first form and sends it. Fields that are left out keep what was typed before, or what the page gives them.
---@param values table<string, any> by the fields' names; of a select its value or label; of a file_field { { name = …, content = … } }
---@param submit string? the text of the button of the form that is meant
function View:fills(values, submit) end

---Changes the input that has an action of its own.
---@param name string its name, label or placeholder
---@param value any
function View:sets(name, value) end

---Taps the page's first canvas.
---@param x number
---@param y number
---@param shape string|number|nil the id of the shape that is hit
function View:taps(x, y, shape) end

---The first component of that type with these props. Fails when there is none.
---@param type string
---@param props table<string, any>? and `key`
---@return sim.Node
function View:finds(type, props) end

---How many components of that type there are.
---@param type string
---@param props table<string, any>?
---@return integer
function View:count(type, props) end

---The newest toast since the person did something on the page contains the text.
---@param text string
---@return string toast
function View:sees_toast(text) end

---What was said to be wrong with the last form, by the fields' names; {} when nothing.
---@return table<string, string>
function View:errors() end

---The code of the error with which the last action ended, such as "bad_request" or "app_failed"; nil when it worked.
---An action that failed and is not asked about in the next step fails the test.
---@return string?
function View:refused() end

---Leads to another page.
---@param page string
---@param query table<string, string|number|boolean>?
function View:goes(page, query) end

---Leads to the page before.
function View:goes_back() end

---Scrolls a list. Until then it shows its first 200 rows.
---@param from integer the first row to be shown, from 1
---@param list string? the list's key; "list" when it has none
function View:scrolls(from, list) end

---The page as an outline: a line for each component.
---@return string
function View:printed() end

function View:closes() end
