/// An app's folder that cannot be deployed, with every problem found in it.
package struct PackageError: Error, Sendable, Equatable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]
    /// The files that the problems point into, as far as they were read.
    package let sources: [AppPackage.File]

    package init(_ diagnostics: [Diagnostic], files: [AppPackage.File] = []) {
        self.diagnostics = diagnostics.inOrder()
        let named = Set(diagnostics.filter { $0.position != nil }.map(\.file))
        sources = files.filter { named.contains($0.path) }
    }

    /// All problems, each with the line it points at.
    package var description: String { diagnostics.rendered(files: sources).joined(separator: "\n") }
}

extension [Diagnostic] {
    /// Each with its line, taken from the files.
    package func rendered(files: [AppPackage.File]) -> [String] {
        map { problem in problem.rendered(source: files.first { $0.path == problem.file }?.content) }
    }
}
