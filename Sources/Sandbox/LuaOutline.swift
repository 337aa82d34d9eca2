import SandboxCore

/// What a Lua file is made of, told without running it.
package struct LuaOutline: Sendable, Equatable {
    /// One use of a global name.
    package struct Global: Sendable, Hashable {
        package let name: String
        package let line: Int
        package let isWritten: Bool

        package init(name: String, line: Int, isWritten: Bool) {
            self.name = name
            self.line = line
            self.isWritten = isWritten
        }
    }

    /// Those that have code, ascending, counted from 1.
    package let lines: [Int]
    /// By line.
    package let globals: [Global]

    /// Compiles a file under the default limits. Works for as long as the compiler: not for an event loop.
    /// - Throws: ``SandboxLoadError`` of the form `main.lua:3: ...` when it does not compile.
    package init(file name: String, text: [UInt8]) throws(SandboxLoadError) {
        let name = Array(name.utf8)
        let (lines, globals, error) = name.withUnsafeBufferPointer { name in
            text.withUnsafeBufferPointer { text in
                name.withMemoryRebound(to: CChar.self) { name in Self.read(name, text) }
            }
        }
        if let error { throw SandboxLoadError(message: error) }
        self.lines = lines
        self.globals = globals
    }

    private static func read(
        _ name: UnsafeBufferPointer<CChar>, _ text: UnsafeBufferPointer<UInt8>
    ) -> ([Int], [Global], String?) {
        var file = sc_file()
        file.name = name.baseAddress
        file.name_len = name.count
        file.text = text.baseAddress
        file.text_len = text.count
        var outline = sc_outline()
        var error = [CChar](repeating: 0, count: 8192)
        guard sc_make_outline(&file, &outline, &error, error.count) else {
            return ([], [], String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        defer { sc_free_outline(&outline) }
        let lines = UnsafeBufferPointer(start: outline.lines, count: outline.line_count).map { Int($0) }
        let globals = UnsafeBufferPointer(start: outline.globals, count: outline.global_count).map { global in
            let name = UnsafeRawBufferPointer(start: global.name, count: global.name_len)
            return Global(name: String(decoding: name, as: UTF8.self), line: Int(global.line), isWritten: global.written)
        }
        return (lines, globals, nil)
    }
}
