import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publishFile } from "./inside/publish-file.ts";

const source = fileURLToPath(new URL("tembo-program/", import.meta.url));

/** Writes the sandboxes' `tembo` program to the folder that contains `node`. Does not rewrite unchanged files. */
export async function publishProgram(folder: string): Promise<void> {
  const own = join(folder, "tembo-program");
  await mkdir(own, { recursive: true });
  await chmod(own, 0o755);
  for (const name of (await readdir(source)).filter((file) => file.endsWith(".cjs")))
    await publishFile(join(own, name), await readFile(join(source, name)));
  const script = `#!/bin/sh\nexec "\${0%/*}/node" "\${0%/*}/tembo-program/main.cjs" "$@"\n`;
  await publishFile(join(folder, "tembo"), script, 0o755);
}
