/// The part of a manifest that permission is decided by. Small and flat, since every bridge call asks it.
package struct DeclaredCapabilities: Sendable, Equatable, ExpressibleByArrayLiteral {
    private let names: Set<Capability.Name>
    /// Whether a person may have to be asked about one of them.
    package let asksPeople: Bool

    package init(_ names: some Sequence<Capability.Name>) {
        self.names = Set(names)
        asksPeople = self.names.contains { [.askOnce, .askEachTime].contains(CapabilityRegistry.capability($0).class) }
    }

    package init(arrayLiteral names: Capability.Name...) { self.init(names) }

    package func contains(_ name: Capability.Name) -> Bool { names.contains(name) }

    /// In the registry's order.
    package var all: [Capability.Name] { Capability.Name.allCases.filter(names.contains) }
}
