---@meta stoa

-- Types of the Stoa SDK for the Lua language server (LuaLS). Point "workspace.library" at this folder; see guide.md.

---The SDK. Needs no capability itself; what its calls need is said at each.
---@class stoa
---@field app stoa.App
---@field json stoa.json
---@field log stoa.log
---@field random stoa.random
---@field time stoa.time
---@field text stoa.text
---@field store stoa.Store Values of the whole app, the same in every chat. Capability: `store`.
---@field timers stoa.Timers Timers that belong to no chat. Capability: `timers`.
---@field http stoa.http Requests to other servers. Capability: `http.fetch`.
---@field identity stoa.identity What a person tells of themselves, if they agree.
---@field location stoa.location Where a person is, if they agree.
---@field files stoa.files Files that a person picks.
---@field contacts stoa.contacts People that a person picks.
---@field payments stoa.payments What people pay, and what goes back to them.
---@field products stoa.products What the app sells.
---@field ui stoa.ui What the pages of a mini-app are made of.
local stoa = {}

---The app that runs.
---@class stoa.App
---@field name string
---@field version string as in the manifest
---@field bot { id: integer, name: string, display: string, bot: boolean } its account

---Handles `/name`. Another handler for the same name replaces the first.
---@param name string 1 to 32 letters (a-z), digits or underscores; case does not matter
---@param description string shown to people who look for a command
---@param handler fun(chat: stoa.Chat, arguments: string, message: stoa.Message)
---@param options { keeps: boolean? }? with `keeps = true`, questions that wait for the person stay open
---@overload fun(name: string, handler: fun(chat: stoa.Chat, arguments: string, message: stoa.Message), options: { keeps: boolean? }?)
function stoa.command(name, description, handler, options) end

---Handles updates of a kind that nothing more particular handles.
---@param kind "message"
---@param handler fun(chat: stoa.Chat, message: stoa.Message)
---@overload fun(kind: "press", handler: fun(chat: stoa.Chat, press: stoa.Press))
---@overload fun(kind: "timer", handler: fun(chat: stoa.Chat?, timer: stoa.Timer))
---@overload fun(kind: "member_joined"|"member_left", handler: fun(chat: stoa.Chat, user: stoa.User))
---@overload fun(kind: "webhook", handler: fun(request: stoa.WebhookRequest, chat: stoa.Chat))
---@overload fun(kind: "forgotten", handler: fun(person: { id: integer }, chat: stoa.Chat))
function stoa.on(kind, handler) end

---Handles presses of buttons whose data is `name` or begins with `name:`.
---@param name string not empty, without a colon or a tilde
---@param handler fun(chat: stoa.Chat, press: stoa.Press)
function stoa.press(name, handler) end

---Handles timers that were set with this name.
---@param name string not empty
---@param handler fun(chat: stoa.Chat?, timer: stoa.Timer) `chat` is nil for timers of `stoa.timers`
function stoa.timer(name, handler) end

---A side conversation that `stoa.spawn` begins.
---@param name string 1 to 64 bytes
---@param handler fun(chat: stoa.Chat, data: any)
function stoa.task(name, handler) end

---Begins a side conversation after this turn, with the same person in the same chat.
---@param name string that of a stoa.task
---@param data stoa.Value?
function stoa.spawn(name, data) end

---Runs functions side by side until all have ended.
---@generic K: string|integer
---@param branches table<K, fun(): any, any> 1 to 32 functions
---@return table<K, any> first what each returned first
---@return table<K, any> second what each returned second
function stoa.all(branches) end

---Runs functions side by side until one has ended; the others go no further.
---@generic K: string|integer
---@param branches table<K, fun(): ...> 1 to 32 functions
---@return K key which one
---@return any ... what it returned
function stoa.race(branches) end

---A chat of the bot that is not the conversation's own. `send` writes to groups there; a person's direct chat takes `broadcast`.
---People cannot be asked in it.
---@param id integer
---@return stoa.Chat
function stoa.chat(id) end

---A text of the app in a language, from `locales/LANGUAGE.json`; on pages and in actions `ctx:t` knows the language.
---@param language string? such as "ru" or "pt-BR"; English without it
---@param name string
---@param values table<string, string|number>?
---@return string text
function stoa.t(language, name, values) end

---A function that other apps may call, if "exports" in the manifest admits them.
---@param name string as in the manifest
---@param handler fun(call: stoa.Call, ...): ...
function stoa.export(name, handler) end

---What becomes of a conversation that `stoa deploy --migrate` could not bring to this version.
---@param handler fun(chat: stoa.Chat, old: { kind: string, command: string?, arguments: string?, state: any, reason: string })
function stoa.on_upgrade(handler) end

---The conversation in which another app's call is answered. It has no chat to write to.
---@class stoa.Call: stoa.Chat
---@field app string the name of the app that calls

---A request to one of the app's webhook paths, whose signature was right.
---@class stoa.WebhookRequest
---@field path string as in "inbound" of the manifest
---@field method "POST"|"PUT"
---@field headers table<string, string> names in small letters
---@field query table<string, string>
---@field body string
---@field json fun(self: stoa.WebhookRequest): any, string? the body read as JSON; nil and why not

-- ── people, chats, messages ──────────────────────────────────────────────────────────────────────────

---A person or a bot.
---@class stoa.User
---@field id integer
---@field name string the account's name, as in @name
---@field display string the name that people see
---@field bot boolean
---@field store stoa.Store what the app keeps for this person, in all chats. Capability: `store`

---The chat that the present turn is about.
---@class stoa.Chat
---@field id integer
---@field kind "direct"|"group"
---@field title string empty in a direct chat
---@field user stoa.User? whose update began the conversation; nil if nobody's did
---@field store stoa.Store what the app keeps for this chat. Capability: `store`
---@field timers stoa.Timers timers that come back to this chat. Capability: `timers`
---@field state any what chat:checkpoint was given last; nil before
local Chat = {}

---A run of formatted text. Offset and length count UTF-16 code units.
---@class stoa.Entity
---@field type "bold"|"italic"|"underline"|"strikethrough"|"spoiler"|"code"|"pre"|"mention"|"url"|"text_link"|"bot_command"
---@field offset integer from 0
---@field length integer from 1
---@field url string? the address of a text_link
---@field language string? the programming language of a pre, at most 64 bytes

