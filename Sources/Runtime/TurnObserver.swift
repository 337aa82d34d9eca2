package import Model

/// Hears of turns that are over, and of apps that run otherwise than before: what shows an app's state follows it so.
package protocol TurnObserver: AnyObject, Sendable {
    /// Called after the commit, on the database's teller thread, or where the turn failed: must be short.
    func ended(_ turn: EndedTurn)
    /// Another version of the bot's app begins, or the app was stopped, or goes on.
    func served(_ bot: AccountID)
}

/// What a turn that is over leaves behind, as far as pages are concerned.
package struct EndedTurn: Sendable {
    package let update: UpdateID
    package let bot: AccountID
    package let kind: Update.Kind
    package let chat: ChatID?
    package let person: AccountID?
    /// What it changed in the app's store; empty when it failed.
    package let written: [StoreKey]
    /// What it says to the page of its person.
    package let notes: [PageNote]
    /// Why it did not work, for the app's developer; nil when it did.
    package let failure: String?
}

/// A text by its name: a page's query, what is wrong with a field.
package struct NamedText: Sendable, Equatable {
    package let name: String
    package let text: String

    package init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }
}

/// What a turn tells the page on which its person acts.
package enum PageNote: Sendable, Equatable {
    case toast(String)
    /// Another page takes the place of this one, which stays behind it.
    case go(page: String, query: [NamedText])
    case back
    /// What is wrong in a form, by the field's name.
    case invalid([NamedText])
}
