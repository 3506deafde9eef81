import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { findLayeringViolations, type Violation } from "./dependency-rules.ts";

type Files = Readonly<Record<string, string>>;
const root = join(import.meta.dirname, "..");

/**
 * Files of a tree without faults. There is one file for each folder and each allowed import. The tests add faults to
 * these files.
 */
const sound: Files = {
  "contract/src/index.ts": "export interface Session { id: string }\nexport const operations = [];\n",
  "server/src/core/base/errors.ts": "export const reason = (cause: unknown) => String(cause);\n",
  "server/src/core/base/index.ts": 'export { reason } from "./errors.ts";\n',
  "server/src/runtime/delay.ts": "export const delay = (ms: number) => ms;\n",
  "server/src/runtime/retry.ts":
    'import { delay } from "./delay.ts";\nexport const retry = () => delay(1);\n',
  "server/src/core/turns/wait.ts":
    'import { retry } from "../../runtime/retry.ts";\nexport const wait = () => retry();\n',
  "server/src/core/turns/sandbox.ts":
    'import type { Readable } from "node:stream";\nexport type Output = Readable;\n',
  "server/src/core/sessions/index.ts": 'export { make } from "./session.ts";\n',
  "server/src/core/sessions/session.ts":
    'import { randomBytes } from "node:crypto";\nimport { join } from "node:path";\nimport type { Session } from "@tembo/contract";\nexport const make = (): Session => ({ id: join("a", randomBytes(4).toString("hex")) });\n',
  "server/src/git/git.ts":
    'import { reason } from "../core/base/index.ts";\nimport { start } from "../host-git/start.ts";\nimport { retry } from "../runtime/retry.ts";\nexport const git = () => [retry(), start(reason(1))];\n',
  "server/src/host-git/start.ts":
    'import { spawn } from "node:child_process";\nimport { reason } from "../core/base/index.ts";\nimport { retry } from "../runtime/retry.ts";\nexport const start = (arg: string) => [retry(), spawn("git", [reason(arg)])];\n',
  "server/src/outbound/outbound.ts":
    'import { request } from "node:https";\nimport { reason } from "../core/base/index.ts";\nexport const outbound = () => [request, reason];\n',
  "server/src/forge/forge.ts":
    'import { outbound } from "../outbound/outbound.ts";\nexport const forge = outbound;\n',
  "server/src/git/git.test.ts": 'import { listen } from "../http/listen.ts";\nlisten();\n',
  "server/src/http/listen.ts":
    'import { operations } from "@tembo/contract";\nimport { make } from "../core/sessions/index.ts";\nexport const listen = () => [make(), operations];\n',
  "server/src/config.ts": "export const readConfig = () => ({});\n",
  "server/src/doctor.ts": 'import { git } from "./git/git.ts";\nexport const check = git;\n',
  "server/src/doctor/check-git.ts": 'import { git } from "../git/git.ts";\nexport const check = git;\n',
  "server/src/start-tembo.ts": 'import { git } from "./git/git.ts";\nexport const start = git;\n',
  "server/src/main.ts":
    'import { readConfig } from "./config.ts";\nimport { git } from "./git/git.ts";\nimport { listen } from "./http/listen.ts";\nexport const start = () => [readConfig(), git(), listen()];\n',
  "sdk/src/index.ts":
    'import type { Session } from "@tembo/contract";\nexport class Tembo { session: Session | null = null }\n',
  "cli/src/main.ts":
    'import { start } from "@tembo/server";\nimport { Tembo } from "@tembo-io/sdk";\nexport const run = () => [start(), new Tembo()];\n',
  "web/src/app.ts": 'import { Tembo } from "@tembo-io/sdk";\nexport const app = new Tembo();\n',
  "e2e/src/story.test.ts":
    'import { run } from "../../cli/src/main.ts";\nimport { git } from "../../server/src/git/git.ts";\nrun();\ngit();\n',
};

function plant(context: { after(remove: () => void): void }, faults: Files): string {
  const tree = mkdtempSync(join(tmpdir(), "tembo-layering-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const [path, text] of Object.entries({ ...sound, ...faults })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  for (const path of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"]) {
    copyFileSync(join(root, path), join(tree, path));
  }
  for (const [name, place] of [
    ["@tembo/contract", "contract"],
    ["@tembo/server", "server"],
    ["@tembo-io/sdk", "sdk"],
    ["@tembo/cli", "cli"],
  ] as const) {
    copyFileSync(join(root, place, "package.json"), join(tree, place, "package.json"));
    mkdirSync(dirname(join(tree, "node_modules", name)), { recursive: true });
    symlinkSync(join(tree, place), join(tree, "node_modules", name));
  }
  symlinkSync(join(root, "node_modules/zod"), join(tree, "node_modules/zod"));
  return tree;
}

const rulesBroken = (tree: string) => [
  ...new Set(findLayeringViolations(tree).violations.map(({ rule }) => rule)),
];

