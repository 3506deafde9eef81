import { randomBytes } from "node:crypto";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { isErrno } from "../processes/process-identity.ts";

/**
 * Replaces a file atomically if its contents differ, so that a sandbox that starts at the same time reads either the old or the new
 * contents. Returns the path.
 */
export async function publishFile(path: string, text: string | Buffer, mode = 0o644): Promise<string> {
  if ((await readIfThere(path))?.equals(Buffer.from(text))) return path;
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, text);
  await chmod(temporary, mode);
  await rename(temporary, path);
  return path;
}

function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((cause: unknown) => {
    if (isErrno(cause, "ENOENT")) return null;
    throw cause;
  });
}