---A button gives `data` back to the bot, or opens `url`.
---@class stoa.Button
---@field text string 1 to 64 characters
---@field data (string|number)? at most 1,024 bytes; the text when it is missing
---@field url string? begins with https://, http://, mailto:, tel: or stoa:a/ (a page of a mini-app); at most 2,048 bytes

---A row of at most 8 buttons. A text is a button that has it as its data.
---@alias stoa.Row (stoa.Button|string)[]|stoa.Button|string

---@class stoa.EditOptions
---@field buttons stoa.Row[]? at most 30 rows
---@field entities stoa.Entity[]? at most 100

---@class stoa.SendOptions: stoa.EditOptions
---@field reply_to (stoa.Message|integer)? the message that it answers

---A number of seconds, or a text such as "3 days" or "1 hour 30 minutes"; ten years at most.
---@alias stoa.Duration number|string

---@class stoa.AskOptions: stoa.SendOptions
---@field of "anyone"? whoever answers first; without it, the person who began the conversation
---@field timeout stoa.Duration? without it, it waits for as long as it takes

---@class stoa.ChooseOptions
---@field entities stoa.Entity[]? at most 100
---@field reply_to (stoa.Message|integer)? the message that it answers
---@field of "anyone"? whoever answers first; without it, the person who began the conversation
---@field timeout stoa.Duration? without it, it waits for as long as it takes

---@class stoa.ConfirmOptions: stoa.ChooseOptions
---@field yes string? what the first button says; "Yes" without it
---@field no string? what the second button says; "No" without it

---@class stoa.FormField
---@field name string the value's key in the result
---@field ask string the question
---@field type "text"|"number"|"integer"|"date"|"email"|"phone"? text without it; a date comes back as 2026-05-31
---@field choices (string|number)[]? buttons instead of a type
---@field optional boolean? a button skips it
---@field min number? least number, or fewest characters
---@field max number? largest number, or most characters
---@field label string? in the summary; the name without it
---@field check (fun(value: any): any, string?)? gives the value to keep, true for this one, or nil and what to say

---@class stoa.FormOptions
---@field confirm (boolean|string)? shows a summary to confirm at the end; a text is its question
---@field timeout stoa.Duration? for the whole form
---@field back string? what the button back says
---@field skip string? what the button of optional fields says
---@field yes string? what the button of the summary says

---@class stoa.WaitFor
---@field kind stoa.WaitKind|stoa.WaitKind[]
---@field of "anyone"? whoever does it; joins and leaves are always anyone's
---@field message (stoa.Message|integer)? presses of this message's buttons alone
---@field timeout stoa.Duration?

---@class stoa.HistoryOptions
---@field last integer? 1 to 100; 20 without it
---@field from_now_on true? instead: the bot hears all that is said in the group while the grant lasts
---@field timeout stoa.Duration? without it, it waits for as long as it takes

---@class stoa.PastMessage
---@field id integer
---@field date integer milliseconds since 1970 UTC
---@field text string empty for a photo or file without one
---@field user stoa.Person who wrote it

---@class stoa.SubscribeOptions
---@field per_day integer? 1 to 24; 1 without it
---@field timeout stoa.Duration? without it, it waits for as long as it takes

---@alias stoa.WaitKind "message"|"press"|"member_joined"|"member_left"

---@class stoa.Happened
---@field kind stoa.WaitKind
---@field user stoa.User who did it, or who joined or left
---@field message stoa.Message? what was written, or whose button was pressed
---@field press stoa.Press?

---Sends a message. Capability: `messages.send`.
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.SendOptions?
---@return stoa.Message
function Chat:send(text, options) end

---Sends a message as an answer to the one that this turn is about. Capability: `messages.send`.
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.SendOptions?
---@return stoa.Message
function Chat:reply(text, options) end

---Replaces text, formatting and buttons of one of the bot's messages. Without `buttons` they are taken away.
---Capability: `messages.send`.
---@param message stoa.Message|integer
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.EditOptions?
---@return true? edited
---@return "message_not_found"? problem
function Chat:edit(message, text, options) end

---Deletes one of the bot's messages for everybody. Capability: `messages.send`.
---@param message stoa.Message|integer
---@return true? deleted
---@return "message_not_found"? problem
function Chat:delete(message) end

---Shows that the bot is writing. Capability: `messages.send`.
function Chat:typing() end

---Asks and waits for the next message, for as long as it takes. Capability: `messages.send`.
---@param question string|number 1 to 4,096 characters, not all blank
---@param options stoa.AskOptions?
---@return string? text empty for a photo or file without one; nil after the timeout
---@return stoa.Message|"timeout" message
function Chat:ask(question, options) end

---Offers choices as buttons and waits for a press, or for a text that is one of them. Capability: `messages.send`.
---@generic T: string|number
---@param question string|number 1 to 4,096 characters, not all blank
---@param choices T[] 1 to 30, each 1 to 64 characters
---@param options stoa.ChooseOptions?
---@return T? choice nil after the timeout
---@return integer|"timeout" place from 1
---@return stoa.User? user who chose
function Chat:choose(question, choices, options) end

---A question with two buttons. Capability: `messages.send`.
---@param question string|number 1 to 4,096 characters, not all blank
---@param options stoa.ConfirmOptions?
---@return boolean? yes nil after the timeout
---@return "timeout"? problem
function Chat:confirm(question, options) end

---Asks for several values one after another, each checked, with a way back. Capability: `messages.send`.
---@param fields stoa.FormField[] 1 to 30
---@param options stoa.FormOptions?
---@return table<string, any>? values nil after the timeout
---@return "timeout"? problem
function Chat:form(fields, options) end

---Waits for something that somebody does in the chat.
---@param what stoa.WaitFor
---@return stoa.Happened? happened nil after the timeout
---@return "timeout"? problem
function Chat:wait_for(what) end

---Goes on after a while, whatever happens to the server meanwhile.
---@param duration stoa.Duration
function Chat:sleep(duration) end

---Calls a function that another app exports and waits for its answer. Capability: `apps.call`.
---@param app string one of "apps" of apps.call in the manifest
---@param name string
---@param ... stoa.Value none of them nil
---@return any ... what it returned; nil and why not
function Chat:call(app, name, ...) end

---The last messages of the chat, or all of a group from now on. The host asks the person: in a group only its owner or an admin
---can give it. Capability: `chat.history`.
---@param options stoa.HistoryOptions? the last 20 without it
---@return stoa.PastMessage[]|true|nil messages the oldest first; true with `from_now_on`
---@return "refused"|"timeout"|nil why
function Chat:history(options) end

