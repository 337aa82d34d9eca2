package import Model

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
        /// Write to a person who has not just written: only so often as they agreed to.
        case messagesBroadcast = "messages.broadcast"
        /// Read what was said in a chat before, or hear all that is said in it from now on.
        case chatHistory = "chat.history"
        /// Learn a person's name, picture and language.
        case identityProfile = "identity.profile"
        /// Learn whether a person is at least so many years old, and nothing else of their age.
        case identityAge = "identity.age"
        /// Learn a person's verified e-mail address or phone number.
        case identityContact = "identity.contact"
        /// Learn where a person is, once.
        case locationOnce = "location.once"
        /// Read the files that a person picks.
        case filesRead = "files.read"
        /// Learn who the people are that a person picks.
        case contactsPick = "contacts.pick"
        /// Ask people to pay, take what they agreed to, and keep a catalogue of what is sold.
        case paymentsRequest = "payments.request"
        /// Offer people to pay every period.
        case paymentsSubscribe = "payments.subscribe"
        /// Give back what people paid.
        case paymentsRefund = "payments.refund"
        /// Pay people out of what the app has earned.
        case paymentsPayout = "payments.payout"

        package var description: String { rawValue }

        /// What a manifest has to hold, with dots where the developer knows better.
        package var entry: String {
            let limits = CapabilityRegistry.capability(self).limits
            let more = limits.contains(.hosts) ? ", \"hosts\": [\"…\"]" : limits.contains(.apps) ? ", \"apps\": [\"…\"]" : ""
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

    /// What can make it narrower than its name says.
    package enum Limit: String, Sendable, CaseIterable {
        /// Only these servers; the manifest lists them.
        case hosts
        /// Only these apps; the manifest lists them.
        case apps
        /// Only in this chat.
        case chat
        /// Only up to a time.
        case until
        /// Only so many uses a day.
        case count
        /// Only up to an amount; the person sets how much an app may ask for in a day.
        case amount
    }

    /// What the person has to choose before there is anything to give.
    package enum Input: String, Sendable, CaseIterable { case location, files, people }

    package let name: Name
    package let `class`: Class
    package let limits: [Limit]
    /// Nil where the host knows what it would give.
    package let input: Input?
    /// For how long a person can agree; empty where nobody is asked.
    package let terms: [GrantTerm]

    package init(name: Name, class: Class, limits: [Limit] = [], input: Input? = nil, terms: [GrantTerm] = []) {
        self.name = name
        self.class = `class`
        self.limits = limits
        self.input = input
        self.terms = terms
    }

    /// The sheet of a payment is the consent, each time anew: no grant stands for it.
    package var isPayment: Bool { name == .paymentsRequest || name == .paymentsSubscribe }

    /// A grant of it is for the chat where it was asked, whatever its term.
    package var isAboutChat: Bool { name == .chatHistory }

    /// What the app can do with it, for the person who reads the consent page. A sentence.
    package func does(in language: Language) -> String { CapabilityTexts.of(name, in: language).does }

    /// What leaves the person's hands when it is used. A sentence.
    package func discloses(in language: Language) -> String { CapabilityTexts.of(name, in: language).discloses }
}
