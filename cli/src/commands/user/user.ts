import { Option } from "commander";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";

const roles = ["member", "admin"] as const;

/** `tembo user invite`: people who sign in with a browser. */
export function addUserCommands({ program, runs }: Registry): void {
  const user = program.command("user").description("people who sign in with a browser");
  user
    .command("invite")
    .description("make a link with which a person joins and chooses a password; it is shown this once")
    .argument("<address>", "email address")
    .addOption(new Option("--role <role>", "what they may do").choices(roles).default("member"))
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
      cli.terminal.note(`Give it to ${email}: it is good once, until ${invitation.expiresAt}.`);
  });
}
