package import Sandbox

/// The Lua files of the SDK, built into the program.
package enum SDKFiles {
    static let entry = "stoa/dispatch.lua"

    package static let all = [
        SandboxFile(name: "stoa.lua", text: PackageResources.stoa_lua, privileged: true),
        SandboxFile(name: entry, text: PackageResources.dispatch_lua, privileged: true),
    ]
}
