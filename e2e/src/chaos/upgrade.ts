import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Patch } from "./planted/patch.ts";

const file = "server/src/engine/turn-engine.ts";

/** Returns the patch that makes a copy of the product its next version, as an upgrade does. */
export async function nextVersion(root: string): Promise<Patch> {
  const [from, version] =
    /const WORKFLOW_VERSION = (\d+);/.exec(await readFile(join(root, file), "utf8")) ?? [];
  if (from === undefined) throw new Error(`${file} does not contain the version of workflows.`);
  return { file, from, to: `const WORKFLOW_VERSION = ${Number(version) + 1};` };
}
