import Glibc

/// The command-line program: its commands, and nothing of what they do.
@main
enum StoaProgram {
    static let version = "0.1.0"

    static let runner = CommandRunner(
        program: "stoa", version: version,
        about: "Stoa is a self-hosted messenger whose chats run software: bots and mini-apps are folders of Lua.",
        commands: [
            ServeCommand.self, UserCreateCommand.self, UserListCommand.self, UserAttributeCommand.self, UserRoleCommand.self,
            UserSuspendCommand.self, UserReinstateCommand.self, UserResetCommand.self, BotCreateCommand.self,
            DeployCommand.self, RollbackCommand.self, KeyNewCommand.self, KeyShowCommand.self, PublisherNewCommand.self,
            PublisherListCommand.self, PublisherKeyCommand.self, PublisherVerifyCommand.self, PublisherMemberCommand.self,
            PublishCommand.self, ReviewListCommand.self, ReviewShowCommand.self,
            ReviewAdmitCommand.self, ReviewRejectCommand.self, TakedownCommand.self,
            ReportListCommand.self, ReportAnswerCommand.self, QuotaCommand.self, CatalogueCommand.self,
            AppsCommand.self, LogsCommand.self, DevCommand.self, TraceCommand.self, ReplayCommand.self, DeadCommand.self,
            DeadRetryCommand.self, DeadDropCommand.self, AuditVerifyCommand.self, AuditExportCommand.self,
            AuditLedgerCommand.self,
            WalletIssueCommand.self, WalletWithdrawCommand.self, WalletShowCommand.self, StatementsCommand.self, FeeCommand.self,
            ReconcileCommand.self,
            DisputeListCommand.self, DisputeDecideCommand.self,
            SecretSetCommand.self, SecretListCommand.self, SecretRemoveCommand.self, WebAppTokenCommand.self, NewCommand.self,
            CapabilitiesCommand.self,
            CheckCommand.self,
            TestCommand.self, ExecCommand.self,
            DoctorCommand.self,
        ])

    static func main() async {
        let status = await runner.run(Array(CommandLine.arguments.dropFirst()), console: .terminal)
        fflush(nil)
        // Not exit(): the libraries' destructors would run beside threads that still use them.
        _exit(status)
    }
}
