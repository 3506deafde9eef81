import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";

/** Adds `tembo reset-password`, which must run on the server's machine. */
export function addResetPasswordCommand({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("reset-password")
    .description(
      "set a new password for a person and end their sign-ins; run on the server's machine, with the server's environment",
    )
    .argument("<email>", "address with which the person signs in")
    .action(runs(resetPassword));
}

async function resetPassword(cli: Cli, email: string): Promise<Outcome> {
  await confirm(cli, `This replaces the password of ${email} and ends all of their sign-ins.`);
  const server = await cli.loadLocalServer();
  const changed = await server.resetPersonPassword(cli.env, email);
  return answer(cli, changed, () => {
    cli.terminal.line(changed.password);
    if (cli.terminal.isInteractive)
      cli.terminal.note(
        `This is the new password of ${changed.email}. It is shown only once. The person can change it in their settings.`,
      );
  });
}
