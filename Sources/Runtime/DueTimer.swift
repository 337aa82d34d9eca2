import Database
import Messaging
import Model
import Sandbox

/// A timer whose time has come.
struct DueTimer {
    let id: Int64
    let bot: AccountID
    let name: String
    let data: [UInt8]
    let dueAt: Int64
    let every: Int64?
    let chat: Chat?
    let person: Account?

    init(row: Row) throws {
        id = try row.int(0)
        bot = AccountID(try row.int(1))
        name = try row.text(2)
        data = try row.bytes(3)
        dueAt = try row.int(4)
        every = try row.intOrNil(5)
        chat = try row.intOrNil(6) == nil ? nil : try Chat(row: row, at: 6)
        person = try row.intOrNil(9) == nil ? nil : try Account(row: row, at: 9)
    }

    /// The update's payload: `[id, name, due_at, data]`, encoded as values cross the bridge.
    var payload: [UInt8] {
        let decoded = (try? BridgeValue.decode(data)) ?? .null
        return BridgeValue.array([.int(id), .string(name), .int(dueAt), decoded]).encoded
    }
}
