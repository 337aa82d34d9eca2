import Foundation
import Model
import Permissions

/// What a package has other than the one before it, for a person who decides whether people get it.
package struct PackageDiff: Sendable, Equatable {
    /// A line of a file as it was and as it is; `same` ones stand around the others, for the eye.
    package enum Line: Sendable, Equatable {
        case same(String)
        case removed(String)
        case added(String)
        /// So many lines that did not change and are not shown.
        case skipped(Int)
    }

    package struct File: Sendable, Equatable {
        package enum Change: String, Sendable { case added, removed, changed }

        package let path: String
        package let change: Change
        /// Bytes; 0 for one that was not there.
        package let sizeBefore: Int
        package let size: Int
    }

    /// One thing that the manifest says otherwise: a capability, a text, a command. Nil where it says nothing.
    package struct Statement: Sendable, Equatable {
        package let what: String
        package let before: String?
        package let now: String?
    }

    package let statements: [Statement]
    /// Those that differ, by path; ``lines(before:now:)`` tells how.
    package let files: [File]

    /// - Parameter before: nil for an app's first version.
    package init(before: (manifest: Manifest, files: [AppPackage.File])?, now: (manifest: Manifest, files: [AppPackage.File])) {
        statements = Self.statements(before?.manifest, now.manifest)
        let old = Dictionary((before?.files ?? []).map { ($0.path, $0.content) }, uniquingKeysWith: { $1 })
        let new = Dictionary(now.files.map { ($0.path, $0.content) }, uniquingKeysWith: { $1 })
        files = Set(old.keys).union(new.keys).sorted().compactMap { path in
            let (old, new) = (old[path], new[path])
            guard old != new else { return nil }
            return File(
                path: path, change: old == nil ? .added : new == nil ? .removed : .changed,
                sizeBefore: old?.count ?? 0, size: new?.count ?? 0)
        }
    }

    /// How a file differs. Empty when it is not text, or larger than any Lua file can be.
    package static func lines(before: [UInt8]?, now: [UInt8]?) -> [Line] { LineDiff.lines(before ?? [], now ?? []) }

    /// The manifest as a list of what it says, in the order in which an operator asks.
    private static func statements(_ before: Manifest?, _ now: Manifest) -> [Statement] {
        let (old, new) = (before.map(said) ?? [], said(by: now))
        let oldTexts = Dictionary(old, uniquingKeysWith: { $1 })
        let newTexts = Dictionary(new, uniquingKeysWith: { $1 })
        let subjects = new.map(\.0) + old.map(\.0).filter { newTexts[$0] == nil }
        return subjects.compactMap { subject in
            // By their bytes: texts that Swift takes for equal may be others to Lua, and to the eye.
            guard oldTexts[subject].map({ Array($0.utf8) }) != newTexts[subject].map({ Array($0.utf8) }) else { return nil }
            return Statement(what: subject, before: oldTexts[subject], now: newTexts[subject])
        }
    }

    private static func said(by manifest: Manifest) -> [(String, String)] {
        var said: [(String, String)] = []
        for request in manifest.capabilities {
            let limits = request.hosts.map(\.description) + request.apps
            said.append(
                ("capability \(request.name.rawValue)", ([request.reason] + limits).joined(separator: " · ")))
        }
        said += [("title", manifest.title), ("description", manifest.description), ("version", manifest.version)]
        said.append(("category", manifest.category.rawValue))
        if !manifest.pictures.isEmpty { said.append(("pictures", manifest.pictures.map(\.path).joined(separator: ", "))) }
        if let web = manifest.web {
            switch web.source {
            case .bundle(let entry): said.append(("page for the browser", entry))
            case .site(let address): said.append(("page for the browser", "a site that is not part of the package: \(address)"))
            }
            said.append(
                (
                    "what the page may reach",
                    web.origins.isEmpty ? "nothing else" : web.origins.map(\.description).joined(separator: ", ")
                ))
        }
        said += manifest.commands.map { ("command /\($0.name)", $0.description) }
        said += manifest.exports.map { ("function for other apps: \($0.name)", $0.apps.joined(separator: ", ")) }
        said += manifest.inbound.map { ("webhook \($0.path)", "open to other services") }
        let limits = manifest.limits
        said.append(
            ("limits", "\(limits.memoryMiB) MiB, \(limits.instructions) instructions, \(limits.wallMilliseconds) ms a turn"))
        said.append(("keeps what people write", manifest.retentionDays.map { "for \($0) days" } ?? "without end"))
        said.append(("group messages", manifest.groupMessages == .all ? "all" : "only those addressed to it"))
        return said
    }
}

