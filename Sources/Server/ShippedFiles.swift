import Glibc

/// Finds what ships with the program: in the working directory, or in a folder above the program's own (`.build/release/stoa`).
package enum ShippedFiles {
    package static func find(_ name: String, given: String?) -> String? {
        if let given { return exists(given) ? given : nil }
        var candidates = ["./" + name]
        var folder = programFolder
        for _ in 0..<5 where !folder.isEmpty {
            candidates.append(folder + "/" + name)
            candidates.append(folder + "/share/stoa/" + name)
            folder = String(folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex))
        }
        return candidates.first(where: exists)
    }

    /// The folders in a folder, sorted by name.
    static func folders(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), exists("\(path)/\(name)/manifest.json") { names.append("\(path)/\(name)") }
        }
        return names.sorted()
    }

    private static var programFolder: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return "" }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    }

    private static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
