import Apps
import Messaging
import Model
import Operations

/// How releases and publishers look on the wire, to those who answer for them and to operators.
extension JSONWriter {
    mutating func label(_ publisher: PublisherLabel) {
        openObject()
        field("name", publisher.name)
        field("title", publisher.title)
        field("verified", publisher.isVerified)
        closeObject()
    }

    mutating func release(_ entry: Publishing.QueueEntry) {
        let release = entry.release
        openObject()
        field("id", release.id.value)
        field("app", entry.app.name)
        field("title", entry.version.manifest.title)
        field("version", entry.version.version)
        field("publisher", entry.app.publisher)
        field("state", release.state.rawValue)
        field("percent", Int64(release.percent))
        field("by", release.submittedBy)
        field("date", release.submittedAt)
        field("notes", release.notes)
        field("findings", release.findings)
        field("decided_by", release.decidedBy)
        field("decided", release.decidedAt)
        field("reason", release.reason)
        closeObject()
    }

    /// The members and keys of a publisher, as members of the object that is open.
    mutating func peopleAndKeys(_ known: Publishing.Known) {
        list("members", known.members) { writer, member in
            writer.openObject()
            writer.field("name", member.account.name)
            writer.field("display", member.account.display)
            writer.field("role", member.role.rawValue)
            writer.closeObject()
        }
        list("keys", known.keys) { writer, key in
            writer.openObject()
            writer.field("key", key.key.description)
            writer.field("state", key.state.rawValue)
            writer.field("by", key.addedBy)
            writer.field("date", key.addedAt)
            writer.closeObject()
        }
    }

    /// An app's state, version, candidate and takedown, as members of the object that is open.
    mutating func standing(_ standing: AppStanding) {
        field("state", standing.app.state.rawValue)
        field("version", standing.version)
        key("candidate")
        if let candidate = standing.candidate {
            openObject()
            field("version", candidate.version)
            field("percent", Int64(candidate.percent))
            closeObject()
        } else {
            null()
        }
        key("takedown")
        if let takedown = standing.takedown {
            openObject()
            field("reason", takedown.reason)
            field("date", takedown.at)
            field("appeal", takedown.appeal)
            field("answer", takedown.answer)
            field("lifted", takedown.liftedAt)
            closeObject()
        } else {
            null()
        }
    }
}
