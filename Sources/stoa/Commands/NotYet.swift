extension CommandFailure {
    static func notYet(_ spec: CommandSpec) -> CommandFailure {
        CommandFailure("\(spec.name) is not wired in this build", "Build a newer one.")
    }
}
