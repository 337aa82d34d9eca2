package import Database
package import Model

/// A file that was uploaded: a name and a type of its own over a blob that others may share.
package struct StoredFile: Sendable, Equatable {
    package let id: FileID
    package let owner: AccountID
    /// Hexadecimal SHA-256 of its bytes: the blob's address.
    package let digest: String
    package let name: String
    package let size: Int64
    package let mime: String
    package let width: Int?
    package let height: Int?

    /// Whether it was recognised as a picture, whatever it claims to be.
    package var isPhoto: Bool { width != nil && mime.hasPrefix("image/") }
}

extension Messaging {
    /// Records an uploaded blob as a file of `owner`.
    package func createFile(_ blob: Blob, name: String, owner: Account, in tx: Transaction) throws -> StoredFile {
        let file = StoredFile(
            id: FileID(ids.next()), owner: owner.id, digest: blob.digest, name: Self.cleanFileName(name),
            size: blob.size, mime: blob.type.mime, width: blob.type.width, height: blob.type.height)
        try tx.execute(
            """
            INSERT INTO files (id, owner_id, digest, name, size, mime, width, height, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(file.id.value), .int(owner.id.value), .text(file.digest), .text(file.name), .int(file.size),
            .text(file.mime), .optional(file.width.map(Int64.init)), .optional(file.height.map(Int64.init)),
            .int(clock.now()))
        return file
    }

    /// A file that `account` may read: its own, or one attached to a message of a chat it is in.
    /// - Throws: ``StoaError/Code/fileNotFound``, also when it exists but is not for this account.
    package func readableFile(_ id: FileID, by account: AccountID, in tx: ReadTransaction) throws -> StoredFile {
        let file = try file(id, in: tx)
        if let file, file.owner == account { return file }
        let shared = try tx.first(
            """
            SELECT 1 FROM message_files f JOIN messages m ON m.id = f.message_id
            JOIN members b ON b.chat_id = m.chat_id AND b.account_id = ?
            WHERE f.file_id = ? LIMIT 1
            """,
            .int(account.value), .int(id.value)
        ) { _ in true }
        guard let file, shared != nil else {
            throw StoaError(.fileNotFound, "There is no file \(id) that you may read.")
        }
        return file
    }

    /// A picture that `account` has uploaded, to stand for it.
    /// - Throws: ``StoaError/Code/fileNotFound``, also when it is somebody else's; ``StoaError/Code/badRequest`` for a file
    ///   that was not recognised as an image.
    package func ownPicture(_ id: FileID, of account: AccountID, in tx: ReadTransaction) throws -> StoredFile {
        guard let file = try file(id, in: tx), file.owner == account else {
            throw StoaError(.fileNotFound, "There is no file \(id) that you have uploaded.")
        }
        guard file.isPhoto else { throw StoaError(.badRequest, "The file \(id) is no image. Upload a PNG, JPEG, GIF or WebP.") }
        return file
    }

    private func file(_ id: FileID, in tx: ReadTransaction) throws -> StoredFile? {
        try tx.first(
            "SELECT owner_id, digest, name, size, mime, width, height FROM files WHERE id = ?", .int(id.value)
        ) { row in
            StoredFile(
                id: id, owner: AccountID(try row.int(0)), digest: try row.text(1), name: try row.text(2),
                size: try row.int(3), mime: try row.text(4), width: try row.intOrNil(5).map { Int($0) },
                height: try row.intOrNil(6).map { Int($0) })
        }
    }

    /// Fills attachments, of which a sender gives only the file's id, from the files themselves.
    func resolveAttachments(_ content: inout MessageContent, of sender: Account, in tx: ReadTransaction) throws {
        content.attachments = try content.attachments.map { attachment in
            let file = try readableFile(attachment.file, by: sender.id, in: tx)
            return Attachment(
                type: file.width == nil ? .file : .photo, file: file.id, name: file.name, size: file.size,
                mime: file.mime, width: file.width, height: file.height)
        }
    }

    /// The last part of a path, without control characters, at most 255 bytes.
    static func cleanFileName(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        var cleaned = ""
        for scalar in last.unicodeScalars where !scalar.properties.isBidiControl && scalar.value >= 0x20 {
            guard cleaned.utf8.count + 4 <= 255 else { break }
            if scalar.value != 0x7F { cleaned.unicodeScalars.append(scalar) }
        }
        return cleaned.isEmpty || cleaned == "." || cleaned == ".." ? "file" : cleaned
    }
}