/// The shortest list of lines that lead from one text to another.
enum LineDiff {
    private static let around = 3
    /// Changed lines on both sides together beyond which the whole is shown as replaced: finding the shortest list takes
    /// time by their product.
    private static let most = 4000

    /// Empty when either is not text.
    static func lines(_ before: [UInt8], _ now: [UInt8]) -> [PackageDiff.Line] {
        guard let before = rawLines(before), let now = rawLines(now) else { return [] }
        let same = zip(before, now).prefix { $0 == $1 }.count
        let tail = zip(before[same...].reversed(), now[same...].reversed()).prefix { $0 == $1 }.count
        let (old, new) = (before[same..<before.count - tail], now[same..<now.count - tail])
        var lines = before[..<same].map { PackageDiff.Line.same(visible($0)) }
        lines += middle(Array(old), Array(new))
        lines += before[(before.count - tail)...].map { .same(visible($0)) }
        return shortened(lines)
    }

    private static func middle(_ old: [RawLine], _ new: [RawLine]) -> [PackageDiff.Line] {
        guard !old.isEmpty, !new.isEmpty, old.count + new.count <= most else {
            return old.map { .removed(visible($0)) } + new.map { .added(visible($0)) }
        }
        let difference = new.difference(from: old)
        var (removed, inserted) = (Set<Int>(), Set<Int>())
        for change in difference {
            switch change {
            case .remove(let place, _, _): removed.insert(place)
            case .insert(let place, _, _): inserted.insert(place)
            }
        }
        var lines: [PackageDiff.Line] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                lines.append(.removed(visible(old[i])))
                i += 1
            } else if j < new.count, inserted.contains(j) {
                lines.append(.added(visible(new[j])))
                j += 1
            } else if i < old.count {
                lines.append(.same(visible(old[i])))
                (i, j) = (i + 1, j + 1)
            } else {
                break
            }
        }
        return lines
    }

    /// Leaves out what is further than three lines from a change.
    private static func shortened(_ lines: [PackageDiff.Line]) -> [PackageDiff.Line] {
        var isNear = [Bool](repeating: false, count: lines.count)
        for (place, line) in lines.enumerated() {
            if case .same = line { continue }
            for near in max(0, place - around)...min(lines.count - 1, place + around) { isNear[near] = true }
        }
        var (shown, skipped) = ([PackageDiff.Line](), 0)
        for (line, isNear) in zip(lines, isNear) {
            guard isNear else {
                skipped += 1
                continue
            }
            if skipped > 0 { shown.append(.skipped(skipped)) }
            skipped = 0
            shown.append(line)
        }
        if skipped > 0 { shown.append(.skipped(skipped)) }
        return shown
    }

    /// A line as it is stored. Compared by its bytes: texts that Swift takes for equal, such as a K and the Kelvin sign, are
    /// others to Lua.
    private typealias RawLine = ArraySlice<UInt8>

    private static func rawLines(_ bytes: [UInt8]) -> [RawLine]? {
        guard bytes.count <= AppPackage.Limits.luaFile, !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil
        else { return nil }
        if bytes.isEmpty { return [] }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// What an operator reads is what runs.
    private static func visible(_ line: RawLine) -> String {
        String(decoding: line, as: UTF8.self).visible
    }
}
