import MiniApps
import Model
import Sandbox
import Synchronization

/// The person's side of pages in a test: what they open, see and do on them.
extension World {
    /// Something that a device does by itself over and over is a mistake of the app: nobody waits for its end.
    private static let maxTimers = 100

    /// - Returns: the number by which the page that is open is known.
    func open(_ place: Device.Place, of app: Account, in chat: ChatID?, by person: Account) async throws -> Int64 {
        let device = device(of: person)
        let (number, language) = people.withLock { people in
            people.pages += 1
            return (people.pages, people.languages[person.id])
        }
        record.note("\(person.name) opens \(place.text)")
        device.opens(number, OpenPage(app: app.name, language: language, asked: chat, place: place))
        ask(number, on: device)
        await settle()
        _ = try page(number)
        return number
    }

    private func device(of person: Account) -> Device {
        people.withLock { people in
            if let known = people.devices.first(where: { $0.person.id == person.id }) { return known }
            let device = Device(person: person, viewSinkID: UInt64(people.devices.count + 1))
            people.devices.append(device)
            return device
        }
    }

    /// Asks for the page that is to be shown.
    private func ask(_ number: Int64, on device: Device) {
        guard let page = device[number] else { return }
        do throws(StoaError) {
            let request = try ViewRequest(
                view: String(number), app: page.app, chat: page.asked, page: page.place.page, query: page.place.query,
                language: page.language, theme: nil)
            views.open(request, for: device.person, sink: device)
        } catch {
            device.send(.failed(error), about: String(number))
        }
    }

    // MARK: What is open

    /// - Throws: when it is closed.
    func opened(_ number: Int64) throws -> (device: Device, page: OpenPage) {
        for device in people.withLock({ $0.devices }) {
            if let page = device[number] { return (device, page) }
        }
        throw StoaError(.viewNotFound, "This page is closed.")
    }

    /// - Throws: when it is closed, or could not be drawn.
    func page(_ number: Int64) throws -> (device: Device, page: OpenPage, tree: Node) {
        let (device, page) = try opened(number)
        if let mistake = page.mistake { throw StoaError(.internal, mistake) }
        guard let tree = page.tree else {
            throw StoaError(page.error?.code ?? .internal, "The page \(page.place.text) is not shown. \(Self.reason(page))")
        }
        return (device, page, tree)
    }

    private static func reason(_ page: OpenPage) -> String {
        page.error.map { "\($0.message) (\($0.code.rawValue))" } ?? "It has not come."
    }

    /// The page for people to read.
    func printed(_ number: Int64) throws -> String {
        let (_, page) = try opened(number)
        return page.tree.map { PageOutline($0).text } ?? "(not shown: \(Self.reason(page)))"
    }

    // MARK: What is done

    /// Does an action that the page offers, and waits until what it changed is shown.
    func act(_ number: Int64, _ on: BridgeValue, _ input: ActionInput = ActionInput(), what: String) async throws {
        let (device, _, _) = try page(number)
        let text = "\(device.person.name) \(what)"
        record.note(text)
        record.actsOnPage(device.person.id)
        try send(on, input, number, on: device, Deed(text: text, action: PageOutline.call(on)))
        await settle()
        let after = device[number]
        if let mistake = after?.mistake { throw StoaError(.internal, mistake) }
        if after?.isActing == true, !Task.isCancelled { throw StoaError(.internal, "The action was not answered.") }
    }

    private func send(
        _ on: BridgeValue, _ input: ActionInput, _ number: Int64, on device: Device, _ deed: Deed
    ) throws {
        let nonce = people.withLock { people in
            people.actions += 1
            return "simulated \(people.actions)"
        }
        let action = try OfferedAction(on)
        device.update(number) { $0.acts(nonce, deed) }
        views.act(ViewAction(view: String(number), nonce: nonce, action: action, input: input), sink: device)
    }

