// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let strictC: [CSetting] = [
    .unsafeFlags(["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-fstack-protector-strong"]),
    .define("_GNU_SOURCE"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies + [.byName(name: name)], swiftSettings: strict)
}

let package = Package(
    name: "stoa",
    products: [
        .executable(name: "stoa", targets: ["stoa"]),
        .executable(name: "stoa-sandbox", targets: ["stoa-sandbox"]),
        .executable(name: "stoa-bench", targets: ["stoa-bench"]),
    ],
    targets: [
        .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CWebSockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        .target(name: "SandboxCore", dependencies: ["CLua"], cSettings: strictC),
        .executableTarget(name: "stoa-sandbox", dependencies: ["SandboxCore", "CSeccomp"], cSettings: strictC),

        library("Sandbox", ["SandboxCore"]),
        library("Model"),
        library("Permissions", ["Model"]),
        library("Database", ["CSQLite"]),
        library("Crypto", ["COpenSSL"]),
        library("HTTPServer", ["CWebSockets"]),
        library("HTTPClient", ["CCurl"]),
        library("Messaging", ["Model", "Database", "Crypto"]),
        library("Identity", ["Model", "Database", "Crypto"]),
        library("Ledger", ["Model", "Database", "Crypto"]),
        library("PaymentProviders", ["Ledger", "Model", "Database", "Crypto", "HTTPClient"]),
        library("Apps", ["Model", "Permissions", "Database", "Crypto"]),
        library("Runtime", ["Messaging", "Apps", "Model", "Permissions", "Database", "Crypto", "Sandbox"]),
        .target(
            name: "Bridge",
            dependencies: [
                "Runtime", "Messaging", "Identity", "Ledger", "Apps", "Model", "Permissions", "Database", "Sandbox", "HTTPClient",
            ],
            resources: [
                .embedInCode("SDK/stoa.lua"), .embedInCode("SDK/dispatch.lua"), .embedInCode("SDK/stoa/core.lua"),
                .embedInCode("SDK/stoa/store.lua"), .embedInCode("SDK/stoa/timers.lua"), .embedInCode("SDK/stoa/messages.lua"),
                .embedInCode("SDK/stoa/waits.lua"), .embedInCode("SDK/stoa/form.lua"), .embedInCode("SDK/stoa/http.lua"),
                .embedInCode("SDK/stoa/consent.lua"), .embedInCode("SDK/stoa/payments.lua"), .embedInCode("SDK/stoa/ui.lua"),
                .embedInCode("SDK/stoa/pages.lua"), .embedInCode("SDK/stoa/locale.lua"), .embedInCode("SDK/stoa/time.lua"),
                .embedInCode("SDK/stoa/text.lua"), .embedInCode("SDK/stoa/money.lua"),
            ], swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: [
                "MiniApps", "Bridge", "Runtime", "Messaging", "Identity", "Ledger", "Apps", "Permissions", "Model", "Database",
                "Sandbox",
            ],
            resources: [.embedInCode("SDK/sim.lua"), .embedInCode("SDK/run.lua"), .embedInCode("SDK/stoa.lua")],
            swiftSettings: strict),
        library("MiniApps", ["Runtime", "Messaging", "Apps", "Model", "Database", "Sandbox", "CPCRE2"]),
        library(
            "Operations",
            [
                "Ledger", "PaymentProviders", "Simulation", "Bridge", "Runtime", "Messaging", "Identity", "Apps", "Permissions",
                "Model", "Database",
                "Crypto", "Sandbox",
            ]),
        library(
            "ClientAPI",
            [
                "Ledger", "PaymentProviders", "Operations", "Permissions", "Crypto", "Bridge", "Runtime", "Messaging", "Identity",
                "Apps", "Model", "MiniApps", "Sandbox",
                "Database",
                "HTTPServer",
            ]),
        .target(
            name: "WebApps", dependencies: ["Operations", "Apps", "Model", "Database", "Crypto", "HTTPServer"],
            resources: [
                .embedInCode("Pages/frame.css"), .embedInCode("Pages/frame.js"), .embedInCode("Pages/stoa-web-app.js"),
            ], swiftSettings: strict),
        library("WebhookAPI", ["Messaging", "Apps", "Model", "Database", "HTTPServer", "Sandbox"]),
        library(
            "AdminAPI",
            ["Operations", "Ledger", "Bridge", "Runtime", "Messaging", "Identity", "Apps", "Model", "Database", "Crypto"]),
        library(
            "Server",
            [
                "ClientAPI", "WebhookAPI", "WebApps", "AdminAPI", "Operations", "MiniApps", "Ledger", "PaymentProviders",
                "Bridge",
                "Runtime",
                "Messaging", "Identity",
                "Apps",
                "Model",
                "Permissions",
                "Database", "Crypto", "Sandbox", "HTTPServer", "HTTPClient",
            ]),
        .executableTarget(
            name: "stoa",
            dependencies: [
                "Server", "AdminAPI", "Ledger", "Bridge", "Simulation", "Runtime", "Apps", "Messaging", "Sandbox", "Model",
                "Permissions",
                "Database", "Crypto",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "stoa-bench", dependencies: ["Bridge", "Sandbox", "Database", "Ledger", "Model"], swiftSettings: strict),

        test("Sandbox", []),
        test("Model", []),
        test("Permissions", ["Model"]),
        test("Database", []),
        test("Crypto", []),
        test("HTTPServer", []),
        test("HTTPClient", []),
        test("Messaging", ["Model", "Database"]),
        test("Identity", ["Model", "Database"]),
        test("Ledger", ["Model", "Database"]),
        test("PaymentProviders", ["Ledger", "Model", "Database", "Crypto"]),
        test("Apps", ["Model", "Permissions", "Database", "Crypto"]),
        test(
            "ClientAPI",
            [
                "Operations", "Runtime", "Sandbox", "Bridge", "Apps", "Messaging", "Identity", "Ledger", "PaymentProviders",
                "Model", "MiniApps",
                "Database", "HTTPServer", "Crypto",
            ]),
        test(
            "Operations",
            ["Bridge", "Runtime", "Messaging", "Identity", "Ledger", "Apps", "Model", "Database", "Sandbox", "Crypto"]),
        test("WebApps", ["Operations", "Apps", "Model", "HTTPServer"]),
        test("stoa", ["Apps", "Model", "Runtime", "Simulation"]),
        test("Simulation", ["MiniApps", "Apps", "Runtime", "Sandbox", "Model"]),
        test("MiniApps", ["Sandbox", "Model"]),
        test("Runtime", ["Messaging", "Apps", "Model", "Database", "Sandbox", "Bridge"]),
    ]
)