test("finds no violation in a valid tree", (context) => {
  const { moduleCount, violations } = findLayeringViolations(plant(context, {}));
  assert.deepEqual(violations, []);
  assert.ok(moduleCount >= Object.keys(sound).length);
});

const faults: readonly { readonly fault: string; readonly rule: string; readonly files: Files }[] = [
  {
    fault: "two adapter files that import each other",
    rule: "no-cycles",
    files: {
      "server/src/git/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
      "server/src/git/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
    },
  },
  {
    fault: "two files that import only each other's types",
    rule: "no-cycles",
    files: {
      "server/src/core/a.ts": 'import type { B } from "./b.ts";\nexport interface A { b?: B }\n',
      "server/src/core/b.ts": 'import type { A } from "./a.ts";\nexport interface B { a?: A }\n',
    },
  },
  {
    fault: "an unresolvable import",
    rule: "imports-resolve",
    files: { "cli/src/deep.ts": 'import { git } from "@tembo/server/src/git/git.ts";\ngit();\n' },
  },
  {
    fault: "the core importing an adapter",
    rule: "core-has-no-io",
    files: {
      "server/src/core/bad-adapter.ts": 'import { git } from "../git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "the core reading files",
    rule: "core-has-no-io",
    files: {
      "server/src/core/bad-files.ts":
        'import { readFileSync } from "node:fs";\nexport const bad = readFileSync;\n',
    },
  },
  {
    fault: "the core importing a package",
    rule: "core-has-no-io",
    files: { "server/src/core/bad-package.ts": 'import { z } from "zod";\nexport const bad = z;\n' },
  },
  {
    fault: "the core creating a stream",
    rule: "core-imports-streams-as-types",
    files: {
      "server/src/core/bad-stream.ts":
        'import { Readable } from "node:stream";\nexport const bad = Readable.from([]);\n',
    },
  },
  {
    fault: "a core module importing a module above it",
    rule: "core-base-imports-only-below",
    files: {
      "server/src/core/base/bad.ts":
        'import { make } from "../sessions/index.ts";\nexport const bad = make;\n',
    },
  },
  {
    fault: "a core module importing a type from a module above it",
    rule: "core-sessions-imports-only-below",
    files: {
      "server/src/core/turns/index.ts": 'export type { Output } from "./sandbox.ts";\n',
      "server/src/core/sessions/bad-type.ts":
        'import type { Output } from "../turns/index.ts";\nexport type Bad = Output;\n',
    },
  },
  {
    fault: "a core module importing an internal file of another core module",
    rule: "core-modules-only-through-index",
    files: {
      "server/src/core/sessions/bad-internal.ts":
        'import { reason } from "../base/errors.ts";\nexport const bad = reason;\n',
    },
  },
  {
    fault: "a core module importing its own index",
    rule: "core-module-not-through-own-index",
    files: {
      "server/src/core/sessions/bad-index.ts":
        'import { make } from "./index.ts";\nexport const bad = make;\n',
    },
  },
  {
    fault: "an adapter importing an internal file of a core module",
    rule: "core-only-through-index",
    files: {
      "server/src/http/bad-internal.ts":
        'import { reason } from "../core/base/errors.ts";\nexport const bad = reason;\n',
    },
  },
  {
    fault: "a core module importing all ports",
    rule: "core-modules-import-only-own-ports",
    files: {
      "server/src/core/ports.ts":
        'import type { make } from "./sessions/index.ts";\nexport interface Ports { make: typeof make }\n',
      "server/src/core/turns/bad-ports.ts":
        'import type { Ports } from "../ports.ts";\nexport type Bad = Ports;\n',
    },
  },
  {
    fault: "the core importing shared test code",
    rule: "core-imports-no-test-code",
    files: {
      "server/src/core/turns/testing/git.ts":
        'import { git } from "../../../git/git.ts";\nexport const fake = git;\n',
      "server/src/core/turns/bad-test-code.ts":
        'import { fake } from "./testing/git.ts";\nexport const bad = fake;\n',
    },
  },
  {
    fault: "an adapter importing another adapter",
    rule: "adapters-are-independent",
    files: {
      "server/src/http/bad-adapter.ts": 'import { git } from "../git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "shared adapter code importing an adapter",
    rule: "host-git-imports-no-adapter",
    files: {
      "server/src/host-git/bad.ts": 'import { git } from "../git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "an adapter importing another adapter's type",
    rule: "adapters-are-independent",
    files: {
      "server/src/http/bad-type.ts":
        'import type { git } from "../git/git.ts";\nexport type Bad = typeof git;\n',
    },
  },
  {
    fault: "the outbound module importing an adapter",
    rule: "adapters-are-independent",
    files: {
      "server/src/outbound/bad.ts": 'import { git } from "../git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "the core importing the outbound module",
    rule: "core-has-no-io",
    files: {
      "server/src/core/bad-outbound.ts":
        'import { outbound } from "../outbound/outbound.ts";\nexport const bad = outbound;\n',
    },
  },
  {
    fault: "an adapter reading the configuration",
    rule: "adapters-are-independent",
    files: {
      "server/src/http/bad-config.ts":
        'import { readConfig } from "../config.ts";\nexport const bad = readConfig;\n',
    },
  },
  {
    fault: "a file other than main.ts composing adapters",
    rule: "only-entry-points-compose",
    files: { "server/src/helper.ts": 'import { git } from "./git/git.ts";\nexport const help = git;\n' },
  },
  {
    fault: "the contract importing the server",
    rule: "contract-imports-no-package",
    files: { "contract/src/bad.ts": 'import { start } from "@tembo/server";\nexport const bad = start;\n' },
  },
  {
    fault: "the runtime importing the core",
    rule: "runtime-imports-nothing-else",
    files: {
      "server/src/runtime/bad-core.ts":
        'import { reason } from "../core/base/index.ts";\nexport const bad = () => reason(1);\n',
    },
  },
  {
    fault: "the runtime reading a file",
    rule: "runtime-imports-nothing-else",
    files: {
      "server/src/runtime/bad-files.ts":
        'import { readFile } from "node:fs/promises";\nexport const bad = () => readFile("x");\n',
    },
  },
  {
    fault: "the server importing the client",
    rule: "server-imports-no-client",
    files: { "server/src/core/bad.test.ts": 'import { Tembo } from "@tembo-io/sdk";\nnew Tembo();\n' },
  },
  {
    fault: "a client test starting the server",
    rule: "sdk-imports-only-contract",
    files: { "sdk/src/bad.test.ts": 'import { start } from "@tembo/server";\nstart();\n' },
  },
  {
    fault: "the client importing the contract's code",
    rule: "sdk-has-no-dependencies",
    files: {
      "sdk/src/bad.ts": 'import { operations } from "@tembo/contract";\nexport const bad = operations;\n',
    },
  },
  {
    fault: "the dashboard importing the server",
    rule: "web-imports-only-sdk",
    files: {
      "web/src/bad.ts": 'import { git } from "../../server/src/git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "the documentation importing the server",
    rule: "site-imports-no-package",
    files: {
      "site/src/bad.ts": 'import { git } from "../../server/src/git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "the CLI importing an internal file of the server",
    rule: "cli-imports-only-server-exports",
    files: {
      "cli/src/bad-server.ts":
        'import { git } from "../../server/src/git/git.ts";\nexport const bad = git;\n',
    },
  },
  {
    fault: "the CLI importing a helper of the stories",
    rule: "product-imports-no-stories",
    files: {
      "e2e/src/support.ts": "export const help = 1;\n",
      "cli/src/bad-story.ts": 'import { help } from "../../e2e/src/support.ts";\nexport const bad = help;\n',
    },
  },
  {
    fault: "code importing a test",
    rule: "nothing-imports-tests",
    files: {
      "server/src/http/sum.test.ts": "export const sum = 1;\n",
      "server/src/http/bad-test.ts": 'import { sum } from "./sum.test.ts";\nexport const bad = sum;\n',
    },
  },
];

const planted = faults.map(({ files }) => files);

/** Violations in a tree with all faults, because starting dependency-cruiser takes longer than checking the files. */
let violations: readonly Violation[] = [];
before(() => {
  violations = findLayeringViolations(plant({ after }, Object.assign({}, ...planted))).violations;
});

for (const { fault, rule, files } of faults) {
  test(`${fault} breaks ${rule} and no other rule`, () => {
    const broken = violations.filter(({ from }) => Object.hasOwn(files, from)).map((found) => found.rule);
    assert.deepEqual([...new Set(broken)], [rule]);
  });
}

test("each violation is in a file of exactly one fault", () => {
  const names = planted.flatMap((files) => Object.keys(files));
  assert.equal(new Set([...names, ...Object.keys(sound)]).size, names.length + Object.keys(sound).length);
  assert.deepEqual(
    violations.filter(({ from }) => !names.includes(from)),
    [],
  );
});

test("ignores build output", (context) => {
  const built = {
    "dist/assets/index.js": 'import { page } from "./page.js";\nexport const start = page;\n',
    "dist/assets/page.js": 'import { start } from "./index.js";\nexport const page = start;\n',
  };
  const inPlace = (place: string) =>
    Object.fromEntries(Object.entries(built).map(([name, text]) => [`${place}/${name}`, text]));
  assert.deepEqual(rulesBroken(plant(context, { ...inPlace("web"), ...inPlace("sdk") })), []);
  assert.deepEqual(rulesBroken(plant(context, inPlace("web/src"))), ["no-cycles"], "control");
});

test("rejects a configuration that matches no module", (context) => {
  const tree = plant(context, {});
  writeFileSync(
    join(tree, ".dependency-cruiser.mjs"),
    'export default { forbidden: [], options: { includeOnly: "^nothing/" } };\n',
  );
  assert.throws(() => findLayeringViolations(tree), /found no modules/);
});

test("reports why the configuration cannot be read", (context) => {
  const tree = plant(context, {});
  writeFileSync(join(tree, ".dependency-cruiser.mjs"), "export default {{{");
  assert.throws(() => findLayeringViolations(tree), /did not run: .*\S/s);
});
