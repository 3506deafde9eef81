import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Fake npm for tests. Records that it ran, then follows FAKE_NPM, which is `works`, `empty`, `hangs` or `offline`, a colon and the folder for
 * the record.
 */
const args = process.argv.slice(2);
const prefix = args[args.indexOf("--prefix") + 1]!;
const [mode, notesDir] = process.env.FAKE_NPM!.split(":");
writeFileSync(join(notesDir!, `npm-${process.pid}`), args.join(" "));
if (mode === "offline") {
  console.error("npm error code ENOTFOUND\nnpm error network request to http://registry.invalid/stub failed");
  process.exit(1);
}
mkdirSync(join(prefix, "node_modules"), { recursive: true });
if (mode === "hangs") setInterval(() => {}, 1_000);
else if (mode !== "empty") {
  const entry = join(prefix, "node_modules/stub/agent.js");
  mkdirSync(dirname(entry), { recursive: true });
  writeFileSync(entry, "// stub\n");
}
