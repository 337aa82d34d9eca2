package import Model

/// The capabilities in the words of people, in each language that the client speaks.
package enum CapabilityTexts {
    package struct Text: Sendable, Equatable {
        /// What the app can do with it. A sentence.
        package let does: String
        /// What leaves the person's hands when it is used. A sentence.
        package let discloses: String

        fileprivate init(_ does: String, _ discloses: String) {
            self.does = does
            self.discloses = discloses
        }
    }

    package static func of(_ name: Capability.Name, in language: Language) -> Text {
        switch language {
        case .english: english(name)
        case .russian: russian(name)
        }
    }

    private static func english(_ name: Capability.Name) -> Text {
        switch name {
        case .messagesSend:
            Text(
                "Writes messages in the chats it is in, and changes or removes its own.",
                "Nothing leaves the chat. All its members see what the app writes.")
        case .store:
            Text(
                "Remembers values between messages, for the chat, for you, or for all who use the app.",
                "What you write to the app may be kept on this server until the app removes it.")
        case .timers:
            Text(
                "Acts by itself at a later time, for example to remind you.",
                "Nothing. The app may write to the chat when nobody has just written to it.")
        case .httpFetch:
            Text(
                "Asks other servers, only those that its manifest lists.",
                "What you write to the app may be sent to the servers that its manifest lists.")
        case .appsCall:
            Text(
                "Asks other apps on this server, only those that its manifest lists.",
                "What you write to the app may be told to the apps that its manifest lists.")
        case .messagesBroadcast:
            Text(
                "Writes to you when you have not written to it.",
                "Nothing. You can stop it at any time.")
        case .chatHistory:
            Text(
                "Reads what was said in this chat before, or hears all that is said in it from now on.",
                "The messages of this chat, also those that others wrote, as the question says.")
        case .identityProfile:
            Text(
                "Asks for your profile.",
                "Your name, your picture and your language, as they are when it asks.")
        case .identityAge:
            Text(
                "Asks whether you are at least a certain age.",
                "Yes or no to that one question. Never your age or your date of birth.")
        case .identityContact:
            Text(
                "Asks for your verified e-mail address or phone number.",
                "The address or the number that you see before you agree.")
        case .locationOnce:
            Text(
                "Asks where you are, this once.",
                "The place that you choose. Not where you go from there.")
        case .filesRead:
            Text(
                "Asks for files that you pick.",
                "The names and the content of the files that you pick, and of no others.")
        case .contactsPick:
            Text(
                "Asks for people that you pick.",
                "The names of the people that you pick. Not who else you know.")
        case .paymentsRequest:
            Text(
                "Asks you to pay. Nothing is paid before you have seen how much, to whom and for what, and have agreed.",
                "The amount that you agree to, and your name on the receipt.")
        case .paymentsSubscribe:
            Text(
                "Offers you to pay every period. Nothing is paid before you have agreed, and you can cancel at any time.",
                "The amount that you agree to, every period until you cancel, and your name on the receipts.")
        case .paymentsRefund:
            Text(
                "Gives back what you paid to it.",
                "Nothing. Money comes to you.")
        case .paymentsPayout:
            Text(
                "Pays you or others out of what it has earned.",
                "Nothing. Money comes to you.")
        }
    }

    private static func russian(_ name: Capability.Name) -> Text {
        switch name {
        case .messagesSend:
            Text(
                "Пишет сообщения в чатах, где состоит, изменяет и удаляет свои.",
                "За пределы чата ничего не уходит. Написанное видят все участники.")
        case .store:
            Text(
                "Запоминает данные между сообщениями: для чата, для вас или для всех, кто пользуется приложением.",
                "То, что вы пишете приложению, может храниться на этом сервере, пока приложение это не удалит.")
        case .timers:
            Text(
                "Действует само в назначенное время, например напоминает.",
                "Ничего. Приложение может написать в чат, когда ему никто не писал.")
        case .httpFetch:
            Text(
                "Обращается к другим серверам, только к тем, что перечислены в его манифесте.",
                "То, что вы пишете приложению, может быть отправлено на эти серверы.")
        case .appsCall:
            Text(
                "Обращается к другим приложениям этого сервера, только к тем, что перечислены в его манифесте.",
                "То, что вы пишете приложению, может быть передано этим приложениям.")
        case .messagesBroadcast:
            Text(
                "Пишет вам, когда вы ему не писали.",
                "Ничего. Вы можете прекратить это в любой момент.")
        case .chatHistory:
            Text(
                "Читает, что говорилось в этом чате раньше, или слышит всё, что говорится в нём с этого момента.",
                "Сообщения этого чата, в том числе чужие, как сказано в вопросе.")
        case .identityProfile:
            Text(
                "Запрашивает ваш профиль.",
                "Ваши имя, фотография и язык в том виде, в каком они есть в момент запроса.")
        case .identityAge:
            Text(
                "Спрашивает, исполнилось ли вам определённое число лет.",
                "«Да» или «нет» на этот вопрос. Возраст и дата рождения не сообщаются.")
        case .identityContact:
            Text(
                "Запрашивает ваш подтверждённый адрес электронной почты или номер телефона.",
                "Адрес или номер, который вы видите, прежде чем согласиться.")
        case .locationOnce:
            Text(
                "Один раз спрашивает, где вы находитесь.",
                "Место, которое вы выберете. Куда вы пойдёте дальше, не сообщается.")
        case .filesRead:
            Text(
                "Просит файлы, которые вы выберете.",
                "Имена и содержимое выбранных вами файлов, и никаких других.")
        case .contactsPick:
            Text(
                "Просит указать людей, которых вы выберете.",
                "Имена выбранных вами людей. С кем ещё вы знакомы, не сообщается.")
        case .paymentsRequest:
            Text(
                "Просит вас заплатить. Ничего не списывается, пока вы не увидите, сколько, кому и за что, и не согласитесь.",
                "Сумма, на которую вы согласились, и ваше имя в чеке.")
        case .paymentsSubscribe:
            Text(
                "Предлагает платить регулярно. Ничего не списывается без вашего согласия, отменить можно в любой момент.",
                "Сумма, на которую вы согласились, каждый период до отмены, и ваше имя в чеках.")
        case .paymentsRefund:
            Text(
                "Возвращает то, что вы ему заплатили.",
                "Ничего. Деньги приходят вам.")
        case .paymentsPayout:
            Text(
                "Выплачивает вам или другим из того, что заработало.",
                "Ничего. Деньги приходят вам.")
        }
    }
}
