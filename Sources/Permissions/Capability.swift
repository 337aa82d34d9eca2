/// A named power an app may hold: what it is called, how consent to it is given, what it lets out.
package struct Capability: Sendable, Equatable {
    /// The names that manifests, bridge calls and grants use. Stable: apps in the field declare them.
    package enum Name: String, Sendable, CaseIterable, Codable, CustomStringConvertible {
        /// Send, reply, edit and delete the app's own messages, with buttons, answers to presses, and typing.
        case messagesSend = "messages.send"
        /// Keep values of its own, for a chat, a user or the whole app.
        case store
        /// Be called at a later time.
        case timers
        /// Ask other servers over HTTPS, only those that the manifest lists.
        case httpFetch = "http.fetch"
        /// Ask other apps on this server.
        case appsCall = "apps.call"
        /// Learn whether a person is at least so many years old, and nothing else of their age.
        case identityAge = "identity.age"
        /// Learn a person's verified e-mail address or phone number.
        case identityContact = "identity.contact"

        package var description: String { rawValue }

        /// What a manifest has to hold, with dots where the developer knows better.
        package var entry: String {
            let more =
                switch self {
                case .httpFetch: ", \"hosts\": [\"…\"]"
                case .appsCall: ", \"apps\": [\"…\"]"
                case .messagesSend, .store, .timers, .identityAge, .identityContact: ""
                }
            return "{\"name\": \"\(rawValue)\", \"reason\": \"…\"\(more)}"
        }
    }

    /// When somebody must agree before the capability works.
    package enum Class: String, Sendable, CaseIterable {
        /// Declaring it is enough; the person agreed by talking to the app.
        case always
        /// The person is asked at the first use and the answer is kept.
        case askOnce = "ask_once"
        /// The person is asked at every use.
        case askEachTime = "ask_each_time"
        /// Only the operator of the server can admit it.
        case operatorOnly = "operator_only"
    }

    package let name: Name
    package let `class`: Class
    /// What the app can do with it, for the person who reads the consent page. A sentence.
    package let does: String
    /// What leaves the person's hands when it is used. A sentence.
    package let discloses: String

    package init(name: Name, class: Class, does: String, discloses: String) {
        self.name = name
        self.class = `class`
        self.does = does
        self.discloses = discloses
    }
}
