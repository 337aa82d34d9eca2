package import Apps
package import Model
package import Permissions
import Sandbox

/// What the page of a web mini-app has done in the person's name, as its app's Lua gets it: an action.
package enum WebAppAction: Sendable {
    /// What the page sends with `sendData`.
    case data(String)
    /// What the host asks the person for.
    case request(Request)

    /// What a page may ask the person for in its app's name.
    package enum Request: String, CaseIterable, Sendable {
        /// Their verified phone number.
        case contact
        /// To be written to by the app.
        case writeAccess = "write_access"

        package var capability: Capability.Name {
            switch self {
            case .contact: .identityContact
            case .writeAccess: .messagesBroadcast
            }
        }
    }

    /// The name under which the app's Lua handles it. What the person is asked for it gets only when they agree.
    private var name: String {
        switch self {
        case .data: "web_app_data"
        case .request(let request): "web_app_\(request.rawValue)"
        }
    }

    /// Bytes that a page may send, 1 or more.
    package static let mostData = 4096

    /// - Parameter manifest: the app's.
    /// - Throws: ``StoaError/Code/tooLarge``; ``StoaError/Code/capabilityMissing`` when the manifest does not say that the app
    ///   asks for this.
    package func check(_ manifest: Manifest?) throws(StoaError) {
        switch self {
        case .data(let text):
            guard (1...Self.mostData).contains(text.utf8.count) else {
                throw StoaError(.tooLarge, "sendData takes 1 to \(Self.mostData) bytes.")
            }
        case .request(let request):
            let name = request.capability
            guard let manifest, manifest.request(name) != nil else {
                throw StoaError(
                    .capabilityMissing,
                    "\(manifest?.name ?? "The app") does not say in its manifest that it needs \(name.rawValue).")
            }
        }
    }

    /// Encoded as it crosses the bridge.
    /// - Parameter language: the person's (BCP 47).
    package func payload(_ language: String) -> [UInt8] {
        var view: BridgeMap = [
            "name": .string(name), "page": "web", "query": .map([:]), "lang": .string(language), "theme": "light",
        ]
        switch self {
        case .data(let text): view["arguments"] = .array([.string(text)])
        case .request(let request): view["request"] = .string(request.rawValue)
        }
        return BridgeValue.array([.map(view)]).encoded
    }
}