---Asks the person whether the app may write to them later with `broadcast`, so many times a day. Capability: `messages.broadcast`.
---@param options stoa.SubscribeOptions? once a day without it
---@return true? subscribed
---@return "refused"|"timeout"|nil why
function Chat:subscribe(options) end

---Writes to the person of a direct chat who has agreed to that by `subscribe`, also from elsewhere: `stoa.chat(id):broadcast(…)`.
---Capability: `messages.broadcast`.
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.SendOptions?
---@return stoa.Message? message nil when they have not agreed, do no longer, or have got as many today as they agreed to
---@return "refused"? why
function Chat:broadcast(text, options) end

---Asks a person to pay and waits until they have. Capability: `payments.request`.
---@param options stoa.PayOptions
---@return stoa.Payment? receipt
---@return "refused"|"timeout"|"cancelled"|"out_of_stock"|string|nil why
function Chat:pay(options) end

---Offers the person to pay every period, and waits for their answer. Capability: `payments.subscribe`.
---@param options { amount: stoa.Amount, currency: string, title: string, description: string?, period: "day"|"week"|"month"|"year", trial: stoa.Duration?, data: string?, timeout: stoa.Duration? }
---@return stoa.Subscription? subscription
---@return "refused"|"timeout"|"cancelled"|string|nil why
function Chat:subscription(options) end

---@class stoa.PayOptions
---@field amount stoa.Amount? may be left out with items
---@field currency string ISO 4217
---@field title string one line, at most 128 characters
---@field description string?
---@field items { title: string, count: integer?, amount: stoa.Amount, tax_rate: integer?, sku: string? }[]? amount: of one
---@field tax stoa.Amount? included in the amount
---@field tips stoa.Amount[]? suggestions, at most 6
---@field capture "manual"|nil the money is put aside until stoa.payments.capture, at most 7 days
---@field gift boolean? the payer may give it to somebody else
---@field to stoa.User|integer|nil who pays, another member of the chat
---@field splits { to: stoa.User|stoa.Person|integer, amount: stoa.Amount }[]? who else gets how much of it
---@field data string? given back with the receipt, at most 1,024 bytes
---@field key string? the app's own name for it: asked for twice, it is paid once
---@field timeout stoa.Duration? a day without it

---Begins the conversation afresh: its handler runs again from its first line, with chat.state set. Does not return.
---@param state stoa.Value not nil
function Chat:checkpoint(state) end

---@class stoa.Message
---@field id integer
---@field text string
---@field date integer milliseconds since 1970 UTC
---@field user stoa.User who wrote it
---@field reply_to integer? the id of the message that it answers
---@field entities stoa.Entity[]
---@field attachments stoa.Attachment[]
local Message = {}

---@class stoa.Attachment
---@field type "photo"|"file"
---@field name string
---@field size integer bytes
---@field mime string

---Sends an answer to this message. Capability: `messages.send`.
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.SendOptions?
---@return stoa.Message
function Message:reply(text, options) end

---Replaces text, formatting and buttons of one of the bot's messages. Without `buttons` they are taken away.
---Capability: `messages.send`.
---@param text string|number 1 to 4,096 characters, not all blank
---@param options stoa.EditOptions?
---@return true? edited
---@return "message_not_found"? problem
function Message:edit(text, options) end

---Deletes one of the bot's messages for everybody. Capability: `messages.send`.
---@return true? deleted
---@return "message_not_found"? problem
function Message:delete() end

---A press of a button.
---@class stoa.Press
---@field id integer
---@field text string what the button says
---@field data string the button's data
---@field name string the data up to the first colon
---@field value string the data behind the first colon; empty if there is none
---@field user stoa.User who pressed
---@field message stoa.Message the message with the button
local Press = {}

---Tells the person who pressed, and nobody else. Once, in the turn of the press. Capability: `messages.send`.
---@param text string? at most 200 characters
---@param options { alert: boolean? }? `alert = true` shows a dialog
function Press:answer(text, options) end

-- ── store ────────────────────────────────────────────────────────────────────────────────────────────

---What can be kept: texts, numbers, booleans, and tables of them (lists 1 to n, or texts as keys).
---@alias stoa.Value string|number|boolean|table

---@class stoa.Store
local Store = {}

---@param key string|number 1 to 256 bytes
---@return any value nil when there is none
function Store:get(key) end

---Keeps a value; nil deletes.
---@param key string|number 1 to 256 bytes
---@param value stoa.Value? at most 64 KiB encoded
function Store:put(key, value) end

---@param key string|number 1 to 256 bytes
function Store:delete(key) end

---What is kept under keys that begin with the prefix, sorted by key.
---@param prefix string? all keys without it
---@param limit integer? 1 to 1,000; 100 without it
---@param after (string|number)? only keys that come after this one
---@return { key: string, value: any }[] page
---@return string? next the key to go on after; nil when there is no more
function Store:list(prefix, limit, after) end

---Adds to a number (a missing one is 0) and returns the sum.
---@param key string|number 1 to 256 bytes
---@param by number? 1 without it
---@return number
function Store:increment(key, by) end

-- ── timers ───────────────────────────────────────────────────────────────────────────────────────────

---@class stoa.Timers
local Timers = {}

---A timer whose time has come.
---@class stoa.Timer
---@field id integer
---@field name string
---@field due integer when it was due, in milliseconds since 1970 UTC
---@field data any what was given along

---Once, after a while. Returns the timer's id.
---@param seconds stoa.Duration
---@param name string 1 to 64 bytes; that of a stoa.timer handler
---@param data stoa.Value? at most 64 KiB encoded
---@return integer id
function Timers:after(seconds, name, data) end

---Once, at a time in milliseconds since 1970 UTC. A time in the past fires at once. Returns the timer's id.
---@param time number
---@param name string 1 to 64 bytes; that of a stoa.timer handler
---@param data stoa.Value? at most 64 KiB encoded
---@return integer id
function Timers:at(time, name, data) end

---Again and again, until it is cancelled. Returns the timer's id.
---@param seconds stoa.Duration at least a second
---@param name string 1 to 64 bytes; that of a stoa.timer handler
---@param data stoa.Value? at most 64 KiB encoded
---@return integer id
function Timers:every(seconds, name, data) end

---@param id integer
---@return boolean existed false when there is no such timer (any more)
function Timers:cancel(id) end

-- ── what a person gives ──────────────────────────────────────────────────────────────────────────────

