import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";
import { describeLastLines } from "./run-setup-script.ts";

/** Throws `invalid_input`, with what to change, if the server's Node.js does not run in the base system. */
export async function requireNode(
  context: BuildContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<void> {
  await context.output.add("[node -v]\n");
  const { exitCode, tail } = await runLogged(context, sandbox, { argv: ["node", "-v"], cwd: "/" }, signal);
  if (exitCode === 0) return;
  throw new AppError(
    "invalid_input",
    `Node.js does not run in the base system, so no harness can run in it. Use an image with /bin/sh, libstdc++ and glibc 2.28 or newer, such as debian:13.${describeLastLines(tail)}`,
  );
}
