import assert from "node:assert/strict";
import { test } from "node:test";
import { findMissingOfForge, findUnregistered } from "./companion-files.ts";
import { compilerOf, read, root, testGuide, withLine } from "./guide.test-support.ts";
import { sourceTree } from "./source-tree.ts";

const folder = "server/src/forge/acme";
const list = "server/src/forge/plug-ins.ts";

const descriptor = `import type { ConnectableForge } from "../../core/forges/index.ts";
import { tokenMethod } from "../setup-methods.ts";
import { commonTriggerNames, commonTriggers } from "../triggers/common-triggers.ts";

export const acmeKind: ConnectableForge = {
  descriptor: {
    name: "acme",
    label: "Acme",
    title: "Acme",
    category: "Source code",
    description: "Repositories on Acme, by an access token.",
    credentialUrl: "https://acme.example/tokens",
    connection: {
      publicAddress: null,
      apiPath: "/api",
      mentionPrefixes: ["@"],
      credentials: ["accessToken"],
      setupMethods: [tokenMethod()],
    },
    hasReviewIds: true,
    triggers: commonTriggers("acme"),
    templatePaths: [],
  },
  triggerNames: (event, facts) => commonTriggerNames("acme", event, facts),
};
`;

const adapter = `import type { ForgeAdapter } from "../../core/forges/index.ts";
import type { ForgeMeans } from "../plug-in.ts";

export function createAcmeForge({ fetch }: ForgeMeans): ForgeAdapter {
  throw new Error(\`\${fetch.name} reaches no Acme.\`);
}
`;

const plugIn = `import type { ForgePlugIn } from "../plug-in.ts";
import { createAcmeForge } from "./acme-forge.ts";
import { acmeKind } from "./descriptor.ts";

export const acme: ForgePlugIn = {
  kind: acmeKind,
  create: createAcmeForge,
  createSetup: () => {
    throw new Error("Acme has no setup page.");
  },
};
`;

const contract = `import { testForgeContract } from "../forge-contract.ts";
import { makeAcme } from "./testing/acme-under-test.ts";

testForgeContract("acme", makeAcme);
`;

const double = `import type { MakeForge } from "../../testing/forge-under-test.ts";

export const makeAcme: MakeForge = () => Promise.reject(new Error("There is no Acme."));
`;

const page = read("docs/forges.md")
  .replace(/^\| \| local \|.*$/m, "$& Acme |")
  .replace(/^\| local \| itself,.*$/m, "$&\n| Acme | a fake server |")
  .replace(/^npm run verify:forge -- gitea .*$/m, "$&\nnpm run verify:forge -- acme --repo owner/name");

const compile = compilerOf("tsconfig.json");
const files = ["plug-in.ts", "descriptor.ts", "acme-forge.ts", "acme-forge.test.ts"];

testGuide({
  page: "docs/develop/add-a-forge.md",
  steps: [
    { file: `${folder}/descriptor.ts`, text: descriptor, faults: [/Cannot find module '.\/descriptor.ts'/] },
    { file: `${folder}/acme-forge.ts`, text: adapter, faults: [/Cannot find module '.\/acme-forge.ts'/] },
    { file: `${folder}/plug-in.ts`, text: plugIn, faults: [/Cannot find module '.\/acme\/plug-in.ts'/] },
    {
      file: list,
      text: withLine(list, "", 'import { acme } from "./acme/plug-in.ts";').replace("= [", "= [acme, "),
      faults: [/plug-ins.ts does not list server\/src\/forge\/acme\/plug-in.ts/],
    },
    {
      file: `${folder}/testing/acme-under-test.ts`,
      text: double,
      faults: [/Cannot find module '.\/testing\/acme-under-test.ts'/],
    },
    { file: `${folder}/acme-forge.test.ts`, text: contract, faults: [/No test .* runs the forge contract/] },
    {
      file: "docs/forges.md",
      text: page,
      faults: [
        /has no column for Acme/,
        /does not describe how Acme is tested/,
        /does not describe how to verify acme/,
      ],
    },
    {
      file: "docs/guides/connect-a-forge.md",
      text: read("docs/guides/connect-a-forge.md").replace(
        /^\| forge \| token \|\n.*$/m,
        "$&\n| Acme | a token |",
      ),
      faults: [/connect-a-forge.md has no row for Acme/],
    },
  ],
  findFaults: (changes) => {
    const tree = sourceTree(root, changes);
    return [
      ...compile([list, ...files.map((file) => `${folder}/${file}`)], changes),
      ...findMissingOfForge(tree, { name: "acme", label: "Acme" }),
      ...findUnregistered(tree),
    ];
  },
});

test("a missing fact in a forge's descriptor is a type error", () => {
  const file = `${folder}/descriptor.ts`;
  for (const fact of ["label", "hasReviewIds", "templatePaths", "mentionPrefixes"]) {
    const text = descriptor.replace(new RegExp(`^ +${fact}: .*\n`, "m"), "");
    assert.match(compile([file], { [file]: text }).join("\n"), new RegExp(`'${fact}' is missing`), fact);
  }
});
