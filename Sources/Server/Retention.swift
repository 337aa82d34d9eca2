import Apps
import Database
import Model
import Runtime

/// Deletes what apps keep for longer than their manifests say. Once at the start, then every hour.
struct Retention: Sendable {
    private static let interval: Int64 = 3_600_000

    let database: Database
    let runtime: Runtime
    let audit: Audit
    let alarms: Alarms
    let log: @Sendable (String) -> Void

    func start() {
        Task { [self] in
            await enforce()
            alarms.at(Clock.system.now() + Self.interval) { start() }
        }
    }

    private func enforce() async {
        let apps = (try? await database.read { try AppStore.everyApp(in: $0) }) ?? []
        for app in apps {
            guard let days = app.active.manifest.retentionDays else { continue }
            do {
                let now = Clock.system.now()
                try await runtime.expire(app.account, afterDays: days, now: now) { [audit] count, tx in
                    let details = "\(app.name): \(count) values not written for \(days) days"
                    try audit.append(Audit.Entry(.expired, by: "stoa", bot: app.account, details), now: now, in: tx)
                }
            } catch {
                log("What \(app.name) keeps could not be looked through: \(error). It is tried again in an hour.")
            }
        }
    }
}
