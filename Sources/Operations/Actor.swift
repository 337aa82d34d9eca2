package import Model

/// Who asks for something to be done, as far as it decides whether it may be.
package enum Actor: Sendable {
    /// Somebody with the admin socket: the operator themself.
    case console
    /// An operator who is signed in as a user.
    case `operator`(Account)
    /// Anybody else.
    case person(Account)

    /// What the audit calls them.
    package var name: String {
        switch self {
        case .console: "operator"
        case .operator(let account): "operator \(account.name)"
        case .person(let account): account.name
        }
    }

    /// Nil for who has the console, and so is nobody among the people here.
    package var account: Account? {
        switch self {
        case .console: nil
        case .operator(let account), .person(let account): account
        }
    }

    /// Whether it is that person who asks for themself.
    package func isPerson(named name: String) -> Bool {
        switch self {
        case .console: false
        case .person(let account), .operator(let account): account.name.lowercased() == name.lowercased()
        }
    }

    package var isOperator: Bool {
        if case .person = self { false } else { true }
    }

    /// - Throws: ``StoaError/Code/forbidden``.
    package func requireOperator() throws {
        guard isOperator else { throw StoaError(.forbidden, "Only an operator of this server can do that.") }
    }
}
