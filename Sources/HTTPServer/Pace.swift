import Glibc

/// Spares a loop the cost of polling many sockets to find one ready. Polling is linear in the connections; when turns follow
/// each other closely and find little, a short pause lets work gather. It adds at most two milliseconds to an answer, and nothing
/// where there are few connections, little to do, or much.
struct Pace {
    /// Sockets that had something in this turn.
    var events = 0
    private var lastTurn: Int64 = 0

    /// From how many connections on polling is worth sparing.
    private static let manyConnections = 64

    mutating func turnEnds(connections: Int) {
        defer { events = 0 }
        guard connections >= Self.manyConnections, events > 0 else { return }
        let time = preciseNow()
        defer { lastTurn = preciseNow() }
        guard events * 16 < connections, time - lastTurn < Int64(1000 + connections / 4) else { return }
        usleep(UInt32(min(2000, 50 + connections / 8)))
    }
}
