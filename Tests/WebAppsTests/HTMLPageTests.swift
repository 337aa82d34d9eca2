import Testing

@testable import WebApps

@Suite struct HTMLPageTests {
    private static func page(_ text: String) -> HTMLPage { HTMLPage(Array(text.utf8)) }

    @Test("the addresses of bridge scripts lead to the app's own origin")
    func wellKnown() {
        let page = Self.page(
            #"<script src="https://telegram.org/js/telegram-web-app.js?59"></script><script src="https://st.max.ru/js/max-web-app.js">"#
        )
        #expect(
            String(decoding: page.content, as: UTF8.self)
                == #"<script src="/telegram-web-app.js?59"></script><script src="/max-web-app.js">"#)
        #expect(page.scriptHashes.isEmpty)
    }

    @Test(
        "scripts in the page are known by the hashes that a browser computes",
        arguments: [
            // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
            ("<script>alert(1)</script>", ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]),
            (
                "<SCRIPT type='module' data-a=\"x>y\">alert(1)</SCRIPT >",
                ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
            ),
            // printf 'a\nb\nc' …: line ends as the browser reads them
            ("<script>a\r\nb\rc</script>", ["'sha256-6n+wi3otxGGf+3x7s42VogR5NfoWXXGxLv04UqLm0Mw='"]),
            ("<script type=SpeculationRules>alert(1)</script>", []),
            ("<script src=x>alert(1)</script>", []), ("<script></script>", []), ("<script", []), ("<p>script</p>", []), ("", []),
        ])
    func hashes(_ html: String, _ hashes: [String]) {
        #expect(Self.page(html).scriptHashes == hashes)
    }
}