-- The host asks the person with a sheet of its own, unless they have agreed to this question before; the conversation waits.
-- All give nil and "refused" when they do not agree or nothing is known, nil and "timeout" when nobody answered in time.

---Somebody as the host knows them; without a store.
---@class stoa.Person
---@field id integer
---@field name string the account's name, as in @name
---@field display string the name that people see
---@field bot boolean

---@class stoa.identity
local identity = {}

---Whether the person is at least so many years old. Capability: `identity.age`.
---@param options { at_least: integer, timeout: stoa.Duration? } at_least: 1 to 120 years
---@return boolean? is_old_enough
---@return "refused"|"timeout"|nil why
function identity.age(options) end

---The person's verified e-mail address or phone number. Capability: `identity.contact`.
---@param options { kind: "email"|"phone", timeout: stoa.Duration? }
---@return string? value
---@return "refused"|"timeout"|nil why
function identity.contact(options) end

---@class stoa.Profile
---@field id integer
---@field name string the account's name, as in @name
---@field display string the name that people see
---@field language "en"|"ru"|nil nil when the person has set none
---@field picture { type: string, content: string }? nil when there is none, or it has more than 256 KiB

---The person's profile as it is now. Capability: `identity.profile`.
---@param options { timeout: stoa.Duration? }?
---@return stoa.Profile? profile
---@return "refused"|"timeout"|nil why
function identity.profile(options) end

---@class stoa.location
local location = {}

---@class stoa.Place
---@field latitude number degrees, -90 to 90
---@field longitude number degrees, -180 to 180
---@field accuracy number? metres; nil when it is not known

---The place that the person picks. Asked each time. Capability: `location.once`.
---@param options { timeout: stoa.Duration? }?
---@return stoa.Place? place
---@return "refused"|"timeout"|nil why
function location.once(options) end

---@class stoa.files
local files = {}

---@class stoa.PickedFile
---@field id integer
---@field name string
---@field size integer bytes
---@field type string such as "text/plain; charset=utf-8", told from the content
---@field content string all of it; need not be text

---The files that the person picks, 512 KiB together. Asked each time. Capability: `files.read`.
---@param options { most: integer?, timeout: stoa.Duration? }? most: 1 to 10; 1 without it
---@return stoa.PickedFile[]? files at least one
---@return "refused"|"timeout"|nil why
function files.read(options) end

---@class stoa.contacts
local contacts = {}

---The people that the person picks among those whom they share a chat with. Asked each time. Capability: `contacts.pick`.
---@param options { most: integer?, timeout: stoa.Duration? }? most: 1 to 20; 1 without it
---@return stoa.Person[]? people at least one
---@return "refused"|"timeout"|nil why
function contacts.pick(options) end

-- ── money ────────────────────────────────────────────────────────────────────────────────────────────────

---Whole minor units: 49900 kopecks are 499 roubles.
---@alias stoa.Amount integer

---A payment to the app. `state` is one of the reference's table; `number` is that of the receipt, once there is one.
---@class stoa.Payment
---@field id integer
---@field number string? such as "SHOP-17"
---@field state "awaiting_payer"|"authorised"|"partly_captured"|"captured"|"partly_refunded"|"refunded"|"cancelled"|"expired"|"disputed"
---@field kind "purchase"|"link"|"subscription"
---@field amount stoa.Amount without a tip
---@field tip stoa.Amount
---@field currency string
---@field captured stoa.Amount
---@field refunded stoa.Amount
---@field fee stoa.Amount what the operator kept
---@field title string
---@field data string what the app gave
---@field date integer milliseconds since 1970 UTC
---@field payer stoa.Person?
---@field recipient stoa.Person? who gets the gift
---@field refund_reason string? why the payer wants the money back
---@field subscription integer?

---@class stoa.Subscription
---@field id integer
---@field state "offered"|"trialing"|"active"|"past_due"|"cancelled"|"expired"
---@field step string? with an event: what has just happened, "started", "renewed", "past_due", "cancelled" or "expired"
---@field amount stoa.Amount
---@field currency string
---@field period "day"|"week"|"month"|"year"
---@field title string
---@field data string
---@field number integer the period that runs, from 1
---@field paid_until integer? milliseconds since 1970 UTC
---@field payer stoa.Person

---@class stoa.payments
local payments = {}

---A payment to the app. Capability: `payments.request`.
---@param payment stoa.Payment|integer
---@return stoa.Payment? payment
---@return "payment_not_found"|nil why
function payments.get(payment) end

---Payments to the app, newest first. Capability: `payments.request`.
---@param options { user: stoa.User|integer|nil, limit: integer? }? limit: 1 to 200; 50 without it
---@return stoa.Payment[] payments
function payments.list(options) end

---Takes what `capture = "manual"` put aside, or a part. Capability: `payments.request`.
---@param payment stoa.Payment|integer
---@param options { amount: stoa.Amount?, final: boolean? }? `final = false` keeps the rest for later
---@return true? captured
---@return string? why
function payments.capture(payment, options) end

---Takes back what was asked for and is not captured. Capability: `payments.request`.
---@param payment stoa.Payment|integer
---@return true? cancelled
---@return string? why
function payments.cancel(payment) end

---Gives back all or a part. Capability: `payments.refund`.
---@param payment stoa.Payment|integer
---@param options { amount: stoa.Amount?, reason: string? }?
---@return { id: integer, amount: stoa.Amount }? refund
---@return string? why
function payments.refund(payment, options) end

---Pays a person out of what the app has earned. Capability: `payments.payout`.
---@param options { to: stoa.User|stoa.Person|integer, amount: stoa.Amount, currency: string }
---@return { id: integer, amount: stoa.Amount, currency: string }? payout
---@return string? why
function payments.payout(options) end

---What the app can spend. Capability: `payments.request`.
---@param currency string
---@return stoa.Amount available
function payments.balance(currency) end

---An address at which anybody can pay. Capability: `payments.request`.
---@param options { amount: stoa.Amount?, currency: string, title: string, max_uses: integer? }
---@return { id: integer, token: string, path: string }? link
---@return string? why
function payments.link(options) end

---Nobody can pay at the link any more. Capability: `payments.request`.
---@param link { id: integer }|integer
---@return true? closed
---@return string? why
function payments.close_link(link) end

---Subscriptions to the app, newest first. Capability: `payments.subscribe`.
---@param options { user: stoa.User|integer|nil }?
---@return stoa.Subscription[] subscriptions
function payments.subscriptions(options) end

