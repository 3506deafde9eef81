import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findLinuxOnly } from "./portability-rule.ts";

/** Files of a client part without faults. */
const sound = {
  "cli/src/main.ts": 'await import("./program.ts");\nawait import("./commands/server/raise.ts");\n',
  "cli/src/program.ts": 'import "./commands/session.ts";\n',
  "cli/src/terminal.ts": 'process.once("SIGINT", () => {});\n',
  "cli/src/commands/session.ts": 'import "../platform/file.ts";\nexport const path = "/v1/sessions";\n',
  "cli/src/commands/server/raise.ts": "process.getuid?.();\n",
  "cli/src/platform/file.ts": 'import { chmodSync } from "node:fs";\nchmodSync("a", 0o600);\n',
  "server/src/http/mcp/serve-stdio.ts": "export const serve = () => {};\n",
  "server/package.json": '{"name": "@tembo/server", "exports": {"./mcp": "./src/http/mcp/serve-stdio.ts"}}',
};

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "tembo-portability-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ ...sound, ...files })) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return findLinuxOnly(root);
}

test("client commands load no module of the server, and nothing that fails on macOS or Windows", () => {
  assert.deepEqual(findLinuxOnly(join(import.meta.dirname, "..")), []);
});

test("accepts the platform folder, and modules that only server commands load", (t) => {
  assert.deepEqual(findIn(t, {}), []);
});

const faults: readonly (readonly [text: string, what: RegExp])[] = [
  ['import { runStart } from "@tembo/server";\nrunStart();', /loads @tembo\/server$/],
  ['const server: string = "@tembo/server/doctor";\nawait import(server);', /loads @tembo\/server\/doctor/],
  ['import { x } from "../../../server/src/config.ts";\nx();', /loads [./]+server\/src\/config\.ts/],
  ['import { chmodSync } from "node:fs";\nchmodSync("a", 1);', /imports chmodSync/],
  ['import { chown as own } from "node:fs/promises";\nown("a", 1, 1);', /imports chown/],
  ['import { statSync } from "node:fs";\nstatSync("a").mode & 0o077;', /uses a file mode/],
  ['import { mkdirSync } from "node:fs";\nmkdirSync("a", { mode: 0o700 });', /uses a file mode/],
  ["export const isRoot = process.getuid?.() === 0;", /uses process\.getuid/],
  ["process.kill(1);", /uses process\.kill/],
  ['process.on("SIGTERM", () => {});', /uses SIGTERM/],
  ['export const path = "/proc/self/task";', /uses the path \/proc/],
  ["export const path = (name: string) => `/tmp/${name}`;", /uses the path \/tmp/],
  ['import { spawn } from "node:child_process";\nspawn("sh", ["-c", "true"]);', /starts sh/],
  ['import { spawn } from "node:child_process";\nspawn("git", [], { shell: true });', /starts a shell/],
  ['import { execSync } from "node:child_process";\nexecSync("true");', /starts a shell/],
  [
    'import { spawn } from "node:child_process";\nexport const run = (name: string) => spawn(name);',
    /starts a program that the rule cannot check/,
  ],
  ["export const home = process.env.HOME;", /reads HOME/],
  ["export const find = ({ HOME: home }: NodeJS.ProcessEnv) => home;", /reads HOME/],
  ['export const home = process.env["HOME"];', /reads HOME/],
  ['import { join } from "node:path/posix";\njoin("a");', /uses POSIX paths/],
  ['import { posix } from "node:path";\nposix.join("a");', /uses POSIX paths/],
];

for (const [text, what] of faults) {
  test(`reports code that depends on the platform: ${text.split("\n").at(-1)}`, (t) => {
    const found = findIn(t, { "cli/src/commands/session.ts": text });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, what);
    assert.match(found[0]!, /^cli\/src\/commands\/session\.ts:\d+: /);
  });
}

test("follows imports, also into the modules of the server that a client command loads", (t) => {
  assert.match(
    findIn(t, {
      "cli/src/commands/session.ts": 'import "../deep.ts";',
      "cli/src/deep.ts": "process.umask();",
    }).join(),
    /^cli\/src\/deep\.ts:1: uses process\.umask$/,
  );
  assert.match(
    findIn(t, { "server/src/http/mcp/serve-stdio.ts": "process.umask();" }).join(),
    /^server\/src\/http\/mcp\/serve-stdio\.ts:1: uses process\.umask$/,
  );
});

test("rejects a tree without the roots of the client commands", (t) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-portability-"));
  t.after(() => rmSync(root, { recursive: true }));
  assert.throws(() => findLinuxOnly(root), /does not exist/);
});
