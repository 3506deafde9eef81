import assert from "node:assert/strict";
import { test } from "node:test";
import { findMissingOfSandbox, findUnregistered } from "./companion-files.ts";
import { compilerOf, read, root, testGuide, withLine } from "./guide.test-support.ts";
import { sourceTree } from "./source-tree.ts";

const folder = "server/src/sandbox/acme";
const list = "server/src/sandbox/plug-ins.ts";

const provider = `import type { SandboxProvider } from "../../core/turns/index.ts";
import type { SandboxOptions } from "../plug-in.ts";

export function createAcme({ dataDir }: SandboxOptions): SandboxProvider {
  throw new Error(\`No sandbox can be created in \${dataDir}.\`);
}
`;

const plugIn = `import type { SandboxPlugIn } from "../plug-in.ts";
import { createAcme } from "./create-acme.ts";

export const acme: SandboxPlugIn = { name: "acme", missingIsolation: null, create: createAcme };
`;

const contract = `import { testSandboxContract } from "../sandbox-contract.ts";

testSandboxContract("acme");
`;

const isolation = `import { test } from "node:test";

test("a program cannot read the files of the host", { skip: "acme is not installed" }, () => {});
`;

const compile = compilerOf("tsconfig.json");
const files = ["plug-in.ts", "create-acme.ts", "acme.test.ts", "isolation.test.ts"];

testGuide({
  page: "docs/develop/add-a-sandbox.md",
  steps: [
    { file: `${folder}/create-acme.ts`, text: provider, faults: [/Cannot find module '.\/create-acme.ts'/] },
    { file: `${folder}/plug-in.ts`, text: plugIn, faults: [/Cannot find module '.\/acme\/plug-in.ts'/] },
    {
      file: list,
      text: withLine(list, "", 'import { acme } from "./acme/plug-in.ts";').replace(
        "unsafeLocal]",
        "unsafeLocal, acme]",
      ),
      faults: [/plug-ins.ts does not list server\/src\/sandbox\/acme\/plug-in.ts/],
    },
    { file: `${folder}/acme.test.ts`, text: contract, faults: [/No test .* runs the sandbox contract/] },
    {
      file: `${folder}/isolation.test.ts`,
      text: isolation,
      faults: [/isolation.test.ts is missing, and the sandbox isolates/],
    },
    {
      file: "docs/reference/config.md",
      text: read("docs/reference/config.md").replace(
        /^\| `TEMBO_SANDBOX` .*(?= \|$)/m,
        "$& `acme` runs it on Acme.",
      ),
      faults: [/does not describe acme at TEMBO_SANDBOX/],
    },
  ],
  findFaults: (changes) => {
    const tree = sourceTree(root, changes);
    return [
      ...compile([list, ...files.map((file) => `${folder}/${file}`)], changes),
      ...findMissingOfSandbox(tree, { name: "acme", isolates: true }),
      ...findUnregistered(tree),
    ];
  },
});

test("a missing fact in a sandbox plug-in is a type error", () => {
  const file = `${folder}/plug-in.ts`;
  for (const fact of ["missingIsolation: null", 'name: "acme"']) {
    const changes = { [`${folder}/create-acme.ts`]: provider, [file]: plugIn.replace(`${fact}, `, "") };
    const [name] = fact.split(":");
    assert.match(compile([file], changes).join("\n"), new RegExp(`'${name}' is missing`), fact);
  }
});
