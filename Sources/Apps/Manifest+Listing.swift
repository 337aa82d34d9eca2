extension Manifest {
    /// Where the catalogue lists an app.
    package enum Category: String, Sendable, CaseIterable {
        case business, education, finance, games, news, shopping, social, tools, travel, other
    }

    /// One of the pictures that the catalogue shows of an app.
    package struct Picture: Sendable, Equatable {
        /// Of the file in the package, such as `assets/menu.png`.
        package let path: String
        /// Where the manifest names it.
        package let position: SourcePosition
    }
}

extension ManifestParser {
    static let maxPictures = 5

    mutating func category(_ object: ManifestObject) -> Manifest.Category {
        let choices: KeyValuePairs<String, Manifest.Category> = [
            "business": .business, "education": .education, "finance": .finance, "games": .games, "news": .news,
            "shopping": .shopping, "social": .social, "tools": .tools, "travel": .travel, "other": .other,
        ]
        return object.choice("category", choices, problems: &problems) ?? .other
    }

    /// Says nothing yet about whether the files are there: the manifest is also read without them.
    mutating func pictures(_ object: ManifestObject) -> [Manifest.Picture] {
        guard object.value("pictures") != nil else { return [] }
        let entries = object.texts(
            "pictures", from: 0, to: Self.maxPictures, example: "[\"assets/menu.png\"]", problems: &problems)
        var pictures: [Manifest.Picture] = []
        for (text, path, position) in entries ?? [] {
            if PackagePath(text)?.kind != .asset {
                report(
                    position, "\(path): \(ManifestObject.quoted(text)) is not allowed",
                    hint: "write the path of a picture in the app's assets folder, such as \"assets/menu.png\"")
            } else if pictures.contains(where: { $0.path == text }) {
                report(position, "\(path): \(text) is there twice", hint: "remove one of the two")
            } else {
                pictures.append(Manifest.Picture(path: text, position: position))
            }
        }
        return pictures
    }
}

/// The kinds of picture that the catalogue shows: those that every browser knows and that run nothing.
package enum PictureType: String, Sendable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"

    /// Bytes that one picture of the catalogue may have.
    static let maxBytes = 512 << 10

    /// Told from the first bytes: the file's name is not believed. Nil for anything else.
    package init?(_ content: [UInt8]) {
        if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if content.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if content.count >= 16, content.starts(with: "RIFF".utf8), content[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }
}

extension AppPackage {
    /// What is wrong with the pictures that the manifest names.
    static func problems(ofPicturesIn manifest: Manifest, _ files: [File]) -> [Diagnostic] {
        manifest.pictures.enumerated().compactMap { index, picture in
            func problem(_ message: String, hint: String) -> Diagnostic {
                Diagnostic(
                    .error, file: ManifestParser.file, at: picture.position, "pictures[\(index + 1)]: \(picture.path) \(message)",
                    hint: hint)
            }
            guard let file = files.first(where: { $0.path == picture.path }) else {
                let assets = files.filter(\.isAsset).map(\.path)
                let near = NearMatch.of(picture.path, in: assets).map { "did you mean \"\($0)\"? " } ?? ""
                return problem("is not there", hint: "\(near)Put the picture into the app's assets folder, or correct the path")
            }
            guard file.content.count <= PictureType.maxBytes else {
                return problem("is larger than \(PictureType.maxBytes >> 10) KiB", hint: "make it smaller")
            }
            guard PictureType(file.content) != nil else {
                return problem("is no PNG, JPEG or WebP picture", hint: "save it as one of these")
            }
            return nil
        }
    }
}
