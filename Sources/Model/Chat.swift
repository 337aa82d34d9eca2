/// A place where accounts exchange messages.
package struct Chat: Sendable, Equatable {
    package enum Kind: Int64, Sendable {
        case direct = 0
        case group = 1
        /// Kept free for channels.
        case channel = 2

        package var name: String {
            switch self {
            case .direct: "direct"
            case .group: "group"
            case .channel: "channel"
            }
        }
    }

    /// What a member may do: members write; admins also remove members and messages; the owner also names admins.
    package enum Role: Int64, Sendable, Comparable {
        case member = 0
        case admin = 1
        case owner = 2

        package var name: String {
            switch self {
            case .member: "member"
            case .admin: "admin"
            case .owner: "owner"
            }
        }

        package init?(name: String) {
            switch name {
            case "member": self = .member
            case "admin": self = .admin
            case "owner": self = .owner
            default: return nil
            }
        }

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    package let id: ChatID
    package let kind: Kind
    package let title: String

    package init(id: ChatID, kind: Kind, title: String) {
        self.id = id
        self.kind = kind
        self.title = title
    }
}
