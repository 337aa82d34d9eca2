/// Options that several commands have, so that they read the same everywhere.
enum SharedOptions {
    static let data = CommandOption<String>.text("data", "DIR", default: "./data", "The data folder")
    static let json = CommandOption<Bool>.flag("json", "Prints JSON for programs")
    static let isolation = CommandOption<Isolation>.choice(
        "isolation", default: .process, "Where Lua runs: in locked-down worker processes, or on a thread of this one")

    enum Isolation: String, CaseIterable, Sendable { case process, thread }
}