    /// Leads the page that is open to another one.
    func go(_ number: Int64, to place: Device.Place) async throws {
        let (device, _) = try opened(number)
        record.note("\(device.person.name) goes to \(place.text)")
        record.actsOnPage(device.person.id)
        device.update(number) { $0.goes(to: place) }
        try await arrive(number, on: device)
    }

    func goBack(_ number: Int64) async throws {
        let (device, page) = try opened(number)
        guard device.update(number, { $0.goesBack() }) == true else {
            throw StoaError(.badRequest, "\(device.person.name) came from nowhere to \(page.place.text).")
        }
        record.note("\(device.person.name) goes back to \(device[number]?.place.text ?? "")")
        record.actsOnPage(device.person.id)
        try await arrive(number, on: device)
    }

    private func arrive(_ number: Int64, on device: Device) async throws {
        // To the page that is shown it is no step.
        if device[number]?.tree == nil { ask(number, on: device) }
        await settle()
        _ = try page(number)
    }

    func scroll(_ number: Int64, _ key: String, from: Int64, count: Int64) async throws {
        let (device, _, _) = try page(number)
        device.update(number) { $0.scrolls(key, to: [from, count]) }
        views.setWindow(String(number), key: key, from: from, count: count, sink: device)
        await settle()
        _ = try page(number)
    }

    func close(_ number: Int64) async throws {
        let (device, page) = try opened(number)
        record.note("\(device.person.name) closes \(page.place.text)")
        device.closes(number)
        views.close(String(number), sink: device)
        await settle()
    }

    // MARK: What failed

    /// Takes what a page's action failed of, if the test was not told of it yet.
    func takeFailure(_ number: Int64) -> String? {
        guard let (device, page) = try? opened(number), let failed = page.unheeded else { return nil }
        device.update(number) { $0.heeds() }
        let reason = failed.error.code == .appFailed ? failures.reason(of: device.person.id, in: page.chat) : nil
        return "\(failed.deed.text), but the action \(failed.deed.action) failed (\(failed.error.code.rawValue)): "
            + "\(reason ?? failed.error.message)\nIf it is meant to fail, ask view:refused() next."
    }

    /// The same of any page that is open.
    func takeFailure() -> String? {
        for device in people.withLock({ $0.devices }) {
            for number in device.numbers {
                if let failure = takeFailure(number) { return failure }
            }
        }
        return nil
    }

    // MARK: What devices do by themselves

    /// Follows where actions lead, asks for the rows of lists, does what timers do that are over. Called when nothing is in
    /// flight.
    /// - Parameter timers: how many were over already.
    /// - Returns: whether there was anything to do.
    func attend(_ timers: inout Int) -> Bool {
        var isBusy = false
        for device in people.withLock({ $0.devices }) {
            for number in device.numbers {
                isBusy = attend(number, on: device, &timers) || isBusy
                for line in device.update(number, { $0.takeTold() }) ?? [] {
                    record.note("\(device.person.name)'s page: \(line)")
                }
            }
        }
        return isBusy
    }

    private func attend(_ number: Int64, on device: Device, _ timers: inout Int) -> Bool {
        if device.update(number, { $0.follow() }) == true {
            ask(number, on: device)
            return true
        }
        if timers < Self.maxTimers, let on = device.update(number, { [now] in $0.takeTimer(by: now) }) ?? nil {
            timers += 1
            if timers == Self.maxTimers { record.note("timers are over again and again: no more of them is waited for") }
            let text = "a timer of \(device.person.name)'s page is over"
            record.note("\(text): \(PageOutline.action(on))")
            let deed = Deed(text: text, action: PageOutline.call(on), isTimer: true)
            do { try send(on, ActionInput(), number, on: device, deed) } catch { record.note("\(error)") }
            return true
        }
        let lists = device.update(number) { $0.takeLists() } ?? []
        for key in lists { views.setWindow(String(number), key: key, from: 0, count: Device.rows, sink: device) }
        return !lists.isEmpty
    }

    /// When the next timer on a page is over.
    var nextTimer: Int64? {
        people.withLock { $0.devices }.flatMap { device in device.numbers.compactMap { device[$0]?.nextTimer } }.min()
    }
}
