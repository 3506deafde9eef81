import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TurnContext } from "./turn-context.ts";

/** Returns the folder of the only repository, or the workspace if there are several or none. */
export function workingDirectory(
  { checkouts }: Pick<TurnContext, "checkouts">,
  sandbox: Pick<Sandbox, "workspacePath">,
): string {
  const [only, ...others] = checkouts;
  return only !== undefined && others.length === 0
    ? `${sandbox.workspacePath}/${only.use.directory}`
    : sandbox.workspacePath;
}
