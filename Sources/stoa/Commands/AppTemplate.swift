import Apps

/// The files of a new app. `stoa new` writes them; a test deploys them.
enum AppTemplate {
    /// - Parameter name: a good account name, so nothing in it needs escaping.
    static func files(kind: Manifest.Kind, name: String) -> [(path: String, text: String)] {
        let words = name.split(separator: "_").joined(separator: " ")
        let title = words.prefix(1).uppercased() + words.dropFirst()
        return [
            ("manifest.json", manifest(kind: kind, name: name, title: title)),
            ("main.lua", kind == .bot ? bot : miniapp),
            ("tests/main_test.lua", kind == .bot ? botTest : miniappTest),
            ("README.md", readme(kind: kind, name: name, title: title)),
        ]
    }

    private static func manifest(kind: Manifest.Kind, name: String, title: String) -> String {
        let command = kind == .bot ? "" : ",\n    { \"name\": \"pick\", \"description\": \"Pick a colour\" }"
        return """
            {
              "name": "\(name)",
              "title": "\(title)",
              "kind": "\(kind.rawValue)",
              "version": "0.1.0",
              "description": "Says what it does in one sentence.",
              "capabilities": [
                { "name": "messages.send", "reason": "to answer you" }
              ],
              "commands": [
                { "name": "start", "description": "Say hello" }\(command)
              ]
            }

            """
    }

    private static let bot = """
        local stoa = require "stoa"

        stoa.command("start", "Say hello", function(chat)
          chat:send("Hi " .. chat.user.name .. "! Write me something.")
        end)

        -- Every message that is no command.
        stoa.on("message", function(chat, message)
          chat:reply("You wrote: " .. message.text)
        end)

        """

    private static let miniapp = """
        local stoa = require "stoa"

        stoa.command("start", "Say hello", function(chat)
          chat:send("Hi " .. chat.user.name .. "! Try /pick.")
        end)

        -- A handler is written from top to bottom and waits wherever it asks.
        stoa.command("pick", "Pick a colour", function(chat)
          local colour = chat:choose("Which colour?", { "Red", "Green", "Blue" })
          chat:send("You picked " .. colour .. ".")
        end)

        """

    private static let botTest = """
        local alice = sim.user("alice")

        alice:says("/start")
        alice:sees("Hi")

        alice:says("one two")
        alice:sees("You wrote: one two")

        """

    private static let miniappTest = """
        local alice = sim.user("alice")

        alice:says("/start")
        alice:sees("Hi")

        """

    private static func readme(kind: Manifest.Kind, name: String, title: String) -> String {
        """
        # \(title)

        A \(kind == .bot ? "bot" : "mini-app") for Stoa.

        | file | is |
        | --- | --- |
        | `manifest.json` | its name, and what it may do and why |
        | `main.lua` | the program |
        | `tests/main_test.lua` | its test, in a simulated chat |

        ```
        stoa check \(name)     looks for mistakes
        stoa test \(name)      runs the tests
        stoa deploy \(name)    makes it live on the running server
        ```

        More Lua goes to `lib/` (`require "lib.cart"` is `lib/cart.lua`), pictures and other files go to `assets/`.

        """
    }
}
