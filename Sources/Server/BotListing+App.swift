import Apps
import ClientAPI
import Model

extension BotListing {
    /// An app as the client's list of bots shows it.
    init(app: App) {
        let manifest = app.active.manifest
        self.init(
            account: Account(id: app.account, kind: .bot, name: app.name, display: manifest.title),
            description: manifest.description, isMiniApp: manifest.kind == .miniapp, isWeb: manifest.web != nil,
            commands: manifest.commands.map { .init(name: $0.name, description: $0.description) })
    }
}
