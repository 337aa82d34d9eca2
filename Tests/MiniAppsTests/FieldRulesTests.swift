import Model
import Runtime
import Sandbox
import Testing

@testable import MiniApps

/// What reaches a handler has passed the rules that the page declares, whatever the client sent.
struct FieldRulesTests {
    private static func passes(_ type: String, _ props: BridgeMap, _ value: BridgeValue) -> Bool {
        if case .success = FieldRules(Node(type: type, props: props)).check(value) { true } else { false }
    }

    @Test(
        arguments: [
            ("text_field", ["required": true] as BridgeMap, "" as BridgeValue, false), ("text_field", [:], "", true),
            ("text_field", ["required": true], "  \n", false), ("text_field", ["required": true], " a ", true),
            ("text_field", ["min_length": 3], " a ", false), ("text_field", ["min_length": 3], "  ", true),
            ("phone_field", ["required": true], " ", false), ("select", ["options": [" "], "required": true], " ", true),
            ("text_field", ["min_length": 3], "ab", false), ("text_field", ["max_length": 3], "абв", true),
            ("text_field", ["max_length": 3], "абвг", false), ("text_field", ["pattern": "[a-z]+"], "abc", true),
            ("text_field", ["pattern": "[a-z]+"], "abc1", false), ("text_field", [:], 5, false),
            ("number_field", ["min": 1, "max": 3], 3, true), ("number_field", ["min": 1, "max": 3], 4, false),
            ("number_field", ["integer": true], 1.5, false), ("number_field", ["step": 0.01], 1.005, false),
            ("number_field", ["step": 0.01], 19.99, true), ("slider", ["min": 1, "step": 2], 4, false),
            ("number_field", [:], "3", false),
            ("phone_field", [:], "+49 30 1234567", true), ("phone_field", [:], "call me", false),
            ("date_field", [:], "2026-02-29", false), ("date_field", [:], "2028-02-29", true),
            ("date_field", ["min": "2026-11-30"], "2026-11-29", false), ("time_field", [:], "24:00", false),
            ("time_field", ["max": "18:00"], "17:30", true), ("select", ["options": [["value": "s", "label": "S"]]], "s", true),
            ("select", ["options": ["s"]], "x", false), ("multi_select", ["options": ["a", "b"], "min": 1], [], false),
            ("multi_select", ["options": ["a", "b"]], ["a", "a"], false), ("checkbox", ["required": true], false, false),
            ("checkbox", [:], "yes", false), ("rating", [:], 6, false), ("rating", [:], 5, true),
            ("file_field", [:], [1, 2], false),
            ("file_field", ["max": 2], [1, 2], true), ("signature", [:], [[0, 0, 1000, 1001]], false),
            ("canvas", [:], ["x": 1, "y": "2"], false),
        ] as [(String, BridgeMap, BridgeValue, Bool)])
    func whatIsDeclaredHolds(type: String, props: BridgeMap, value: BridgeValue, passes: Bool) {
        #expect(Self.passes(type, props, value) == passes, "\(type) \(props) \(value)")
    }

    /// An expression that goes through every way there is does not keep the host busy.
    @Test func anEvilPatternEnds() {
        let text = BridgeValue.string(String(repeating: "a", count: 4000) + "!")
        _ = Self.passes("text_field", ["pattern": "(a+)+b"], text)
        #expect(Pattern.matches("aaa", "(a+)+"))
        #expect(!Pattern.matches("aab", "(a+)+"))
    }

    /// However many fields with expressions a form has, each of them is checked.
    @Test func everyPatternOfAFormIsChecked() {
        let fields = (1...60).map { Node(type: "text_field", props: ["name": .string("f\($0)"), "pattern": "[a-z ]+"]) }
        let form = Node(type: "form", children: fields)
        func wrong(_ text: String) -> Int {
            let values = BridgeMap((1...60).map { ("f\($0)", .string($0 < 55 ? text : text + "1")) })
            do throws(InvalidInput) {
                _ = try ActionInput(values: values).checked(for: form)
                return 0
            } catch {
                return error.fields.count
            }
        }
        #expect(wrong("abc") == 6)
        #expect(wrong(String(repeating: "lorem ipsum ", count: 300)) == 6)
    }

