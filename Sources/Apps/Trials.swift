package import Database
package import Model

/// Versions that an operator tries before people get them.
///
/// A trial runs as an app of its own, with its own account, store and log, and without secrets: what is not admitted yet sees
/// nothing of the app that people use, and says nothing in its name.
package enum Trials {
    /// Makes a package what the trial of its app runs.
    /// - Parameter account: makes the trial's account, under the name that it is given.
    /// - Returns: the trial's account.
    package static func begin(
        _ package: AppPackage, of app: App, account: (String, Transaction) throws -> AccountID, now: Int64,
        newID: () -> Int64, in tx: Transaction
    ) throws -> AccountID {
        let known = try self.account(of: app.id, in: tx)
        let bot = try known?.account ?? account(name(of: app), tx)
        let id =
            try known?.app
            ?? AppStore.insert(
                name(of: app), publisher: "trial", account: bot, now: now, id: newID(), in: tx)
        try tx.execute("UPDATE apps SET trial_of = ?, taken_down = 0 WHERE id = ?", .int(app.id.value), .int(id.value))
        let version = try AppStore.add(
            package, to: id, publisher: "trial", account: bot, now: now, newID: newID, in: tx)
        try AppStore.activate(version.id, of: id, now: now, in: tx)
        return bot
    }

    /// Nothing of the trial runs any more.
    /// - Returns: the account that it had; nil when there was none.
    package static func end(of app: AppID, in tx: Transaction) throws -> AccountID? {
        guard let trial = try account(of: app, in: tx) else { return nil }
        try tx.execute("UPDATE apps SET taken_down = 1 WHERE id = ?", .int(trial.app.value))
        return trial.account
    }

    private static func account(of app: AppID, in tx: ReadTransaction) throws -> (app: AppID, account: AccountID)? {
        try tx.first("SELECT id, account_id FROM apps WHERE trial_of = ?", .int(app.value)) {
            (AppID(try $0.int(0)), AccountID(try $0.int(1)))
        }
    }

    /// The app's id keeps it apart from any name that a person would choose.
    private static func name(of app: App) -> String { "try_\(String(app.id.value, radix: 36))" }
}