---Ends a subscription; what is paid for stays. Capability: `payments.subscribe`.
---@param subscription stoa.Subscription|integer
---@return true? cancelled
---@return string? why
function payments.cancel_subscription(subscription) end

---What happens to payments that no conversation waits for. Needs no capability.
---@param event "authorised"|"captured"|"refunded"|"refund_requested"|"disputed"|"dispute_closed"|"expired"
---@param handler fun(chat: stoa.Chat, payment: stoa.Payment)
---@overload fun(event: "subscription", handler: fun(chat: stoa.Chat, subscription: stoa.Subscription))
function payments.on(event, handler) end

---An amount for people to read: `stoa.payments.format(49900, "RUB")` is "499.00 RUB". Needs no capability.
---@param amount stoa.Amount
---@param currency string
---@return string text
function payments.format(amount, currency) end

---@class stoa.Product
---@field sku string the app's own name for it, 1 to 64 bytes
---@field title string
---@field price stoa.Amount
---@field currency string
---@field stock integer? pieces that are there, reserved ones included; nil where they are not counted
---@field reserved integer?
---@field left integer? stock less what is reserved
---@field tax_rate integer? hundredths of a percent
---@field new boolean? for `put`: one that is there stays as it is

---@class stoa.products
local products = {}

---Adds a product or changes it. Capability: `payments.request`.
---@param product stoa.Product
---@return true? done
---@return string? why
function products.put(product) end

---Capability: `payments.request`.
---@param sku string
---@return stoa.Product? product
function products.get(sku) end

---All products, by sku. Capability: `payments.request`.
---@return stoa.Product[] products
function products.list() end

---More pieces have come; a negative count takes some away. Capability: `payments.request`.
---@param sku string
---@param count integer
---@return true? done
---@return string? why
function products.add_stock(sku, count) end

---Capability: `payments.request`.
---@param sku string
---@return true? done
---@return string? why
function products.remove(sku) end

-- ── mini-apps ────────────────────────────────────────────────────────────────────────────────────────

---A page of a mini-app. It only reads; it is drawn again when what it read changes. "home" opens first.
---@param name string 1 to 32 letters (a-z), digits, underscores or hyphens
---@param draw fun(ctx: stoa.Context): stoa.Component returns a ui.page
function stoa.page(name, draw) end

---What people do on pages.
---@param name string 1 to 32 letters (a-z), digits, underscores or hyphens
---@param handler fun(ctx: stoa.ActionContext, ...: string|number|boolean) gets what ctx:action was given
function stoa.action(name, handler) end

---What a component does. Made by ctx:action.
---@class stoa.Action

---Where a component leads. Made by ctx:link.
---@class stoa.Link

---What a page is given.
---@class stoa.Context
---@field user stoa.User who looks
---@field chat stoa.Chat the chat that the app was opened in
---@field store stoa.Store that of the user. Capability: `store`
---@field page string the page's name
---@field query table<string, string> comes from outside: check it
---@field lang string such as "en"
---@field theme "light"|"dark"
local Context = {}

---What a component does, for `on`.
---@param name string that of a stoa.action
---@param ... string|number|boolean at most 8, none of them nil
---@return stoa.Action
function Context:action(name, ...) end

---Where a component leads, for `to`.
---@param page string that of a stoa.page
---@param query table<string, string|number|boolean>? arrives as texts
---@return stoa.Link
function Context:link(page, query) end

---A text of the app in the person's language, from locales/LANGUAGE.json; in English where that has none; else its name.
---@param name string
---@param values table<string, any>? what stands in braces in the text; `n` chooses the plural form
---@return string
function Context:t(name, values) end

---Who has the app open in this chat now, the one who looks included. In pages only.
---@return stoa.User[] users at most 100
function Context:present() end

---The page is drawn again at that time, or a little later, whatever else happens. In pages only. Called more than once, the
---earliest time counts; a page is not drawn for it more than once a second.
---@param time integer milliseconds since 1970, as stoa.time.now() gives
function Context:redraw_at(time) end

---What an action is given.
---@class stoa.ActionContext: stoa.Context
---@field value any of the input that did it
---@field values table<string, any> of the form, by the fields' names
local ActionContext = {}

---Shows the person a short text.
---@param text string
function ActionContext:toast(text) end

---Leads the person to another page.
---@param page string that of a stoa.page
---@param query table<string, string|number|boolean>?
function ActionContext:go(page, query) end

---Leads the person to the page that they came from.
function ActionContext:back() end

---Says at a form's fields what is wrong with them.
---@param fields table<string, string>
function ActionContext:invalid(fields) end

---A component in a page's tree. Made by the functions of stoa.ui.
---@class stoa.Component

---What a component takes without a name: its main text, components inside, lists of these. False and nil are skipped.
---@alias stoa.ui.Child stoa.Component|string|number|false|nil|(stoa.Component|false)[]

---@alias stoa.ui.Align "start"|"center"|"end"|"baseline"|"stretch"
---@alias stoa.ui.Color "accent"|"muted"|"danger"|"success"|"warning"
---@alias stoa.ui.Icon
---| "plus"
---| "minus"
---| "check"
---| "close"
---| "search"
---| "cart"
---| "home"
---| "heart"
---| "star"
---| "bell"
---| "calendar"
---| "clock"
---| "user"
---| "users"
---| "chat"
---| "send"
---| "gear"
---| "trash"
---| "edit"
---| "share"
---| "qr"
---| "ticket"
---| "map"
---| "phone"
---| "mail"
---| "lock"
---| "info"
---| "warning"
---| "arrow-left"
---| "arrow-right"
---| "arrow-up"
---| "arrow-down"
---| "play"
---| "pause"
---| "camera"
---| "file"
---| "image"
---| "money"
---| "gift"
---| "refresh"
---| "list"
---| "grid"
---| "eye"

---A text or number is its own label.
---@alias stoa.ui.Option string|number|{ [1]: string|number, [2]: string? }|{ value: string|number, label: string? }

---@class stoa.ui.Marker
---@field lat number degrees, -90 to 90
---@field lon number degrees, -180 to 180
---@field title string?
---@field on stoa.Action?

