package import Apps
package import Database
package import Model
package import Sandbox

/// What Lua can call. The runtime knows turns; which calls there are, and what they do, is the bridge's.
package protocol BridgeTable: Sendable {
    /// The host's own Lua files, loaded beside each package.
    var sdk: [SandboxFile] { get }
    /// The SDK's file that receives updates.
    var entry: String { get }

    /// What the entry is started or resumed with. It goes into the journal.
    func arguments(for update: Update, in turn: Turn) -> BridgeValue
    /// What a conversation is begun afresh with by the turn of a checkpoint: what it began with, and the state.
    func arguments(_ first: BridgeValue, begunAfreshBy turn: Turn) -> BridgeValue
    /// What the entry is started with besides: what is the same for all conversations of a version, and so in no journal.
    func context(of version: AppVersion, of app: App) -> BridgeValue
    /// A call that the handler waits for.
    func call(_ name: String, _ arguments: [BridgeValue], in turn: Turn) -> CallAnswer
    /// Something the handler asked for without waiting.
    /// - Throws: ``StoaError``, which fails the turn.
    func effect(_ effect: SandboxEffect, in turn: Turn) throws
    /// A conversation that another app's call began cannot go on: tells the caller.
    /// - Parameter payload: of the update that was to begin it; nil when it waits already.
    func callFailed(_ payload: [UInt8]?, of conversation: ConversationID, in tx: Transaction) throws
    /// A conversation waits for this from now on, or for nothing any more: its other questions to people are over.
    func withdrawQuestions(of conversation: ConversationID, besides wait: Wait?, in tx: Transaction) throws
}

package enum CallAnswer: Sendable {
    case now([BridgeValue])
    /// An ordinary Lua error at the call.
    case failure(String)
    /// Answered by a database reader; a ``StoaError`` becomes an ordinary Lua error.
    case read(@Sendable (ReadTransaction, Turn) throws -> [BridgeValue])
    /// Ends the turn; the conversation goes on with the update that ends the wait.
    case wait(Wait)
    /// Ends the turn; the conversation begins afresh from this value, and its journal with it.
    case restart(BridgeValue)
}
