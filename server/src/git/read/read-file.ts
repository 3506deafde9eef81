import type { MirrorFile } from "../../core/forges/index.ts";
import { readObject } from "../../host-git/objects/read-object.ts";
import { objectsIn } from "./objects.ts";

export async function readFile(
  input: {
    readonly mirrorPath: string;
    readonly branch: string;
    readonly path: string;
    readonly maxBytes: number;
  },
  signal: AbortSignal,
): Promise<MirrorFile | null> {
  const { mirrorPath, branch, path, maxBytes } = input;
  const wanted = { name: `refs/heads/${branch}:${path}`, type: "blob", maxBytes };
  const found = await readObject(objectsIn(mirrorPath), wanted, signal);
  if (found === null) return null;
  return found === "tooLarge" ? { kind: "tooLarge" } : { kind: "text", text: found.toString("utf8") };
}
