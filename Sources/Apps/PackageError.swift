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

    /// The problems, each with the line it points at: up to 200, since who makes a package can make many.
    package var description: String { diagnostics.rendered(files: sources, atMost: 200).joined(separator: "\n") }
}

extension [Diagnostic] {
    /// Each with its line, taken from the files; and how many more there are than are shown.
    package func rendered(files: [AppPackage.File], atMost most: Int = .max) -> [String] {
        let shown = prefix(most).map { problem in problem.rendered(source: files.first { $0.path == problem.file }?.content) }
        return count > most ? shown + ["and \(count - most) more"] : shown
    }
}
