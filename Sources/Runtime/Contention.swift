import Model

/// Keeps turns that fight for the same keys from losing again and again.
///
/// A turn that met a conflict runs again with its keys reserved: one such turn of an app at a time, the others in order behind
/// it. Meanwhile commits that would write a reserved key are parked. So a rerun can lose only to a key that it had not
/// touched before.
struct Contention<Parked> {
    private struct Entry {
        var holder: LaneKey
        var keys: Set<StoreKey>
        var waiting: [(lane: LaneKey, keys: Set<StoreKey>, rerun: Parked)] = []
        var parked: [Parked] = []
    }

    private var entries: [AccountID: Entry] = [:]

    /// Asks to rerun with keys reserved. True: now. False: `rerun` is given back by a later `release`.
    mutating func reserve(_ keys: Set<StoreKey>, for lane: LaneKey, rerun: Parked) -> Bool {
        guard var entry = entries[lane.bot] else {
            entries[lane.bot] = Entry(holder: lane, keys: keys)
            return true
        }
        if entry.holder == lane {
            entry.keys.formUnion(keys)
            entries[lane.bot] = entry
            return true
        }
        entries[lane.bot]?.waiting.append((lane, keys, rerun))
        return false
    }

    /// Whether a commit has to wait; if so it is given back by a later `release`.
    mutating func parks(_ commit: Parked, of lane: LaneKey, writing keys: [StoreKey]) -> Bool {
        guard let entry = entries[lane.bot], entry.holder != lane, keys.contains(where: entry.keys.contains) else {
            return false
        }
        entries[lane.bot]?.parked.append(commit)
        return true
    }

    /// The turn of this lane is over. What can go on now: the next rerun, or all parked commits when there is none.
    mutating func release(_ lane: LaneKey) -> (reruns: [Parked], commits: [Parked]) {
        guard var entry = entries[lane.bot], entry.holder == lane else { return ([], []) }
        let commits = entry.parked
        entry.parked = []
        guard !entry.waiting.isEmpty else {
            entries[lane.bot] = nil
            return ([], commits)
        }
        let next = entry.waiting.removeFirst()
        entry.holder = next.lane
        entry.keys = next.keys
        entries[lane.bot] = entry
        return ([next.rerun], commits)
    }
}