---@class stoa.ui.Shape
---@field id (string|integer)? needed for shapes that move or are tapped
---@field kind "rect"|"circle"|"line"|"text"|"image"|"path"
---@field x number?
---@field y number?
---@field w number?
---@field h number?
---@field r number?
---@field x2 number?
---@field y2 number?
---@field text string?
---@field src string? a file of the app's own
---@field d string? the commands of an SVG path, at most 16,384 bytes
---@field fill string? accent, muted, danger, success, warning, none, a colour's name, or "#ff8800"
---@field stroke string? as fill
---@field opacity number? 0 to 1
---@field rotate number? degrees
---@field ease integer? milliseconds in which the device moves it from where it was

---Any component takes these.
---@class stoa.ui.any
---@field key (string|integer)? keeps its identity when others beside it come and go
---@field hidden boolean?
---@field [1] string|number? its main text or number

---A component with components inside.
---@class stoa.ui.parent
---@field key (string|integer)? keeps its identity when others beside it come and go
---@field hidden boolean?
---@field [integer] stoa.ui.Child

---The components of mini-apps. See mini-apps.md.
---@class stoa.ui
local ui = {}

---An amount for people to read: `ui.format_money(49900, "RUB")` is "499.00 RUB". With a language, as `ctx.lang`, it is written as `ui.money` shows
---it to who speaks that: "₽499.00", "499,00 ₽".
---@param amount stoa.Amount
---@param currency string
---@param language string?
---@return string text
function ui.format_money(amount, currency, language) end

---@class stoa.ui.page: stoa.ui.parent
---@field title string?

---The root of a page's tree.
---@param options (stoa.ui.page|string)?
---@return stoa.Component
function ui.page(options) end

---@class stoa.ui.section: stoa.ui.parent
---@field title string?
---@field footer string?

---Components with a title above and a line below.
---@param options (stoa.ui.section|string)?
---@return stoa.Component
function ui.section(options) end

---@class stoa.ui.row: stoa.ui.parent
---@field gap integer? 0 to 6; 2 without it
---@field align stoa.ui.Align?
---@field wrap boolean? goes on in the next line

---Side by side.
---@param options (stoa.ui.row|stoa.Component)?
---@return stoa.Component
function ui.row(options) end

---@class stoa.ui.column: stoa.ui.parent
---@field gap integer? 0 to 6; 2 without it
---@field align stoa.ui.Align?

---Below each other.
---@param options (stoa.ui.column|stoa.Component)?
---@return stoa.Component
function ui.column(options) end

---@class stoa.ui.grid: stoa.ui.parent
---@field columns integer? 1 to 6; 2 without it
---@field gap integer? 0 to 6; 2 without it

---In columns of the same width.
---@param options (stoa.ui.grid|stoa.Component)?
---@return stoa.Component
function ui.grid(options) end

---@class stoa.ui.card: stoa.ui.parent
---@field on stoa.Action?
---@field to stoa.Link?
---@field label string? for screen readers, when it can be pressed
---@field color stoa.ui.Color? of its ground

---A box, which may be pressed.
---@param options (stoa.ui.card|stoa.Component)?
---@return stoa.Component
function ui.card(options) end

---@class stoa.ui.tabs: stoa.ui.parent
---@field selected integer? from 1

---Several pages of which one is seen; the device switches.
---@param options (stoa.ui.tabs|stoa.Component)?
---@return stoa.Component
function ui.tabs(options) end

---@class stoa.ui.tab: stoa.ui.parent
---@field title string?

---One of ui.tabs.
---@param options stoa.ui.tab|string
---@return stoa.Component
function ui.tab(options) end

---@class stoa.ui.list: stoa.ui.any
---@field height integer? of a row, in pixels
---@field empty stoa.Component? what an empty list shows

---A list of which only the rows in the device's window are drawn. False when it is empty and has no `empty`.
---@generic T
---@param items T[]|{ count: integer, get: fun(i: integer): T }
---@param render fun(item: T, i: integer): stoa.Component
---@param options stoa.ui.list?
---@return stoa.Component|false
function ui.list(items, render, options) end

---@class stoa.ui.table: stoa.ui.any
---@field columns (string|{title:string?,align:"start"|"center"|"end"?})[]
---@field rows (string|number)[][]
---@field caption string?

---@param options stoa.ui.table
---@return stoa.Component
function ui.table(options) end

---@class stoa.ui.dialog: stoa.ui.parent
---@field title string?
---@field on stoa.Action? when it is closed

---Shown above the page while it is in the tree.
---@param options (stoa.ui.dialog|string)?
---@return stoa.Component
function ui.dialog(options) end

---@class stoa.ui.spacer: stoa.ui.any

---Takes the room that is left in a row or column.
---@param options stoa.ui.spacer?
---@return stoa.Component
function ui.spacer(options) end

---@class stoa.ui.divider: stoa.ui.any

---A line.
---@param options stoa.ui.divider?
---@return stoa.Component
function ui.divider(options) end

