package import Model

/// A version of an app that a publisher sent in, on its way to the people.
package struct Release: Sendable, Equatable {
    /// Where it is on that way. `after(_:)` has all the steps there are.
    package enum State: String, Sendable, CaseIterable {
        /// Passed the checks; waits for an operator.
        case inReview = "in_review"
        /// Runs in some of the chats, beside the version before.
        case staged
        /// Runs wherever a conversation begins.
        case live
        /// A later release went live.
        case superseded
        case rejected
        /// By its publisher, before it was decided on.
        case withdrawn
        /// Was staged or live, and was taken back.
        case rolledBack = "rolled_back"

        package enum Step: Sendable, CaseIterable { case stage, admit, reject, withdraw, supersede, rollBack, revive }

        /// Nil when the step cannot be taken from here.
        package func after(_ step: Step) -> State? {
            switch (self, step) {
            case (.inReview, .stage), (.staged, .stage): .staged
            case (.inReview, .admit), (.staged, .admit): .live
            case (.inReview, .reject): .rejected
            case (.inReview, .withdraw): .withdrawn
            case (.live, .supersede): .superseded
            case (.staged, .rollBack), (.live, .rollBack): .rolledBack
            // The one after it was rolled back.
            case (.superseded, .revive): .live
            default: nil
            }
        }
    }

    package let id: ReleaseID
    package let app: AppID
    package let version: AppVersionID
    package let key: PublisherKey
    /// What the publisher says is new, up to 2000 characters.
    package let notes: String
    /// What the checks found that does not keep it from going live, one thing a line.
    package let findings: String
    package let state: State
    /// Of all chats, in how many it runs: 0 while it waits, 1 to 99 while staged, 100 when live.
    package let percent: Int
    package let submittedBy: String
    /// Milliseconds since 1970 UTC.
    package let submittedAt: Int64
    package let decidedBy: String?
    /// Milliseconds since 1970 UTC.
    package let decidedAt: Int64?
    /// Why it was rejected or taken back.
    package let reason: String?
}
