package import Apps
import Sandbox
import Synchronization

/// Which lines of an app's program its tests ran.
package final class Coverage: Sendable {
    package struct File: Sendable, Equatable {
        package let path: String
        /// Lines that have code. One that only closes what others opened does not count.
        package let lines: [Int]
        /// Those of them that never ran.
        package let missed: [Int]

        /// Whole, rounded down, so that 100 means all; 100 for a file without code.
        package var percent: Int { lines.isEmpty ? 100 : (lines.count - missed.count) * 100 / lines.count }
    }

    private let ran = Mutex<[String: Set<Int>]>([:])

    package init() {}

    func add(_ file: String, _ lines: [Int]) {
        ran.withLock { $0[file, default: []].formUnion(lines) }
    }

    /// What is known by now, in the order of the package.
    package func files(of package: AppPackage) -> [File] {
        package.files.filter(\.isProgram).compactMap { file in
            guard let outline = try? LuaOutline(file: file.path, text: file.content) else { return nil }
            let texts = file.content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let lines = outline.lines.filter { $0 <= texts.count && !Self.onlyCloses(texts[$0 - 1]) }
            let ran = self.ran.withLock { $0[file.path] ?? [] }
            return File(path: file.path, lines: lines, missed: lines.filter { !ran.contains($0) })
        }
    }

    /// Lines made of `end`, `else` and closing brackets: whether one has code is the compiler's choice.
    private static func onlyCloses(_ line: ArraySlice<UInt8>) -> Bool {
        let code = line.firstIndex(of: UInt8(ascii: "-")).map { line[..<$0] } ?? line
        let words = code.split { !$0.isWordByte }
        let others = code.filter { !$0.isWordByte }
        let closing = Set(" \t\r)}],;".utf8)
        return words.allSatisfy { $0.elementsEqual("end".utf8) || $0.elementsEqual("else".utf8) }
            && others.allSatisfy(closing.contains)
    }
}