---@class stoa.ui.text: stoa.ui.any
---@field text string?
---@field style ("title"|"heading"|"body"|"caption"|"code")?
---@field weight ("regular"|"bold")?
---@field color stoa.ui.Color?
---@field align ("start"|"center"|"end")?
---@field markup boolean? **bold**, *italic*, `code`, [label](https://…)

---A text.
---@param options (stoa.ui.text|string)?
---@return stoa.Component
function ui.text(options) end

---@class stoa.ui.image: stoa.ui.any
---@field src string? a file of the app's own, such as "assets/tea.png"
---@field alt string what it shows; "" for decoration
---@field ratio number? width by height
---@field rounded boolean?

---A picture of the app's own.
---@param options stoa.ui.image|string
---@return stoa.Component
function ui.image(options) end

---@class stoa.ui.icon: stoa.ui.any
---@field name stoa.ui.Icon?
---@field color stoa.ui.Color?
---@field size ("s"|"m"|"l")?
---@field label string?

---@param options stoa.ui.icon|string
---@return stoa.Component
function ui.icon(options) end

---@class stoa.ui.badge: stoa.ui.any
---@field text string?
---@field color stoa.ui.Color?

---A short word that stands out.
---@param options (stoa.ui.badge|string)?
---@return stoa.Component
function ui.badge(options) end

---@class stoa.ui.avatar: stoa.ui.any
---@field name string?
---@field user (stoa.User|stoa.Person|{id:integer,name:string?,display:string?}|integer)?
---@field size ("s"|"m"|"l")?

---A person's picture, or the first letters of a name.
---@param options stoa.ui.avatar|stoa.User|stoa.Person|string
---@return stoa.Component
function ui.avatar(options) end

---@class stoa.ui.money: stoa.ui.any
---@field amount stoa.Amount?
---@field currency string ISO 4217
---@field style ("title"|"heading"|"body"|"caption"|"code")?
---@field color stoa.ui.Color?

---An amount: `ui.money(49900, "RUB")`.
---@param amount stoa.Amount whole minor units
---@param currency string ISO 4217
---@return stoa.Component
---@overload fun(options: stoa.ui.money): stoa.Component
function ui.money(amount, currency) end

---@class stoa.ui.date: stoa.ui.any
---@field at integer? milliseconds since 1970 UTC
---@field style ("date"|"time"|"datetime"|"relative")?

---A time, as the person's place and language write it.
---@param options stoa.ui.date|number
---@return stoa.Component
function ui.date(options) end

---@class stoa.ui.empty: stoa.ui.any
---@field title string?
---@field text string?
---@field icon stoa.ui.Icon?

---What stands where there is nothing yet.
---@param options (stoa.ui.empty|string)?
---@return stoa.Component
function ui.empty(options) end

---@class stoa.ui.progress: stoa.ui.any
---@field value number? 0 to 1; busy without it
---@field label string?

---How far something is.
---@param options (stoa.ui.progress|number)?
---@return stoa.Component
function ui.progress(options) end

---@class stoa.ui.skeleton: stoa.ui.any
---@field lines integer? 1 to 50

---Stands for text that will come.
---@param options (stoa.ui.skeleton|number)?
---@return stoa.Component
function ui.skeleton(options) end

---@class stoa.ui.qr: stoa.ui.any
---@field value string?
---@field size integer? pixels, 40 to 1,000; 200 without it
---@field label string?

---A QR code.
---@param options stoa.ui.qr|string
---@return stoa.Component
function ui.qr(options) end

---@class stoa.ui.map: stoa.ui.any
---@field markers stoa.ui.Marker[] at most 500
---@field label string?

---A list of places with a schematic picture.
---@param options stoa.ui.map
---@return stoa.Component
function ui.map(options) end

---@class stoa.ui.chart: stoa.ui.any
---@field kind ("line"|"bar"|"pie")?
---@field series {title:string?,values:number[]}[] at most 20
---@field labels string[]?
---@field label string?

---@param options stoa.ui.chart|string
---@return stoa.Component
function ui.chart(options) end

---@class stoa.ui.timer: stoa.ui.any
---@field ends integer? milliseconds since 1970 UTC
---@field style ("countdown"|"elapsed")?
---@field on stoa.Action? once, when it is over

---Runs on the device. (`until` is a word of Lua: it is `ends` here.)
---@param options stoa.ui.timer|number
---@return stoa.Component
function ui.timer(options) end

---@class stoa.ui.canvas: stoa.ui.any
---@field width number
---@field height number
---@field shapes stoa.ui.Shape[]? at most 1,000
---@field on stoa.Action? a tap; `ctx.value` is { x, y, shape }
---@field label string?

---Shapes that the device draws and moves.
---@param options stoa.ui.canvas
---@return stoa.Component
function ui.canvas(options) end

---@class stoa.ui.button: stoa.ui.any
---@field text string?
---@field on stoa.Action?
---@field to stoa.Link?
---@field style ("primary"|"secondary"|"danger"|"plain")?
---@field icon stoa.ui.Icon?
---@field label string? for screen readers, instead of the text
---@field disabled boolean?
---@field confirm string? asked on the device before
---@field full boolean? full width

---@param options (stoa.ui.button|string)?
---@return stoa.Component
function ui.button(options) end

---@class stoa.ui.main_button: stoa.ui.any
---@field text string?
---@field on stoa.Action?
---@field to stoa.Link?
---@field style ("primary"|"secondary"|"danger"|"plain")?
---@field icon stoa.ui.Icon?
---@field label string? for screen readers, instead of the text
---@field disabled boolean?
---@field confirm string? asked on the device before
---@field full boolean? full width

---A button that sticks to the bottom of the page.
---@param options (stoa.ui.main_button|string)?
---@return stoa.Component
function ui.main_button(options) end

---@class stoa.ui.link: stoa.ui.any
---@field text string?
---@field to stoa.Link?
---@field url string? begins with https://

---Leads to a page of the app, or out of it.
---@param options (stoa.ui.link|string)?
---@return stoa.Component
function ui.link(options) end

---@class stoa.ui.form: stoa.ui.parent
---@field on stoa.Action
---@field submit string? what the button says

---Fields whose values are sent together, as `ctx.values`.
---@param options stoa.ui.form|stoa.Component
---@return stoa.Component
function ui.form(options) end

---@class stoa.ui.text_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value string?
---@field placeholder string?
---@field required boolean?
---@field min_length integer? characters
---@field max_length integer? characters
---@field pattern string? a regular expression as in HTML, for the whole value
---@field pattern_text string? what is wanted, in words
---@field multiline boolean?

---@param options stoa.ui.text_field|string
---@return stoa.Component
function ui.text_field(options) end

---@class stoa.ui.number_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value number?
---@field min number?
---@field max number?
---@field step number?
---@field required boolean?
---@field integer boolean? whole numbers only

---@param options stoa.ui.number_field|string
---@return stoa.Component
function ui.number_field(options) end

---@class stoa.ui.phone_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value string?
---@field required boolean?

---@param options stoa.ui.phone_field|string
---@return stoa.Component
function ui.phone_field(options) end

---@class stoa.ui.date_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value string? such as "2026-11-30"
---@field min string?
---@field max string?
---@field required boolean?

---@param options stoa.ui.date_field|string
---@return stoa.Component
function ui.date_field(options) end

---@class stoa.ui.time_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value string? such as "14:30"
---@field min string?
---@field max string?
---@field required boolean?

---@param options stoa.ui.time_field|string
---@return stoa.Component
function ui.time_field(options) end

---@class stoa.ui.select: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field options stoa.ui.Option[] at most 500
---@field value (string|number)?
---@field required boolean?
---@field on stoa.Action?

---One of several.
---@param options stoa.ui.select|string
---@return stoa.Component
function ui.select(options) end

---@class stoa.ui.multi_select: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field options stoa.ui.Option[] at most 500
---@field value (string|number)[]?
---@field min integer? how many
---@field max integer? how many

---Some of several.
---@param options stoa.ui.multi_select|string
---@return stoa.Component
function ui.multi_select(options) end

---@class stoa.ui.checkbox: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value boolean?
---@field on stoa.Action?
---@field required boolean? it must be on

---@param options (stoa.ui.checkbox|string)?
---@return stoa.Component
function ui.checkbox(options) end

---@class stoa.ui.switch: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value boolean?
---@field on stoa.Action?

---@param options (stoa.ui.switch|string)?
---@return stoa.Component
function ui.switch(options) end

---@class stoa.ui.slider: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value number?
---@field min number?
---@field max number?
---@field step number?
---@field on stoa.Action?

---@param options (stoa.ui.slider|string)?
---@return stoa.Component
function ui.slider(options) end

---@class stoa.ui.stepper: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value integer?
---@field min integer?
---@field max integer?
---@field on stoa.Action?

---A whole number with buttons for more and less.
---@param options (stoa.ui.stepper|string)?
---@return stoa.Component
function ui.stepper(options) end

---@class stoa.ui.rating: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field value integer?
---@field max integer? 1 to 10; 5 without it
---@field on stoa.Action?

---Stars.
---@param options (stoa.ui.rating|string)?
---@return stoa.Component
function ui.rating(options) end

---@class stoa.ui.search_field: stoa.ui.any
---@field on stoa.Action
---@field placeholder string?
---@field value string?

---Sends what was typed 300 ms after the last key.
---@param options stoa.ui.search_field
---@return stoa.Component
function ui.search_field(options) end

---@class stoa.ui.file_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field required boolean?
---@field max integer? files, 1 to 10; 1 without it
---@field accept string? such as ".pdf" or "image/*"

---Files that the person picks; the value is a list of their ids.
---@param options stoa.ui.file_field|string
---@return stoa.Component
function ui.file_field(options) end

---@class stoa.ui.photo_field: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field required boolean?
---@field max integer? 1 to 10; 1 without it
---@field accept string? such as ".pdf" or "image/*"

---Photos; the value is a list of the files' ids.
---@param options stoa.ui.photo_field|string
---@return stoa.Component
function ui.photo_field(options) end

---@class stoa.ui.signature: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field label string?
---@field required boolean?

---The value is a list of strokes, each a list of x, y in 0 to 1,000.
---@param options stoa.ui.signature|string
---@return stoa.Component
function ui.signature(options) end

---@class stoa.ui.scanner: stoa.ui.any
---@field name string? 1 to 64 bytes; the value's key in `ctx.values`
---@field on stoa.Action?
---@field label string?

---Reads a code with the camera, or has it typed.
---@param options (stoa.ui.scanner|string)?
---@return stoa.Component
function ui.scanner(options) end

-- ── other servers ────────────────────────────────────────────────────────────────────────────────────

---@class stoa.http
local http = {}

---@class stoa.Request
---@field url string at most 4,096 bytes; its server is one of "hosts" of http.fetch in the manifest
---@field method "GET"|"HEAD"|"POST"|"PUT"|"PATCH"|"DELETE"|"OPTIONS"? GET without it
---@field headers table<string, string|number|stoa.Secret>?
---@field json stoa.Value? the body, as JSON
---@field body string? the body, as it is
---@field timeout stoa.Duration? at most 60 seconds; 30 without it

---@class stoa.Response
---@field status integer
---@field ok boolean the status is 200 to 299
---@field headers table<string, string> names in small letters
---@field body string at most 768 KiB
---@field url string the one that answered, after redirects
local Response = {}

---The body, read as JSON.
---@return any value nil when it is none
---@return string? problem
function Response:json() end

---A value that only the host knows. It can be joined with texts and stand in a header.
---@class stoa.Secret
---@operator concat(string|number|stoa.Secret): stoa.Secret

---Makes a request and waits for the answer. Ends the turn. Capability: `http.fetch`.
---@param request stoa.Request|string a text is the url
---@return stoa.Response? response nil when there was none
---@return string? problem
function http.fetch(request) end

---A secret that the operator set with "stoa secret set". Capability: `http.fetch`.
---@param name string capital letters, digits and underscores
---@return stoa.Secret
function http.secret(name) end

-- ── what needs no capability ─────────────────────────────────────────────────────────────────────────

---@class stoa.json
local json = {}

---@param value stoa.Value?
---@return string
function json.encode(value) end

---@param text string at most 1 MiB
---@return any
function json.decode(text) end

---@class stoa.log
local log = {}

---@param text any
function log.debug(text) end

---@param text any
function log.info(text) end

---@param text any
function log.warn(text) end

---@param text any
function log.error(text) end

---@class stoa.random
local random = {}

---An integer from `from` to `to`, both included.
---@param from integer
---@param to integer
---@return integer
function random.integer(from, to) end

---A number from 0 up to, not including, 1.
---@return number
function random.number() end

---@class stoa.time
local time = {}

---The turn's time in milliseconds since 1970 UTC: the same through the whole turn.
---@return integer
function time.now() end

---@class stoa.Date
---@field year integer
---@field month integer 1 to 12
---@field day integer 1 to 31
---@field hour integer 0 to 23
---@field minute integer 0 to 59
---@field second integer 0 to 59
---@field weekday integer 1 is Monday, 7 is Sunday

---The date and the time of day of a time, at a place that is so many minutes ahead of UTC.
---@param at integer milliseconds since 1970 UTC
---@param offset integer? minutes ahead of UTC; 0 without it
---@return stoa.Date
function time.date(at, offset) end

---The time of a day, and of a time of day there. Raises for what is none: ask `is_valid` about what people typed.
---@param day string "2026-11-30"
---@param clock string? "14:30" or "14:30:15"; midnight without it
---@param offset integer? minutes ahead of UTC; 0 without it
---@return integer at milliseconds since 1970 UTC
function time.parse(day, clock, offset) end

---Whether there is such a day, and such a time of day.
---@param day any
---@param clock any?
---@return boolean
function time.is_valid(day, clock) end

---A time as a text.
---@param at integer milliseconds since 1970 UTC
---@param pattern string? "%Y-%m-%d %H:%M" without it; there are %Y %m %d %H %M %S and %%
---@param offset integer? minutes ahead of UTC; 0 without it
---@return string
function time.format(at, pattern, offset) end

---The day of the turn's time: "2026-11-30".
---@param offset integer? minutes ahead of UTC; 0 without it
---@return string
function time.today(offset) end

---@class stoa.text
local text = {}

---The text with small letters for capital ones, beyond English too. Two texts that differ in nothing else give the same.
---@param value string
---@return string
function text.fold(value) end

return stoa
