import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";
import { describeLastLines } from "./run-setup-script.ts";

/** Reasons why Node.js does not run, and what to change. */
const problems = {
  base: "Node.js does not run in the base system, so no harness can run in it. Use an image with /bin/sh, libstdc++ and glibc 2.28 or newer, such as debian:13.",
  devShell:
    "Node.js does not run with the variables of the dev shells, so no harness can run with them. Remove variables such as LD_LIBRARY_PATH, LD_PRELOAD and NODE_OPTIONS from tembo.nix or flake.nix.",
};

/** Throws `invalid_input`, with what to change, if the server's Node.js does not run. `cause` is what the build has just added. */
export async function requireNode(
  context: BuildContext,
  sandbox: Sandbox,
  cause: keyof typeof problems,
  signal: AbortSignal,
): Promise<void> {
  await context.output.add("[node -v]\n");
  const { exitCode, tail } = await runLogged(context, sandbox, { argv: ["node", "-v"], cwd: "/" }, signal);
  if (exitCode === 0) return;
  throw new AppError("invalid_input", `${problems[cause]}${describeLastLines(tail)}`);
}
