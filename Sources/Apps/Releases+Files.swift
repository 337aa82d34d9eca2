package import Database
package import Model

/// The files of releases that came to nothing: what publishers send in must not fill the disk for good. The version and its
/// release stay, since they say what happened.
extension Releases {
    /// How long they can still be looked at, in milliseconds.
    package static let keptFor: Int64 = 30 * 24 * 3600 * 1000

    /// Removes the files of one version whose release was rejected, withdrawn or rolled back that long ago.
    /// - Parameter inUse: versions that conversations wait on: those need their files as long as they wait.
    /// - Returns: whether there was one, so that there may be more.
    package static func removeOldFiles(now: Int64, inUse: Set<AppVersionID>, in tx: Transaction) throws -> Bool {
        let old = try tx.query(
            """
            SELECT r.version_id FROM releases r JOIN apps a ON a.id = r.app_id
            WHERE r.state IN ('rejected', 'withdrawn', 'rolled_back') AND r.decided_at < ?
              AND a.active_version_id IS NOT r.version_id AND a.candidate_version_id IS NOT r.version_id
              AND EXISTS (SELECT 1 FROM app_files f WHERE f.version_id = r.version_id)
            """, .int(now - keptFor), row: { AppVersionID(try $0.int(0)) })
        guard let version = old.first(where: { !inUse.contains($0) }) else { return false }
        try tx.execute("DELETE FROM app_files WHERE version_id = ?", .int(version.value))
        return true
    }
}
