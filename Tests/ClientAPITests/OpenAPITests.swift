import Foundation
import HTTPServer
import Model
import Testing

@testable import ClientAPI

/// The description and the table of routes say the same.
@Suite struct OpenAPITests {
    private static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("sdk-docs/openapi.yaml").path

    private func lines() throws -> [Substring] {
        try String(contentsOfFile: Self.file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func everyRouteIsDescribedAndNothingElse() throws {
        var described: Set<String> = []
        var path = ""
        for line in try lines() {
            if line.hasPrefix("  /"), line.hasSuffix(":") {
                let segments = line.dropFirst(2).dropLast().split(separator: "/")
                path = segments.map { $0.hasPrefix("{") ? "*" : String($0) }.joined(separator: "/")
            }
            let word = line.dropFirst(4).dropLast()
            if line.hasPrefix("    "), ["get", "post", "put", "patch", "delete"].contains(word) {
                described.insert("\(word.uppercased()) \(path)")
            }
        }
        let routes = ClientAPI.table.routes.map { route in
            let path = route.path.map { $0.hasPrefix(":") ? "*" : $0 }.joined(separator: "/")
            return "\(route.method) \(path)"
        }
        #expect(described == Set(routes))
        #expect(routes.count == Set(routes).count)
    }

    @Test func everyErrorCodeIsListed() throws {
        let listed = Set(try lines().filter { $0.hasPrefix("            - ") }.map { String($0.dropFirst(14)) })
        #expect(listed.isSuperset(of: StoaError.Code.allCases.map(\.rawValue)))
    }
}
