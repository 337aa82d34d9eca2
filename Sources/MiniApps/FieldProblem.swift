import Model

/// Why the value of an input is refused. Numbers and dates are those that the app has declared.
enum FieldProblem: Error, Equatable {
    case required
    case noText, noPhone, noNumber, notWhole, noDate, noTime, noChoice, noFlag, noFiles, noSignature, longSignature, noPlace
    /// Characters.
    case tooShort(Int64), tooLong(Int64)
    /// With the app's own words, if it has any.
    case otherForm(String?)
    case below(String), above(String), offStep(String)
    case before(String), after(String)
    /// Choices.
    case tooFew(Int64), tooMany(Int64)
    case tooManyFiles(Int64)

    /// For the person. Clients that check before they send never come to it.
    func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .russian: russian
        }
    }

    private var english: String {
        switch self {
        case .required: "This is required."
        case .noText: "This must be a text."
        case .noPhone: "This must be a phone number, such as +49 30 1234567."
        case .noNumber: "This must be a number."
        case .notWhole: "This must be a whole number."
        case .noDate: "This must be a date."
        case .noTime: "This must be a time."
        case .noChoice: "This is none of the choices."
        case .noFlag: "This must be on or off."
        case .noFiles: "These must be files."
        case .noSignature: "This must be a signature."
        case .longSignature: "This signature has too many strokes."
        case .noPlace: "This must be a place."
        case .tooShort(let least): "At least \(least) characters."
        case .tooLong(let most): "At most \(most) characters."
        case .otherForm(let text): text ?? "This has not the form that is asked for."
        case .below(let least): "At least \(least)."
        case .above(let most): "At most \(most)."
        case .offStep(let step): "In steps of \(step)."
        case .before(let least): "Not before \(least)."
        case .after(let most): "Not after \(most)."
        case .tooFew(let least): "At least \(least) choices."
        case .tooMany(let most): "At most \(most) choices."
        case .tooManyFiles(let most): "At most \(most) files."
        }
    }

    private var russian: String {
        switch self {
        case .required: "Заполните это поле."
        case .noText: "Здесь нужен текст."
        case .noPhone: "Здесь нужен номер телефона, например +7 495 1234567."
        case .noNumber: "Здесь нужно число."
        case .notWhole: "Здесь нужно целое число."
        case .noDate: "Здесь нужна дата."
        case .noTime: "Здесь нужно время."
        case .noChoice: "Такого варианта нет."
        case .noFlag: "Здесь нужно «да» или «нет»."
        case .noFiles: "Здесь нужны файлы."
        case .noSignature: "Здесь нужна подпись."
        case .longSignature: "В подписи слишком много штрихов."
        case .noPlace: "Здесь нужно место."
        case .tooShort(let least): "Символов не меньше: \(least)."
        case .tooLong(let most): "Символов не больше: \(most)."
        case .otherForm(let text): text ?? "Это записано не так, как нужно."
        case .below(let least): "Не меньше \(least)."
        case .above(let most): "Не больше \(most)."
        case .offStep(let step): "С шагом \(step)."
        case .before(let least): "Не раньше \(least)."
        case .after(let most): "Не позже \(most)."
        case .tooFew(let least): "Выберите не меньше \(least)."
        case .tooMany(let most): "Выберите не больше \(most)."
        case .tooManyFiles(let most): "Файлов не больше: \(most)."
        }
    }
}
