import { AppError } from "../../server/src/core/base/index.ts";
import { connectForge } from "./connect-forge.ts";
import { readOptions, usage, type VerifyOptions } from "./read-options.ts";
import type { Terminal } from "./terminal.ts";
import { verifyForge } from "./verify-forge.ts";

const tokenVariable = "TEMBO_VERIFY_TOKEN";

/**
 * Verifies the forge with one real repository and the account of the user who runs the command. Lists the planned actions first, and starts
 * after the user agrees or if `--yes` is passed. Returns the exit code: 0 if every step passed, otherwise 1.
 */
export async function runVerifyForge(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  try {
    const options = readOptions(args);
    const branch = `tembo/verify-${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14)}`;
    for (const line of intentions(options, branch)) terminal.print(line);
    await agree(options, terminal);
    const token = await readToken(env, terminal);
    const forge = connectForge(options.forge, { ...options, token }, terminal.complain);
    const wanted = { owner: options.owner, name: options.name, branch };
    const { passed, failed } = await verifyForge(forge, wanted, terminal.print);
    terminal.print(`${passed.length} passed, ${failed.length} failed`);
    return failed.length === 0 ? 0 : 1;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    terminal.complain(cause.message);
    if (cause.code === "invalid_input") terminal.complain(usage);
    return 1;
  }
}

function intentions(options: VerifyOptions, branch: string): string[] {
  return [
    `With the token's account, in ${options.owner}/${options.name} at ${options.webUrl} (API at ${options.apiUrl}), this command`,
    `- pushes one commit to the new branch ${branch}`,
    "- opens a pull request from that branch, edits it, and posts and edits a comment on it",
    "- closes the pull request and deletes the branch.",
    "Watchers of the repository are notified. The closed pull request remains. Nothing is merged, and no webhook is created.",
    "If you stop the command early, close the pull request and delete the branch yourself.",
  ];
}

async function agree({ isAgreed }: VerifyOptions, terminal: Terminal): Promise<void> {
  if (isAgreed) return;
  if (!terminal.isInteractive) {
    throw new AppError(
      "conflict",
      "This command requires confirmation. Nothing was changed. Run it in a terminal, or pass --yes.",
    );
  }
  const answer = await terminal.ask("Continue? [y/N] ");
  if (!/^y(es)?$/i.test(answer)) throw new AppError("conflict", "Nothing was changed.");
}

/**
 * Reads the token from the environment or the terminal. Never reads it from an argument, because arguments remain in
 * the shell's history and are visible to all users of the machine.
 */
async function readToken(
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<string> {
  const given = env[tokenVariable]?.trim() ?? "";
  if (given !== "") return given;
  const typed = terminal.isInteractive
    ? await terminal.ask("Token (input is hidden): ", { isHidden: true })
    : "";
  if (typed !== "") return typed;
  throw new AppError("unauthenticated", `No token found. Nothing was changed. Set ${tokenVariable}.`);
}
