package import Sandbox

/// A bridge call and what it answered.
package struct JournaledCall: Sendable {
    package let name: String
    package let arguments: [BridgeValue]
    package let result: Result<[BridgeValue], BridgeFailure>
    /// From the call to its answer, for those who watch; a replay takes no notice.
    package let microseconds: Int64

    package init(
        name: String, arguments: [BridgeValue], result: Result<[BridgeValue], BridgeFailure>, microseconds: Int64
    ) {
        self.name = name
        self.arguments = arguments
        self.result = result
        self.microseconds = microseconds
    }
}

/// What a conversation's journal holds since it began or was begun afresh.
package struct JournalSize: Sendable, Equatable {
    package var turns: Int32
    package var bytes: Int32

    package init(turns: Int64 = 0, bytes: Int64 = 0) {
        self.turns = Int32(clamping: turns)
        self.bytes = Int32(clamping: bytes)
    }
}

extension JournaledCall {
    var approximateSize: Int {
        let answered: Int =
            switch result {
            case .success(let values): values.reduce(0) { $0 + $1.approximateSize }
            case .failure(let failure): failure.message.utf8.count
            }
        return name.utf8.count + 16 + answered + arguments.reduce(0) { $0 + $1.approximateSize }
    }
}

extension BridgeValue {
    /// Bytes in memory and when encoded, counted roughly.
    fileprivate var approximateSize: Int {
        switch self {
        case .null, .bool, .int, .double: 16
        case .string(let text): 16 + text.utf8.count
        case .bytes(let bytes): 32 + bytes.count
        case .array(let values): values.reduce(32) { $0 + $1.approximateSize }
        case .map(let map): map.entries.reduce(32) { $0 + 16 + $1.key.utf8.count + $1.value.approximateSize }
        }
    }
}
