/// Pages, actions and texts that an app's pages name, and that are not there. Only what is written as a text is judged.
enum PageCheck {
    /// - Parameter texts: names of the texts in all of the app's languages; nil when a file of texts cannot be read.
    static func all(in sources: [LuaSource], texts: Set<String>?) -> [Diagnostic] {
        let registrations = Registrations(sources)
        return sources.flatMap { source in
            source.tokens.indices.compactMap { problem(at: $0, in: source, registrations, texts) }
        }
    }

    private static func problem(
        at index: Int, in source: LuaSource, _ registrations: Registrations, _ texts: Set<String>?
    ) -> Diagnostic? {
        guard let receiver = BridgeReceiver.at(index, in: source), let member = receiver.member(in: source) else { return nil }
        let call = "\(receiver.text)\(member.separator)\(member.name)"
        switch (receiver.kind, member.name) {
        case (.context, "link"), (.context, "go"):
            return unregistered("page", ofCallAt: member.place + 1, call, receiver, in: source, registrations)
        case (.context, "action"):
            return unregistered("action", ofCallAt: member.place + 1, call, receiver, in: source, registrations)
        case (.context, "t"): return untold(0, ofCallAt: member.place + 1, call, in: source, texts)
        case (.stoa, "t"): return untold(1, ofCallAt: member.place + 1, call, in: source, texts)
        default: return nil
        }
    }

    /// Such a call raises an error.
    private static func unregistered(
        _ function: String, ofCallAt place: Int, _ call: String, _ receiver: BridgeReceiver, in source: LuaSource,
        _ registrations: Registrations
    ) -> Diagnostic? {
        let known = registrations.names(function)
        guard registrations.isComplete(function), let (name, position) = literal(0, ofCallAt: place, in: source),
            !known.contains(name)
        else { return nil }
        let near = NearMatch.of(name, in: known.sorted()).map { "did you mean \"\($0)\"? Else " } ?? ""
        return Diagnostic(
            receiver.certainty == .sure ? .error : .warning, file: source.path, at: position,
            "\(call): there is no \(function) \"\(name.prefix(64))\"",
            hint: "\(near)add stoa.\(function)(\"\(name.prefix(64))\", function(ctx) … end)")
    }

    /// People read the name instead.
    private static func untold(
        _ argument: Int, ofCallAt place: Int, _ call: String, in source: LuaSource, _ texts: Set<String>?
    ) -> Diagnostic? {
        guard let texts, let (name, position) = literal(argument, ofCallAt: place, in: source), !texts.contains(name) else {
            return nil
        }
        let near = NearMatch.of(name, in: texts.sorted()).map { "did you mean \"\($0)\"? Else " } ?? ""
        return Diagnostic(
            .warning, file: source.path, at: position, "\(call): there is no text \"\(name.prefix(64))\" in locales",
            hint: "\(near)add \"\(name.prefix(64))\" to locales/en.json: without it people read the name")
    }

    /// An argument that is a text as it stands, of `f("a", "b")` or `f "a"`.
    private static func literal(
        _ argument: Int, ofCallAt place: Int, in source: LuaSource
    ) -> (text: String, position: SourcePosition)? {
        let range: Range<Int>
        if source.tokens[place]?.kind == .string, argument == 0 {
            range = place..<place + 1
        } else {
            guard let arguments = source.arguments(ofCallAt: place), arguments.indices.contains(argument) else { return nil }
            range = arguments[argument]
        }
        guard let text = source.text(of: range), let position = source.tokens[range.lowerBound]?.position else { return nil }
        return (text, position)
    }
}
