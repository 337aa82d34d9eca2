import HTTPServer
import Messaging
import MiniApps
import Model
import Runtime
import Sandbox

/// The pages of mini-apps that a client has open over its stream.
extension Stream: ViewSink {
    var viewSinkID: UInt64 { number }
    var isOpen: Bool { isRunning }

    func take(_ frame: ViewFrame, from principal: Principal, on socket: WebSocketSession) {
        let views = api.views
        do {
            switch frame {
            case .open(let request):
                try api.messaging.limits.take(principal.account, in: nil)
                views.open(request, for: principal.account, sink: self)
            case .window(let view, let key, let from, let count):
                views.setWindow(view, key: key, from: from, count: count, sink: self)
            case .act(let action):
                do {
                    try api.messaging.limits.take(principal.account, in: nil)
                    views.act(action, sink: self)
                } catch {
                    send(.acted(nonce: action.nonce, shown(error)), about: action.view)
                }
            case .close(let view): views.close(view, sink: self)
            }
        } catch {
            if case .open(let request) = frame { send(.failed(shown(error)), about: request.view) }
        }
    }

    private func shown(_ error: any Error) -> StoaError { api.errors.translate(error, doing: "a page of a mini-app") }

    func send(_ message: ViewMessage, about view: String) {
        var writer = JSONWriter()
        writer.openObject()
        writer.field("type", plain: "miniapp.view")
        writer.key("data")
        writer.openObject()
        writer.field("view", view)
        writer.view(message)
        writer.closeObject()
        writer.closeObject()
        send(frame: StreamFrame(writer.bytes))
    }
}

extension JSONWriter {
    fileprivate mutating func view(_ message: ViewMessage) {
        switch message {
        case .tree(let node, let version, let page, let app, let chat, let language):
            field("app", app)
            field("chat", chat.value)
            field("page", page)
            field("version", version)
            if let language { field("lang", language) }
            key("tree")
            self.node(node)
        case .patch(let steps, let from, let version):
            field("from", from)
            field("version", version)
            list("patch", steps) { $0.step($1) }
        case .notes(let notes): list("notes", notes) { $0.note($1) }
        case .acted(let nonce, let error):
            field("acted", nonce)
            if let error {
                key("error")
                self.error(error)
            }
        case .failed(let error):
            key("error")
            self.error(error)
        }
    }

    private mutating func note(_ note: PageNote) {
        openObject()
        switch note {
        case .toast(let text):
            field("kind", plain: "toast")
            field("text", text)
        case .go(let page, let query):
            field("kind", plain: "go")
            field("page", page)
            key("query")
            texts(query)
        case .back: field("kind", plain: "back")
        case .invalid(let fields):
            field("kind", plain: "invalid")
            key("fields")
            texts(fields)
        }
        closeObject()
    }

    private mutating func texts(_ texts: [NamedText]) {
        openObject()
        for named in texts {
            memberName(named.name)
            string(named.text)
        }
        closeObject()
    }

    private mutating func step(_ step: PatchStep) {
        openArray()
        switch step {
        case .props(let path, let changes):
            head("p", path)
            element()
            openObject()
            for change in changes {
                memberName(change.name)
                if let value = change.value { self.value(value) } else { null() }
            }
            closeObject()
        case .replace(let path, let node):
            head("r", path)
            element()
            self.node(node)
        case .delete(let path, let index, let count):
            head("d", path)
            numbers(index, count)
        case .insert(let path, let index, let nodes):
            head("i", path)
            numbers(index)
            element()
            openArray()
            for node in nodes {
                element()
                self.node(node)
            }
            closeArray()
        case .move(let path, let from, let to):
            head("m", path)
            numbers(from, to)
        }
        closeArray()
    }

    private mutating func head(_ kind: String, _ path: [Int]) {
        element()
        string(kind)
        element()
        openArray()
        for index in path {
            element()
            int(Int64(index))
        }
        closeArray()
    }

    private mutating func numbers(_ numbers: Int...) {
        for number in numbers {
            element()
            int(Int64(number))
        }
    }

    private mutating func node(_ node: Node) {
        openObject()
        field("t", node.type)
        if let nodeKey = node.key {
            key("k")
            value(nodeKey)
        }
        if !node.props.isEmpty {
            key("p")
            value(.map(node.props))
        }
        if !node.children.isEmpty { list("n", node.children) { $0.node($1) } }
        closeObject()
    }

    /// What crossed the bridge, as JSON. Bytes that are no text are shown as a text with what cannot be read replaced.
    private mutating func value(_ value: BridgeValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .int(let value): int(value)
        case .double(let value): number(value)
        case .string(let value): string(value)
        case .bytes(let bytes): string(String(decoding: bytes, as: UTF8.self))
        case .array(let values):
            openArray()
            for value in values {
                element()
                self.value(value)
            }
            closeArray()
        case .map(let map):
            openObject()
            for (name, value) in map.entries {
                memberName(name)
                self.value(value)
            }
            closeObject()
        }
    }
}
