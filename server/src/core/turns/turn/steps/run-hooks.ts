import { maxEventTextLength } from "@tembo/contract/limits";
import { AppError, type Masker } from "../../../base/index.ts";
import { appendEvent, appendStepEvent } from "../../../sessions/index.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Checkout } from "../checkout.ts";
import { sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { checkoutPathOf } from "../workspace-layout.ts";
import { type HookName, readHooks } from "./read-hooks.ts";

const MAX_FILE_BYTES = 64 * 1024;
const FIXED_OUTPUT_LENGTH = 4_000;
/** Maximum length of output before masking, because masking all output of a program could take too long. */
const HELD_OUTPUT_LENGTH = 4 * maxEventTextLength;

export interface HookRun {
  /** Number of commands that ran. */
  readonly count: number;
  /** Failed commands in repositories that enable `autoFix`. */
  readonly toFix: readonly HookFailure[];
}

export interface HookFailure {
  /** The repository's folder. */
  readonly directory: string;
  readonly command: string;
  readonly exitCode: number;
  /** End of the masked output, at most 4,000 characters. */
  readonly output: string;
}

/**
 * Runs one kind of hook for every repository, in the sandbox. Records the result of each command, and continues after a
 * failure. `round` is the number of this run of the hook within the turn, starting at 1.
 */
export async function runHooks(
  context: TurnContext,
  { hook, round = 1 }: { readonly hook: HookName; readonly round?: number },
  signal: AbortSignal,
): Promise<HookRun> {
  const plan = await planHooks(context, hook);
  if (plan.length === 0) return { count: 0, toFix: [] };
  await appendStepEvent(
    context,
    hook === "setupScript" ? "setUp" : "prePush",
    `Running ${hook} of ${plan.map(({ checkout }) => checkout.use.directory).join(", ")}${round === 1 ? "" : " again"}.`,
    round,
  );
  const work = async (sandbox: Sandbox, _endpoints: unknown, worked: AbortSignal) => {
    let count = 0;
    const toFix: HookFailure[] = [];
    for (const { checkout, commands, autoFix } of plan) {
      const { directory } = checkout.use;
      for (const command of commands) {
        const cwd = `${sandbox.workspacePath}/${directory}`;
        const { exitCode, output } = await runShell(
          sandbox,
          { command, cwd, env: sessionEnvironment(context), masker: context.masker },
          worked,
        );
        worked.throwIfAborted();
        await appendEvent(context, `hook:${hook}:${context.lease.attempt}:${round}:${count}`, {
          type: "hook.finished",
          hook,
          repository: directory,
          command,
          exitCode,
          output,
        });
        count += 1;
        if (autoFix && exitCode !== 0)
          toFix.push({ directory, command, exitCode, output: output.slice(-FIXED_OUTPUT_LENGTH) });
      }
    }
    return { count, toFix };
  };
  // The harness follows setupScript. Nothing follows the last prePush.
  const kept = hook === "setupScript" ? ({ keptFor: "nextStep" } as const) : {};
  return withSandbox(context, signal, { isWorkspaceReadOnly: false, ...kept, work });
}

async function planHooks(context: TurnContext, hook: HookName) {
  const plan: { checkout: Checkout; commands: readonly string[]; autoFix: boolean }[] = [];
  for (const checkout of context.checkouts) {
    const root = checkoutPathOf(context, checkout);
    try {
      const text = await context.ports.workspaceFiles.readText(root, ".tembo.json", MAX_FILE_BYTES);
      if (text === null) continue;
      const { autoFix, ...hooks } = readHooks(text);
      const commands = hooks[hook];
      if (commands.length > 0) plan.push({ checkout, commands, autoFix });
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
      await appendEvent(context, `hook:${hook}:invalid:${checkout.repository.id}`, {
        type: "notice",
        message: `${checkout.use.directory}: ${cause.message}`,
      });
    }
  }
  return plan;
}

export interface HookCommand {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly masker: Masker;
}

/**
 * Runs a command to completion and returns the end of its masked output. The exit code is 137 if a signal killed the
 * command.
 */
export async function runShell(
  sandbox: Sandbox,
  { command, cwd, env, masker }: HookCommand,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const child = sandbox.spawn({ argv: ["/bin/sh", "-c", command], cwd, env }, signal);
  child.stdin.end();
  let output = "";
  const keep = (text: string) => {
    output = (output + text).slice(-HELD_OUTPUT_LENGTH);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", keep);
  const { code } = await child.exited;
  // Masks before the final truncation, which could split a secret. The first truncation is far before the part that is
  // kept.
  return { exitCode: code ?? 137, output: masker.mask(output).slice(-maxEventTextLength) };
}
