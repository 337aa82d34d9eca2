import Model
import Runtime
import Sandbox

/// `conversation.wait`: ends the turn until an update comes that the conversation waits for.
enum ConversationCalls {
    private static let kinds: Set<String> = ["message", "press"]

    static func wait(_ values: [BridgeValue]) throws -> Wait {
        let fields = try Arguments("conversation.wait", values).fields()
        let accepts = Set(try fields.list("accepts").compactMap(\.stringValue))
        guard let person = Wait.Person(rawValue: try fields.string("person")), !accepts.isEmpty,
            accepts.isSubset(of: kinds)
        else {
            throw StoaError(.badRequest, "conversation.wait: person is same or anyone, accepts lists message and press.")
        }
        return Wait(person: person, accepts: accepts, message: try fields.intOrNil("message").map { MessageID($0) })
    }
}
