import assert from "node:assert/strict";
import { test } from "node:test";
import { findMissingOfHarness, findUnregistered } from "./companion-files.ts";
import { compilerOf, read, root, testGuide, withLine } from "./guide.test-support.ts";
import { sourceTree } from "./source-tree.ts";

const folder = "server/src/harness";
const list = `${folder}/plug-ins.ts`;
const spec = `${folder}/specs/acme.ts`;
const realTest = `${folder}/real/acme.test.ts`;

const launchSpec = `import type { LaunchSpec } from "../launch-spec.ts";
import { npmLock } from "./npm-lock.ts";

export const acme: LaunchSpec = {
  name: "acme",
  displayName: "Acme",
  version: "1.0.0",
  source: npmLock("acme"),
  entry: "node_modules/acme/main.js",
  defaultModel: "gpt-5.5",
  modelFamily: "openai",
  capabilities: {
    canSteer: false,
    asksPermission: false,
    takesImages: false,
    mcpTransports: [],
    reasoningLevels: [],
    speeds: ["normal"],
    readsRuleFiles: [],
    takesInstructions: false,
    skillFolders: null,
  },
  argv: ({ nodeBinary, installDir }) => [nodeBinary, \`\${installDir}/node_modules/acme/main.js\`],
  env: () => ({}),
  modes: { build: [], ask: [], plan: [] },
  lateUpdatesMs: 200,
  modelErrorIn: () => null,
};
`;

const contract = `import { acme } from "../specs/acme.ts";
import { testRealHarness } from "./test-real-harness.ts";

testRealHarness({
  spec: acme,
  countsOutput: true,
  tools: {
    write: (path, content) => ({ name: "write", input: { path, content } }),
    run: (command) => ({ name: "run", input: { command } }),
  },
  refusals: [],
});
`;

const page = read("docs/harnesses.md")
  .replace(/^\| `gemini` .*$/m, "$&\n| `acme` | Acme | acme 1.0.0 | npm | OpenAI |")
  .replace(/^\| \| claudeCode .*$/m, "$& acme |");

const listed = (file: string, pattern: RegExp) => read(file).replace(pattern, '$&"acme", ');

const compile = compilerOf("tsconfig.json");

testGuide({
  page: "docs/develop/add-a-harness.md",
  steps: [
    { file: spec, text: launchSpec, faults: [/Cannot find module '.\/specs\/acme.ts'/] },
    {
      file: list,
      text: withLine(list, "", 'import { acme } from "./specs/acme.ts";').replace(
        "  cursor,\n",
        "$&  acme,\n",
      ),
      faults: [/plug-ins.ts does not list server\/src\/harness\/specs\/acme.ts/],
    },
    {
      file: `${folder}/locks/acme/package.json`,
      text: "{}",
      faults: [/locks\/acme\/package.json is missing/],
    },
    {
      file: `${folder}/locks/acme/package-lock.json`,
      text: "{}",
      faults: [/locks\/acme\/package-lock.json is missing/],
    },
    { file: realTest, text: contract, faults: [/real\/acme.test.ts does not run the harness contract/] },
    {
      file: "scripts/harness-cache.ts",
      text: listed("scripts/harness-cache.ts", /playableHarnesses: readonly string\[\] = \[/),
      faults: [/harness-cache.ts does not list acme/],
    },
    {
      file: "e2e/src/harnesses/matrix.test.ts",
      text: listed("e2e/src/harnesses/matrix.test.ts", /const harnesses = \[/),
      faults: [/matrix.test.ts does not list acme/],
    },
    {
      file: `${folder}/fixtures/acme/work.ndjson`,
      text: "",
      faults: [/fixtures\/acme\/work.ndjson is missing/],
    },
    {
      file: "docs/harnesses.md",
      text: page,
      faults: [/harnesses.md has no row for acme/, /harnesses.md has no column for acme/],
    },
  ],
  findFaults: (changes) => {
    const tree = sourceTree(root, changes);
    return [
      ...compile([list, spec, realTest], changes),
      ...findMissingOfHarness(tree, { name: "acme", isInstalledFromNpm: true, keySetting: null }),
      ...findUnregistered(tree),
    ];
  },
});

test("a missing fact in a harness's spec is a type error", () => {
  for (const fact of ["displayName", "canSteer", "skillFolders", "modes"]) {
    const text = launchSpec.replace(new RegExp(`^ +${fact}: .*\n`, "m"), "");
    assert.match(compile([spec], { [spec]: text }).join("\n"), new RegExp(`'${fact}' is missing`), fact);
  }
});

test("a preinstalled program requires no packages, and its own service requires a setting for the key", () => {
  const tree = sourceTree(root, { "docs/harnesses.md": page });
  const program = { name: "acme", isInstalledFromNpm: false, keySetting: null };
  assert.deepEqual(findMissingOfHarness(tree, program), []);
  const [fault, ...more] = findMissingOfHarness(tree, { ...program, keySetting: "acmeApiKey" });
  assert.match(fault ?? "", /organization.ts has no setting acmeApiKey/);
  assert.deepEqual(more, []);
});
