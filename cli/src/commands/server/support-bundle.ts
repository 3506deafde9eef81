import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { bytes } from "../../format.ts";

/** Adds `tembo support-bundle`, which must run on the server's machine. */
export function addSupportBundleCommand({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("support-bundle")
    .description("write a file for a bug report, without secrets, prompts or session contents")
    .argument("[file]", "new file", "tembo-support.tar.gz")
    .action(runs(supportBundle));
}

async function supportBundle(cli: Cli, file: string): Promise<Outcome> {
  const bundle = await (await cli.loadLocalServer()).writeSupportBundle(cli.env, { file });
  return answer(cli, bundle, () => {
    cli.terminal.line(`Wrote ${bundle.file} (${bytes(bundle.bytes)}).`);
    cli.terminal.line("It contains:");
    for (const line of bundle.contains) cli.terminal.line(`- ${line}`);
    cli.terminal.line("It does not contain:");
    for (const line of bundle.omits) cli.terminal.line(`- ${line}`);
  });
}
