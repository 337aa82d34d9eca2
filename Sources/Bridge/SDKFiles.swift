package import Sandbox

/// The Lua files of the SDK, built into the program.
package enum SDKFiles {
    static let entry = "stoa/dispatch.lua"

    package static let all =
        [
            file("stoa.lua", PackageResources.stoa_lua),
            file(entry, PackageResources.dispatch_lua),
            file("stoa/store.lua", PackageResources.store_lua),
            file("stoa/timers.lua", PackageResources.timers_lua),
            file("stoa/messages.lua", PackageResources.messages_lua),
            file("stoa/waits.lua", PackageResources.waits_lua),
            file("stoa/form.lua", PackageResources.form_lua),
            file("stoa/http.lua", PackageResources.http_lua),
            file("stoa/consent.lua", PackageResources.consent_lua),
            file("stoa/payments.lua", PackageResources.payments_lua),
            file("stoa/ui.lua", PackageResources.ui_lua),
            file("stoa/locale.lua", PackageResources.locale_lua),
            file("stoa/pages.lua", PackageResources.pages_lua),
            file("stoa/money.lua", PackageResources.money_lua),
        ] + pure

    /// Those that need no turn, in the order in which they need each other.
    package static let pure = [
        file("stoa/core.lua", PackageResources.core_lua),
        file("stoa/time.lua", PackageResources.time_lua),
        file("stoa/text.lua", PackageResources.text_lua),
    ]

    private static func file(_ name: String, _ text: [UInt8]) -> SandboxFile {
        SandboxFile(name: name, text: text, privileged: true)
    }
}
