import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { collectModules } from "./collect-modules.ts";

/** Returns what is collected from `app/src/main.ts` in a repository with these files. */
function collect(context: TestContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), "tembo-modules-"));
  context.after(() => rmSync(root, { recursive: true }));
  const all = {
    "app/package.json": "{}",
    "lib/package.json": '{ "name": "@tembo/lib", "exports": { ".": "./src/index.ts", "./a": "./src/a.ts" } }',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return collectModules(root, ["app/src/main.ts"], ["app", "lib"]);
}

test("collects the modules that an entry imports, and keeps their lines and columns", (context) => {
  const { modules, packages } = collect(context, {
    "app/src/main.ts": `import { own } from "./own.ts";
import { a } from "@tembo/lib/a";
import type { Only } from "./types.ts";
import manifest from "../package.json" with { type: "json" };
import pg from "pg/lib/client";
import { join } from "node:path";
export const x: Only = own as Only;
export * from "@tembo/lib";
const late: string = "@tembo/lib/a";
export const load = async () => [await import(late), await import("./own.ts")];
`,
    "app/src/own.ts": 'export const own = "./own.ts";\n',
    "app/src/types.ts": "export type Only = string;\n",
    "app/src/unused.ts": "export {};\n",
    "lib/src/index.ts": 'export { a } from "./a.ts";\n',
    "lib/src/a.ts": "export const a = 1;\n",
  });
  assert.deepEqual([...modules.keys()].sort(), [
    "app/package.json",
    "app/src/main.js",
    "app/src/own.js",
    "lib/src/a.js",
    "lib/src/index.js",
  ]);
  assert.deepEqual([...packages], ["pg"]);
  const lines = modules.get("app/src/main.js")!.split("\n");
  assert.deepEqual(lines, [
    'import { own } from "./own.js";',
    'import { a } from "../../lib/src/a.js";',
    " ".repeat('import type { Only } from "./types.ts";'.length),
    'import manifest from "../package.json" with { type: "json" };',
    'import pg from "pg/lib/client";',
    'import { join } from "node:path";',
    "export const x       = own        ;",
    'export * from "../../lib/src/index.js";',
    'const late         = "../../lib/src/a.js";',
    'export const load = async () => [await import(late), await import("./own.js")];',
    "",
  ]);
  assert.equal(modules.get("app/src/own.js"), 'export const own = "./own.ts";\n', "only specifiers change");
});

test("rejects an import of a missing file, and one whose name is only known at run time", (context) => {
  assert.throws(
    () => collect(context, { "app/src/main.ts": 'import "./none.ts";\n' }),
    /app\/src\/main\.ts imports \.\/none\.ts, which does not exist/,
  );
  assert.throws(
    () => collect(context, { "app/src/main.ts": "export const load = (name) => import(name);\n" }),
    /neither a literal nor a constant/,
  );
});
