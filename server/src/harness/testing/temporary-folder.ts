import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates an empty folder, which is removed when this process exits. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "tembo-harness-test-"));
  folders.push(path);
  return path;
}