    @Test func onlyWhatIsShownCanBeDone() throws {
        let tree = Node(
            type: "page",
            children: [
                Node(type: "button", props: ["on": ["remove", 7]]),
                Node(type: "button", props: ["on": ["pay"], "disabled": true]),
            ])
        #expect(try OfferedAction(["remove", 7]).offered(by: tree) != nil)
        #expect(try OfferedAction(["remove", 7.0]).offered(by: tree) != nil)
        #expect(try OfferedAction(["remove", 8]).offered(by: tree) == nil)
        #expect(try OfferedAction(["pay"]).offered(by: tree) == nil)
        #expect(try OfferedAction(["remove", 7, 8]).offered(by: tree) == nil)
    }

    @Test func aFormGivesTheFieldsItHasAndNoOthers() throws {
        let form = Node(
            type: "form", props: ["on": ["save"]],
            children: [
                Node(type: "row", children: [Node(type: "text_field", props: ["name": "city", "required": true])]),
                Node(type: "checkbox", props: ["name": "news"]),
                try Node([
                    "t": "section", "p": ["hidden": true],
                    "n": [["t": "text_field", "p": ["name": "street", "required": true]]],
                ]),
            ])
        let input = ActionInput(values: ["city": "Minsk", "role": "operator"])
        #expect(try input.checked(for: form).values == ["city": "Minsk"])
        #expect(try input.checked(for: form).fields?.contains("street") == false)
        #expect(try input.checked(for: form).fields?.contains("city") == true)
        #expect(throws: InvalidInput.self) { try ActionInput(values: ["news": true]).checked(for: form) }
        #expect(try ActionInput(value: 5).checked(for: Node(type: "button")).value == .null)
    }

    /// A page may offer the same by a form and by a button beside it: what was typed reaches the handler.
    @Test(arguments: [true, false])
    func aFormIsNotTakenForAButtonThatDoesTheSame(buttonIsFirst: Bool) throws {
        let button = Node(type: "button", props: ["on": ["save"]])
        let form = Node(
            type: "form", props: ["on": ["save"]],
            children: [Node(type: "text_field", props: ["name": "city", "required": true])])
        let page = Node(type: "page", children: buttonIsFirst ? [button, form] : [form, button])
        let save = try OfferedAction(["save"])
        #expect(save.offered(by: page, with: ActionInput(values: ["city": "Minsk"]))?.node == form)
        let field = Node(type: "search_field", props: ["on": ["save"]])
        let other = Node(type: "page", children: buttonIsFirst ? [button, field] : [field, button])
        #expect(save.offered(by: other, with: ActionInput(value: "Minsk"))?.node == field)
    }

    /// Two numbers that a double cannot tell apart are two.
    @Test func largeNumbersAreComparedAsTheyAre() throws {
        let tree = Node(type: "button", props: ["on": ["open", 9_007_199_254_740_993]])
        #expect(try OfferedAction(["open", 9_007_199_254_740_993]).offered(by: tree) != nil)
        #expect(try OfferedAction(["open", 9_007_199_254_740_992]).offered(by: tree) == nil)
    }

    @Test func peopleReadWhatIsWrongInTheirLanguage() {
        let form = Node(
            type: "form", children: [Node(type: "text_field", props: ["name": "city", "min_length": 3, "required": true])])
        func said(_ values: BridgeMap, _ language: Language) -> String? {
            do throws(InvalidInput) {
                _ = try ActionInput(values: values).checked(for: form, in: language)
                return nil
            } catch {
                return error.fields.first?.text
            }
        }
        #expect(said(["city": "ab"], .english) == "At least 3 characters.")
        #expect(said(["city": "ab"], .russian) == "Символов не меньше: 3.")
        #expect(said([:], .russian) == "Заполните это поле.")
    }
}
