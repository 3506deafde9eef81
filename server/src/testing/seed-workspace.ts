import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths } from "../core/base/index.ts";

/** Writes files into the workspace of a session, as if a turn had prepared it. */
export async function seedWorkspace(
  dataDir: string,
  sessionId: string,
  files: Readonly<Record<string, string | Buffer>> = { "README.md": "# Seeded\n" },
): Promise<string> {
  const workspace = paths.workspace(dataDir, sessionId);
  await mkdir(workspace, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), content);
  }
  return workspace;
}
