import Model

/// A statement as a file that programs of bookkeepers read.
package struct StatementFile: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        /// RFC 4180, in UTF-8.
        case csv
        /// ISO 20022 BankToCustomerStatement, camt.053.001.08.
        case camt053

        package var mime: String { self == .csv ? "text/csv; charset=utf-8" : "application/xml" }
        package var ending: String { self == .csv ? "csv" : "xml" }
    }

    /// An entry with what it was for, and with whom.
    package struct Line: Sendable {
        package let entry: LedgerEntry
        package let title: String
        package let counterparty: String

        package init(entry: LedgerEntry, title: String, counterparty: String) {
            self.entry = entry
            self.title = title
            self.counterparty = counterparty
        }
    }

    private let statement: Statement
    private let lines: [Line]
    private let owner: String
    /// Milliseconds since 1970 UTC.
    private let madeAt: Int64

    /// - Parameter owner: the name of whose account it is.
    package init(_ statement: Statement, _ lines: [Line], owner: String, madeAt: Int64) {
        self.statement = statement
        self.lines = lines
        self.owner = owner
        self.madeAt = madeAt
    }

    package func bytes(_ format: Format) -> [UInt8] {
        switch format {
        case .csv: Array(csv.utf8)
        case .camt053: Array(camt053.utf8)
        }
    }

    private var currency: Currency { statement.account.currency }

    // MARK: CSV

    private var csv: String {
        var text = "date,transfer,purpose,title,counterparty,amount,currency,balance,reference\r\n"
        for line in lines {
            let entry = line.entry
            let fields = [
                CivilDate.timestamp(entry.date), String(entry.id.value), entry.purpose.name, Self.cell(line.title),
                Self.cell(line.counterparty), Money(entry.amount, currency).decimal, currency.code,
                Money(entry.after, currency).decimal, entry.reference == 0 ? "" : String(entry.reference),
            ]
            text += fields.joined(separator: ",") + "\r\n"
        }
        return text
    }

    /// Quoted, and with an apostrophe before what a spreadsheet would take for a formula (OWASP, "CSV Injection").
    private static func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let doubled = text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        return "\"\(isFormula ? "'" : "")\(doubled)\""
    }

    // MARK: camt.053

    private var camt053: String {
        let id = "STOA-\(statement.account.id)-\(statement.from)-\(statement.to)"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
            <GrpHdr><MsgId>\(Self.max(id, 35))</MsgId><CreDtTm>\(CivilDate.timestamp(madeAt))</CreDtTm></GrpHdr>
            <Stmt><Id>\(Self.max(id, 35))</Id><CreDtTm>\(CivilDate.timestamp(madeAt))</CreDtTm>
            <FrToDt><FrDtTm>\(CivilDate.timestamp(statement.from))</FrDtTm>\
            <ToDtTm>\(CivilDate.timestamp(statement.to - 1000))</ToDtTm></FrToDt>
            <Acct><Id><Othr><Id>\(statement.account.id)</Id></Othr></Id><Ccy>\(currency.code)</Ccy>\
            <Ownr><Nm>\(Self.xml(Self.max(owner, 140)))</Nm></Ownr></Acct>
            \(balance("OPBD", statement.opening, CivilDate(at: statement.from)))
            \(balance("CLBD", statement.closing, CivilDate(at: statement.to - 1)))

            """ + lines.map(entry).joined() + "</Stmt></BkToCstmrStmt></Document>\n"
    }

    private func balance(_ code: String, _ amount: Int64, _ date: CivilDate) -> String {
        "<Bal><Tp><CdOrPrtry><Cd>\(code)</Cd></CdOrPrtry></Tp>\(self.amount(amount))<Dt><Dt>\(date.text)</Dt></Dt></Bal>"
    }

    /// An amount and its side: amounts have no sign there.
    private func amount(_ amount: Int64) -> String {
        let positive = Money(amount, currency).decimal.drop { $0 == "-" }
        return "<Amt Ccy=\"\(currency.code)\">\(positive)</Amt><CdtDbtInd>\(amount < 0 ? "DBIT" : "CRDT")</CdtDbtInd>"
    }

    private func entry(_ line: Line) -> String {
        let entry = line.entry
        let party = "<Pty><Nm>\(Self.xml(Self.max(line.counterparty, 140)))</Nm></Pty>"
        let side = entry.amount < 0 ? "<Cdtr>\(party)</Cdtr>" : "<Dbtr>\(party)</Dbtr>"
        let date = CivilDate(at: entry.date).text
        let reference = entry.reference == 0 ? "NOTPROVIDED" : String(entry.reference)
        return """
            <Ntry><NtryRef>\(entry.id)</NtryRef>\(amount(entry.amount))<Sts><Cd>BOOK</Cd></Sts>\
            <BookgDt><Dt>\(date)</Dt></BookgDt>\
            <ValDt><Dt>\(date)</Dt></ValDt><BkTxCd><Prtry><Cd>\(entry.purpose.name)</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs>\
            <AcctSvcrRef>\(entry.id)</AcctSvcrRef><EndToEndId>\(reference)</EndToEndId></Refs>\
            \(line.counterparty.isEmpty ? "" : "<RltdPties>\(side)</RltdPties>")\
            <RmtInf><Ustrd>\(Self.xml(Self.max(line.title.isEmpty ? entry.purpose.name : line.title, 140)))</Ustrd></RmtInf>\
            </TxDtls></NtryDtls></Ntry>

            """
    }

    private static func max(_ text: String, _ length: Int) -> String { String(text.prefix(length)) }

    private static func xml(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // XML 1.0 has no place for other controls.
            case _ where scalar.value < 0x20: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
