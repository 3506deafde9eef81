import { rmdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { SandboxSpec } from "../../core/ports/sandbox.ts";

/** The folder of a session's doors goes with its last door; where none was ever opened in it, with the sandbox. */
export async function removeDoorFolder({
  sessionId,
  doors,
}: Pick<SandboxSpec, "sessionId" | "doors">): Promise<void> {
  const folder = dirname(doors.model);
  if (basename(folder) !== sessionId) return;
  try {
    await rmdir(folder);
  } catch (cause) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
}
