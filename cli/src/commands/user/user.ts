import { Option } from "commander";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";

const roles = ["member", "admin"] as const;

export function addUserCommands({ program, runs }: Registry): void {
  const user = program.command("user").description("invite people who sign in with a browser");
  user
    .command("invite")
    .description("create a link with which a person joins and chooses a password; it is shown only once")
    .argument("<address>", "email address")
    .addOption(new Option("--role <role>", "role of the user").choices(roles).default("member"))
    .action(runs(invite));
}

async function invite(
  cli: Cli,
  email: string,
  { role }: { readonly role: (typeof roles)[number] },
): Promise<Outcome> {
  const invitation = await cli.client().users.invite({ email, role: `org:${role}` });
  return answer(cli, invitation, () => {
    cli.terminal.line(invitation.url);
    if (cli.terminal.isInteractive)
      cli.terminal.note(
        `Send this link to ${email}. It works once and expires ${cli.terminal.moment(invitation.expiresAt)}.`,
      );
  });
}
