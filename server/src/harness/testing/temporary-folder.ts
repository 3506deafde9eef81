import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, for as long as this process lives. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "tembo-harness-test-"));
  folders.push(path);
  return path;
}
