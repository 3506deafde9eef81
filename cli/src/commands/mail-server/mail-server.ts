import type { MailServer, MailServerBody } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer, answerFields, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readSecret } from "../../input/read-secret.ts";
import { wholeNumberTo } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";

const securities = ["tls", "startTls", "none"] as const satisfies readonly MailServer["security"][];
/** Usual port of each kind of encryption. */
const ports = { tls: 465, startTls: 587, none: 25 } satisfies Record<MailServer["security"], number>;

interface SetOptions {
  readonly security: MailServer["security"];
  readonly port?: number;
  readonly username?: string;
  readonly fromFile?: string;
  readonly keepPassword?: boolean;
}

export function addMailServerCommands({ program, runs }: Registry): void {
  const mailServer = program
    .command("mail-server")
    .description("set up the SMTP server that sends notifications; requires an admin");
  mailServer.command("show").description("show the mail server and its last failure").action(runs(show));
  mailServer
    .command("set")
    .description("set the mail server; reads the password from standard input or a file")
    .argument("<host>", "name of the server, such as smtp.example.com")
    .argument("<sender>", "address from which notifications are sent")
    .addOption(new Option("--security <kind>", "encryption").choices(securities).default("tls"))
    .option("--port <number>", "port; default: 465, 587 for startTls or 25 for none", wholeNumberTo(65_535))
    .option("--username <name>", "account; without it, Tembo does not sign in")
    .option("--from-file <file>", "read the password from a file")
    .option("--keep-password", "keep the stored password")
    .action(runs(set));
  mailServer.command("delete").description("stop sending notifications by email").action(runs(remove));
}

async function show(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const found = await client.organizations.mailServer.retrieve(await ownOrganization(client));
  return print(cli, found.mailServer);
}

async function set(cli: Cli, host: string, sender: string, options: SetOptions): Promise<Outcome> {
  requirePasswordOptions(options);
  const { security, port = ports[security], username = null, fromFile } = options;
  const isSigningIn = username !== null && options.keepPassword !== true;
  const body: MailServerBody = {
    ...{ host, port, security, username, fromAddress: sender },
    ...(isSigningIn && { password: await readSecret(cli, fromFile, "Password") }),
  };
  const client = cli.client();
  const stored = await client.organizations.mailServer.update(await ownOrganization(client), body);
  return print(cli, stored.mailServer);
}

/** Throws if an option about the password would have no effect, or would delete the stored password. */
function requirePasswordOptions({ username, fromFile, keepPassword = false }: SetOptions): void {
  const option = keepPassword ? "--keep-password" : "--from-file";
  if (username === undefined && (keepPassword || fromFile !== undefined))
    throw new UsageError(`${option} needs an account.`, "add --username, or omit the option.");
  if (keepPassword && fromFile !== undefined)
    throw new UsageError(
      "--from-file and --keep-password exclude each other.",
      "use --from-file to replace the stored password.",
    );
}

async function remove(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.organizations.mailServer.delete(await ownOrganization(client));
  return answerSentence(cli, deleted, "Deleted the mail server.");
}

function print(cli: Cli, mailServer: MailServer | null): Outcome {
  if (mailServer === null)
    return answer(cli, null, () => {
      cli.terminal.line("This organization has no mail server.");
      suggest(cli, '"tembo mail-server set HOST SENDER" adds one.');
    });
  const { host, port, security, username, fromAddress, lastFailure } = mailServer;
  return answerFields(cli, mailServer, [
    ["server", `${host}:${port}`],
    ["security", security],
    ["username", username],
    ["sender", fromAddress],
    [
      "last failure",
      lastFailure === null
        ? null
        : { text: `${cli.terminal.moment(lastFailure.at)}: ${lastFailure.reason}`, raw: lastFailure.reason },
    ],
  ]);
}
