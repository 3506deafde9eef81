import { maxEventTextLength } from "@tembo/contract/limits";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { targetBranchOf } from "../../turn/checkout.ts";
import { sessionEnvironment } from "../../turn/turn-context.ts";
import type { RunTool } from "../tool-call.ts";
import { narrowed } from "./repository-tools.ts";

/**
 * Merges the latest target branch into the working branch of each repository. Runs git inside the sandbox, because the
 * content of a workspace is hostile, and because the agent there resolves the conflicts.
 */
export const merge: RunTool<"merge"> = async (call, { repository }) => {
  const context = narrowed(call.context, repository);
  const merged: { repository: string; branch: string; isClean: boolean; output: string }[] = [];
  for (const checkout of context.checkouts) {
    const branch = await targetBranchOf(context, checkout);
    const { code, output } = await call.workspace.moving(() =>
      runGit(call.sandbox, {
        script: 'git fetch --quiet origin "$1" && git merge --no-edit FETCH_HEAD',
        branch,
        cwd: `${call.sandbox.workspacePath}/${checkout.use.directory}`,
        env: sessionEnvironment(context),
        signal: call.signal,
      }),
    );
    merged.push({
      repository: checkout.use.directory,
      branch,
      isClean: code === 0,
      output: context.masker.mask(output).slice(-maxEventTextLength),
    });
  }
  const isClean = merged.every((one) => one.isClean);
  return {
    message: isClean
      ? "Merged."
      : 'The merge failed. If git lists conflicts, resolve them and commit, or undo the merge with "git merge --abort". Otherwise, fix the error in the output and try again.',
    merged,
  };
};

async function runGit(
  sandbox: Sandbox,
  {
    script,
    branch,
    cwd,
    env,
    signal,
  }: {
    readonly script: string;
    readonly branch: string;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<{ code: number; output: string }> {
  const child = sandbox.spawn(
    { argv: ["/bin/sh", "-c", script, "sh", `refs/heads/${branch}`], cwd, env },
    signal,
  );
  child.stdin.end();
  let output = "";
  const keep = (text: string) => {
    output = (output + text).slice(-4 * maxEventTextLength);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", keep);
  const { code } = await child.exited;
  signal.throwIfAborted();
  return { code: code ?? 137, output };
}
