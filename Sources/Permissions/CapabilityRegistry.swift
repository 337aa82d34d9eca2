/// All capabilities there are. Manifests are checked against it, the bridge decides by it, consent pages quote it.
package enum CapabilityRegistry {
    /// In the order in which people are shown them.
    package static let all: [Capability] = Capability.Name.allCases.map(capability)

    /// Bridge calls that touch nothing of anybody's and so need no capability.
    package static let free: [String] = ["json", "log", "random", "time"]

    /// A `switch` and not a table, so that a name without an entry does not compile.
    package static func capability(_ name: Capability.Name) -> Capability {
        switch name {
        case .messagesSend:
            Capability(
                name: name, class: .always,
                does: "Writes messages in the chats it is in, and changes or removes its own.",
                discloses: "Nothing leaves the chat. All its members see what the app writes.")
        case .store:
            Capability(
                name: name, class: .always,
                does: "Remembers values between messages, for the chat, for you, or for all who use the app.",
                discloses: "What you write to the app may be kept on this server until the app removes it.")
        case .timers:
            Capability(
                name: name, class: .always,
                does: "Acts by itself at a later time, for example to remind you.",
                discloses: "Nothing. The app may write to the chat when nobody has just written to it.")
        case .httpFetch:
            Capability(
                name: name, class: .always,
                does: "Asks other servers over HTTPS, only those that its manifest lists.",
                discloses: "What you write to the app may be sent to the servers that its manifest lists.")
        case .appsCall:
            Capability(
                name: name, class: .always,
                does: "Asks other apps on this server, only those that its manifest lists.",
                discloses: "What you write to the app may be told to the apps that its manifest lists.")
        case .identityAge:
            Capability(
                name: name, class: .askOnce,
                does: "Asks whether you are at least a certain age.",
                discloses: "Yes or no to that one question. Never your age or your date of birth.")
        case .identityContact:
            Capability(
                name: name, class: .askOnce,
                does: "Asks for your verified e-mail address or phone number.",
                discloses: "The address or the number that you see before you agree.")
        }
    }

    /// The capability of that name as a manifest spells it, if there is one.
    package static func capability(named name: String) -> Capability? {
        Capability.Name(rawValue: name).map(capability)
    }
}
