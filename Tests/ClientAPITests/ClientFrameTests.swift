import Foundation
import Model
import Testing

@testable import ClientAPI

@Suite struct ClientFrameTests {
    private func frame(_ text: String) throws -> ClientFrame { try ClientFrame(Array(text.utf8)) }

    @Test func aSendFrameIsRead() throws {
        let expected = ClientFrame.send(
            SendFrame(chat: ChatID(7), text: "hi \"you\" \u{1F600}", nonce: "n1", replyTo: MessageID(9)))
        #expect(
            try frame(#"{"op":"send","chat":7,"text":"hi \"you\" \ud83d\ude00","nonce":"n1","reply_to":9}"#) == expected)
        #expect(
            try frame(" {\t\"nonce\" : \"n1\",\r\n\"reply_to\":9,\"text\":\"hi \\\"you\\\" 😀\",\"chat\":7,\"op\":\"send\"} ")
                == expected)
        // Unusual shapes take the slow path and come out the same.
        #expect(
            try frame(
                #"{"op":"send","x":{"y":[1,2.5,true]},"chat":7.0,"text":"hi \"you\" 😀","nonce":"n1","reply_to":9}"#)
                == expected)
    }

    @Test func otherFramesAreRead() throws {
        #expect(try frame(#"{"op":"ping"}"#) == .ping)
        #expect(try frame(#"{"op":"typing","chat":3}"#) == .typing(ChatID(3)))
        #expect(try frame(#"{"op":"read","chat":3,"up_to":4}"#) == .read(ChatID(3), upTo: MessageID(4)))
        #expect(
            try frame(#"{"op":"send","chat":1,"text":"","nonce":"a","reply_to":null}"#)
                == .send(SendFrame(chat: ChatID(1), text: "", nonce: "a", replyTo: nil)))
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", "{}{}", #"{"op":1}"#, #"{"op":"dance"}"#, #"{"op":"send"}"#,
        #"{"op":"send","chat":"7","text":"a","nonce":"n"}"#, #"{"op":"send","chat":0,"text":"a","nonce":"n"}"#,
        #"{"op":"send","chat":9007199254740992,"text":"a","nonce":"n"}"#,
        #"{"op":"send","chat":99999999999999999999,"text":"a","nonce":"n"}"#,
        #"{"op":"send","chat":1.5,"text":"a","nonce":"n"}"#, #"{"op":"send","chat":01,"text":"a","nonce":"n"}"#,
        #"{"op":"send","chat":1,"text":"\ud800","nonce":"n"}"#, #"{"op":"send","chat":1,"text":"\x41","nonce":"n"}"#,
        #"{"op":"send","chat":1,"text":"a","nonce":"n"} x"#, "{\"op\":\"send\",\"chat\":1,\"text\":\"a\nb\",\"nonce\":\"n\"}",
        #"{"op":"send","chat":1,"text":"a"}"#, #"{"op":"send","chat":1,"text":"a","nonce":"n""#,
    ]) func malformedFramesAreRefused(_ text: String) {
        #expect(throws: ClientFrameError.self) { try frame(text) }
    }

    @Test func invalidUTF8IsRefused() {
        for bad: [UInt8] in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let bytes = Array(#"{"op":"send","chat":1,"nonce":"n","text":""#.utf8) + bad + Array("\"}".utf8)
            #expect(throws: ClientFrameError.self) { try ClientFrame(bytes) }
        }
    }

    @Test func anErrorCarriesTheNonceAndNamesTheField() {
        do throws(ClientFrameError) {
            _ = try ClientFrame(Array(#"{"op":"send","chat":"x","text":"a","nonce":"n7"}"#.utf8))
            Issue.record("it was accepted")
        } catch {
            #expect(error.nonce == "n7")
            #expect(error.error.code == .badRequest)
            #expect(error.error.message.contains("chat"))
        }
    }

    /// What the scanner accepts, the decoder accepts too, and both read the same.
    @Test func scannerAndDecoderAgree() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "{", "}", "\"op\"", ":", ",", "\"send\"", "\"text\"", "1", "null", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", " ",
            "\"a\\n\"",
            "-0", "\"\u{7F}\"", "\"\\/\"",
        ]
        for _ in 0..<3000 {
            var text = "{"
            for _ in 0..<Int.random(in: 1...7, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            text += "}"
            var scanner = JSONScanner(Array(text.utf8))
            var strings: [String: String] = [:]
            var keys: Set<String> = []
            // Of a repeated key, each may keep another value.
            let ok = scanner.object { key, value in
                if case .string(let text) = value { strings[key] = text }
                return keys.insert(key).inserted
            }
            guard ok else { continue }
            let decoded = try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
            for (key, value) in strings { #expect(decoded[key]?.string == value) }
        }
    }
}
