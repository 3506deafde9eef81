import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publish } from "./inside/session-files.ts";

const source = fileURLToPath(new URL("tembo-program/", import.meta.url));

/** Writes the sandboxes' `tembo` program to the folder that contains `node`. Does not rewrite unchanged files. */
export function publishProgram(folder: string): void {
  const own = join(folder, "tembo-program");
  mkdirSync(own, { recursive: true });
  chmodSync(own, 0o755);
  for (const name of readdirSync(source).filter((file) => file.endsWith(".cjs")))
    publish(join(own, name), readFileSync(join(source, name)));
  const script = `#!/bin/sh\nexec "\${0%/*}/node" "\${0%/*}/tembo-program/main.cjs" "$@"\n`;
  publish(join(folder, "tembo"), script, 0o755);
}
