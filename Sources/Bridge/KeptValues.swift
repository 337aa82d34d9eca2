package import Apps
package import Database
package import Messaging
package import Model
package import Runtime
import Sandbox

/// What apps keep of a person, for that person.
package struct KeptValues: Sendable {
    package struct Value: Sendable {
        package let scope: StoreKey.Scope
        package let key: String
        package let json: [UInt8]
    }

    package let app: App
    package let values: [Value]

    /// Of every app that has something: values of the person, and of their chat with it alone.
    package static func all(of person: AccountID, _ messaging: Messaging, in tx: ReadTransaction) throws -> [KeptValues] {
        try AppStore.everyApp(in: tx).compactMap { app in
            var places: [(StoreKey.Scope, Int64)] = [(.user, person.value)]
            if let chat = try messaging.knownDirectChat(person, with: app.account, in: tx) {
                places.append((.chat, chat.value))
            }
            let values = try places.flatMap { scope, id in
                try StoreView.values(scope, id, of: app.account, in: tx).map { key, value in
                    Value(scope: scope, key: key, json: try BridgeValue.decode(value).json)
                }
            }
            return values.isEmpty ? nil : KeptValues(app: app, values: values)
        }
    }
}
