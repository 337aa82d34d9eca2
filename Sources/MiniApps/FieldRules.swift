import Model
import Sandbox

/// The rules that an input declares in its props. The client checks them too, to tell the person at once.
package struct FieldRules {
    /// Components into which something is put.
    package static let inputs: Set<String> = [
        "text_field", "number_field", "phone_field", "date_field", "time_field", "select", "multi_select", "checkbox", "switch",
        "slider", "stepper", "rating", "search_field", "file_field", "photo_field", "signature", "scanner",
    ]
    /// Characters of a text for which the app sets no limit.
    static let maxText: Int64 = 4096

    private let node: Node
    private let patterns: PatternBudget

    init(_ node: Node, patterns: PatternBudget = PatternBudget()) {
        self.node = node
        self.patterns = patterns
    }

    /// Whether it sends a value: also a canvas does, of where it was tapped.
    static func isInput(_ node: Node) -> Bool { inputs.contains(node.type) || node.type == "canvas" }

    private func number(_ name: String) -> Double? { node.props[name]?.doubleValue }
    /// A number of characters, choices or files. Whatever the app has put there, it is one.
    private func count(_ name: String) -> Int64? { number(name).map { Int64(max(0, min($0.isNaN ? 0 : $0, 1e9))) } }
    private func text(_ name: String) -> String? { node.props[name]?.stringValue }
    private func flag(_ name: String) -> Bool { node.props[name] == .bool(true) }

    func check(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        if value.isNull || isBlank(value) || (value.arrayValue?.isEmpty ?? false) && node.type != "multi_select" {
            return flag("required") ? wrong(.required) : .success(.null)
        }
        switch node.type {
        case "text_field", "search_field", "scanner": return checkText(value)
        case "phone_field": return checkPhone(value)
        case "number_field", "slider", "stepper", "rating": return checkNumber(value)
        case "date_field": return checkDate(value)
        case "time_field": return checkTime(value)
        case "select": return checkChoice(value)
        case "multi_select": return checkChoices(value)
        case "checkbox", "switch": return checkFlag(value)
        case "file_field", "photo_field": return checkFiles(value)
        case "signature": return checkStrokes(value)
        default: return checkPlace(value)
        }
    }

    /// Blanks alone are nothing that somebody has entered; an option may be made of them.
    private func isBlank(_ value: BridgeValue) -> Bool {
        guard let text = value.stringValue else { return false }
        return node.type == "select" ? text.isEmpty : text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    private func wrong(_ problem: FieldProblem) -> Result<BridgeValue, FieldProblem> { .failure(problem) }

    private func checkText(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let text = value.stringValue, !text.unicodeScalars.contains("\0") else { return wrong(.noText) }
        let length = Int64(text.unicodeScalars.count)
        if let least = count("min_length"), Self.trimmedLength(text) < least { return wrong(.tooShort(least)) }
        let most = count("max_length").map { min($0, Self.maxText) } ?? Self.maxText
        if length > most { return wrong(.tooLong(most)) }
        if let pattern = self.text("pattern"), !patterns.matches(text, pattern) {
            return wrong(.otherForm(self.text("pattern_text")))
        }
        return .success(value)
    }

    /// Characters without the blanks around them.
    private static func trimmedLength(_ text: String) -> Int64 {
        let front = text.unicodeScalars.drop(while: \.properties.isWhitespace)
        return Int64(front.count - front.reversed().prefix(while: \.properties.isWhitespace).count)
    }

    private func checkPhone(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let text = value.stringValue else { return wrong(.noPhone) }
        let digits = text.unicodeScalars.filter { ("0"..."9").contains($0) }.count
        let others = text.unicodeScalars.filter { !("0"..."9").contains($0) && !"+-() ".unicodeScalars.contains($0) }
        guard (5...15).contains(digits), others.isEmpty, text.utf8.count <= 32 else {
            return wrong(.noPhone)
        }
        return .success(value)
    }

    private func checkNumber(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let given = value.doubleValue, given.isFinite else { return wrong(.noNumber) }
        if let least = number("min"), given < least { return wrong(.below(Self.shown(least))) }
        let most = number("max") ?? (node.type == "rating" ? 5 : nil)
        if let most, given > most { return wrong(.above(Self.shown(most))) }
        if let step = number("step"), step > 0 {
            // As in browsers, counted from the least; what differs by less than a number can tell is no difference.
            let steps = (given - (number("min") ?? 0)) / step
            if abs(steps - steps.rounded()) > 1e-6 { return wrong(.offStep(Self.shown(step))) }
        }
        let isWhole = flag("integer") || node.type == "rating" || node.type == "stepper"
        if isWhole, value.intValue == nil { return wrong(.notWhole) }
        if let whole = value.intValue { return .success(.int(whole)) }
        return .success(value)
    }

    private static func shown(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? number.description
    }

    /// `2026-11-30`: a day that there is (ISO 8601, proleptic Gregorian calendar).
    private func checkDate(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let text = value.stringValue, CivilDate(text) != nil else { return wrong(.noDate) }
        if let least = self.text("min"), text < least { return wrong(.before(least)) }
        if let most = self.text("max"), text > most { return wrong(.after(most)) }
        return .success(value)
    }

    private func checkTime(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let text = value.stringValue, Self.isTime(text) else { return wrong(.noTime) }
        if let least = self.text("min"), text < least { return wrong(.before(least)) }
        if let most = self.text("max"), text > most { return wrong(.after(most)) }
        return .success(value)
    }

    static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1])
        else { return false }
        return hour < 24 && minute < 60
    }

    /// What the options stand for. Numbers by their worth: JSON does not tell 2 from 2.0.
    private var options: Set<[UInt8]> {
        Set((node.props["options"]?.arrayValue ?? []).map { Self.identity($0["value"] ?? $0) })
    }

    private static func identity(_ value: BridgeValue) -> [UInt8] { (value.intValue.map { .int($0) } ?? value).encoded }

    private func checkChoice(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        options.contains(Self.identity(value)) ? .success(value) : wrong(.noChoice)
    }

    private func checkChoices(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        let chosen = value.arrayValue.map { Set($0.map(Self.identity)) }
        guard let list = value.arrayValue, let chosen, chosen.count == list.count, chosen.isSubset(of: options) else {
            return wrong(.noChoice)
        }
        if let least = count("min"), list.count < least { return wrong(.tooFew(least)) }
        if let most = count("max"), list.count > most { return wrong(.tooMany(most)) }
        return .success(.array(list))
    }

    private func checkFlag(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let isOn = value.boolValue else { return wrong(.noFlag) }
        return flag("required") && !isOn ? wrong(.required) : .success(value)
    }

    private func checkFiles(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let list = value.arrayValue, list.allSatisfy({ ($0.intValue ?? 0) > 0 }) else {
            return wrong(.noFiles)
        }
        let most = max(1, min(count("max") ?? 1, 10))
        return list.count <= most ? .success(value) : wrong(.tooManyFiles(most))
    }

    /// Lists of x, y, x, y, … from 0 to 1000.
    private func checkStrokes(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let strokes = value.arrayValue, strokes.count <= 200 else { return wrong(.noSignature) }
        var numbers = 0
        for stroke in strokes {
            guard let points = stroke.arrayValue, points.count % 2 == 0,
                points.allSatisfy({ (0...1000).contains($0.doubleValue ?? -1) })
            else { return wrong(.noSignature) }
            numbers += points.count
        }
        return numbers <= 8000 ? .success(value) : wrong(.longSignature)
    }

    /// Where a canvas was tapped.
    private func checkPlace(_ value: BridgeValue) -> Result<BridgeValue, FieldProblem> {
        guard let x = value["x"]?.doubleValue, let y = value["y"]?.doubleValue, x.isFinite, y.isFinite else {
            return wrong(.noPlace)
        }
        // A whole number reaches Lua as one, so that it can be a part of a key.
        var place: BridgeMap = [
            "x": value["x"]?.intValue.map { .int($0) } ?? .double(x), "y": value["y"]?.intValue.map { .int($0) } ?? .double(y),
        ]
        let shapes = node.children.compactMap { $0.props["id"] }
        if let shape = value["shape"], shapes.contains(shape) { place["shape"] = shape }
        return .success(.map(place))
    }
}
