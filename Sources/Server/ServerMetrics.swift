import ClientAPI
import Database
import Runtime
import Sandbox

/// The server's own figures for `/metrics`.
enum ServerMetrics {
    static func write(to text: inout MetricsText, database: Database, runtime: Runtime, sandbox: SandboxHost) {
        let turns = runtime.statistics
        text.counter("stoa_turns_total", "Turns committed.", turns.turns)
        text.counter("stoa_turn_failures_total", "Turns that failed and were postponed or parked.", turns.failures)
        text.counter("stoa_turn_reruns_total", "Turns run again after a conflict.", turns.reruns)
        text.counter("stoa_turn_replays_total", "Conversations brought back from their journals.", turns.replays)
        text.counter("stoa_turns_lost_total", "Turns whose worker died.", turns.lost)
        text.counter("stoa_dead_letters_total", "Updates parked among the dead letters.", turns.deadLetters)
        text.gauge("stoa_updates_queued", "Updates in memory that wait or run.", Int64(runtime.queued))
        text.gauge("stoa_turns_in_flight", "Turns that run now.", Int64(runtime.inFlight))
        text.gauge("stoa_conversations_waiting", "Conversations that wait.", Int64(runtime.waitingConversations))
        let commits = database.statistics
        text.counter("stoa_database_transactions_total", "Transactions committed.", commits.transactions)
        text.counter("stoa_database_rollbacks_total", "Transactions rolled back.", commits.failed)
        text.counter("stoa_database_groups_total", "Commits, each with one fsync.", commits.groups)
        text.counter("stoa_database_commit_microseconds_total", "Time spent in COMMIT.", commits.commitMicroseconds)
    }
}
