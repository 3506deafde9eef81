/**
 * Finds companion files, such as tests, recordings and documentation, that are missing for registered plug-ins and settings
 * sections. Also finds plug-ins and sections that are not registered.
 */
import type { SourceTree } from "./source-tree.ts";

export interface RegisteredForge {
  readonly name: string;
  readonly label: string;
}

export interface RegisteredSandbox {
  readonly name: string;
  readonly isolates: boolean;
}

export interface RegisteredHarness {
  readonly name: string;
  /** False for a program that users install themselves. */
  readonly isInstalledFromNpm: boolean;
  /** Name of the organization setting that contains the key for the harness's own service, or null if the harness has no such service. */
  readonly keySetting: string | null;
}

/** Returns a message for each file or entry that a forge lacks. */
export function findMissingOfForge(tree: SourceTree, { name, label }: RegisteredForge): readonly string[] {
  const folder = `server/src/forge/${name}`;
  const page = "docs/forges.md";
  const guide = "docs/guides/connect-a-forge.md";
  const tables = tablesOf(tree.read(page));
  return sentences([
    [hasTestCalling(tree, folder, /^testForgeContract\(/m), `No test in ${folder} runs the forge contract.`],
    [
      tables.some(([header]) => header!.some((cell) => cell.startsWith(label))),
      `${page} has no column for ${label}.`,
    ],
    [hasRow(tables, (cell) => cell.includes(label)), `${page} does not describe how ${label} is tested.`],
    [
      tree.read(page)?.includes(`verify:forge -- ${name} `),
      `${page} does not describe how to verify ${name}.`,
    ],
    [hasRow(tablesOf(tree.read(guide)), (cell) => cell.includes(label)), `${guide} has no row for ${label}.`],
  ]);
}

/** Returns a message for each file or entry that a sandbox lacks. */
export function findMissingOfSandbox(
  tree: SourceTree,
  { name, isolates }: RegisteredSandbox,
): readonly string[] {
  const folder = `server/src/sandbox/${name}`;
  const page = "docs/reference/config.md";
  const isSetting = (cell: string) => cell === "`TEMBO_SANDBOX`";
  const setting = tablesOf(tree.read(page))
    .flat()
    .find(([variable]) => isSetting(variable!));
  return sentences([
    [
      hasTestCalling(tree, folder, new RegExp(`\\btestSandboxContract\\(\\s*"${name}"`)),
      `No test in ${folder} runs the sandbox contract.`,
    ],
    [
      !isolates || tree.read(`${folder}/isolation.test.ts`) !== null,
      `${folder}/isolation.test.ts is missing, and the sandbox isolates.`,
    ],
    [setting?.at(-1)?.includes(`\`${name}\``), `${page} does not describe ${name} at TEMBO_SANDBOX.`],
  ]);
}

/** Returns a message for each file or entry that a harness lacks. */
export function findMissingOfHarness(tree: SourceTree, harness: RegisteredHarness): readonly string[] {
  const { name, keySetting } = harness;
  const page = "docs/harnesses.md";
  const contract = "contract/src/organization/organization.ts";
  return sentences([
    [hasRow(tablesOf(tree.read(page)), (cell) => cell === `\`${name}\``), `${page} has no row for ${name}.`],
    [
      keySetting === null || tree.read(contract)?.includes(` ${keySetting}: `),
      `${contract} has no setting ${keySetting}.`,
    ],
    ...(harness.isInstalledFromNpm ? requirementsOfPackage(tree, name) : []),
  ]);
}

/** Returns the IDs of the dashboard's settings sections, in display order. Throws if there are none. */
export function listSettingsSections(tree: SourceTree): readonly string[] {
  const ids = [...(tree.read(sectionList) ?? "").matchAll(/\bid: "([\w-]+)",\s+icon:/g)].map(([, id]) => id!);
  if (ids.length === 0) throw new Error(`No settings sections found in ${sectionList}.`);
  return ids;
}

/** Returns a message for each file or entry that a section of the dashboard's settings lacks. */
export function findMissingOfSection(tree: SourceTree, id: string): readonly string[] {
  const story = "e2e/src/browser/pages/settings.test.ts";
  const screenshots = "e2e/src/browser/all/screenshots.test.ts";
  const page = "docs/guides/dashboard.md";
  const entry = (indent: number) => new RegExp(`^ {${indent}}(?:"${id}"|${id}): ["/]`, "m");
  return sentences([
    [entry(2).test(tree.read(story) ?? ""), `${story} does not open ${id}.`],
    [entry(4).test(tree.read(screenshots) ?? ""), `${screenshots} takes no screenshot of ${id}.`],
    [
      hasRow(tablesOf(tree.read(page)), (cell) => cell === `\`/settings/${id}\``),
      `${page} has no row for ${id}.`,
    ],
  ]);
}

/** Returns a message for each plug-in or section that exists but is not registered. */
export function findUnregistered(tree: SourceTree): readonly string[] {
  return registrations.flatMap(({ list, below, isRegistered }) => {
    const text = tree.read(list) ?? "";
    const folder = list.slice(0, list.lastIndexOf("/"));
    return tree
      .filesBelow(below)
      .filter((file) => isRegistered(file, () => tree.read(file) ?? ""))
      .filter((file) => !text.includes(`"./${file.slice(folder.length + 1)}"`))
      .map((file) => `${list} does not list ${file}.`);
  });
}

const sectionList = "web/src/settings/sections.ts";

const registrations: readonly {
  readonly list: string;
  readonly below: string;
  isRegistered(file: string, text: () => string): boolean;
}[] = [
  {
    list: "server/src/forge/plug-ins.ts",
    below: "server/src/forge",
    isRegistered: (file) => file.endsWith("/plug-in.ts") && file !== "server/src/forge/plug-in.ts",
  },
  {
    list: "server/src/sandbox/plug-ins.ts",
    below: "server/src/sandbox",
    isRegistered: (file) => file.endsWith("/plug-in.ts") && file !== "server/src/sandbox/plug-in.ts",
  },
  {
    list: "server/src/harness/plug-ins.ts",
    below: "server/src/harness/specs",
    isRegistered: (_file, text) => /^export const \w+(?:: LaunchSpec = \{| = programSpec\()/m.test(text()),
  },
  {
    list: "server/src/broker/model/provider/plug-ins.ts",
    below: "server/src/broker/model/provider",
    isRegistered: (file) => file.endsWith("/plug-in.ts"),
  },
  { list: sectionList, below: "web/src/settings", isRegistered: (file) => file.endsWith("-section.tsx") },
];

/** Returns the requirements for a harness that Tembo installs from npm and whose model the tests can script. */
function requirementsOfPackage(tree: SourceTree, name: string): readonly Requirement[] {
  const file = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const locks = ["package.json", "package-lock.json"].map(
    (lock) => `server/src/harness/locks/${name}/${lock}`,
  );
  const test = `server/src/harness/real/${file}.test.ts`;
  const recording = `server/src/harness/fixtures/${name}/work.ndjson`;
  const lists = ["scripts/harness-cache.ts", "e2e/src/harnesses/matrix.test.ts"];
  const page = "docs/harnesses.md";
  return [
    ...locks.map((lock): Requirement => [tree.read(lock) !== null, `${lock} is missing.`]),
    [
      /\b(?:testRealHarness|testHarnessContract)\(/.test(tree.read(test) ?? ""),
      `${test} does not run the harness contract.`,
    ],
    [tree.read(recording) !== null, `${recording} is missing.`],
    ...lists.map(
      (list): Requirement => [
        new RegExp(`[hH]arnesses\\b.* = \\[[^\\]]*"${name}"`).test(tree.read(list) ?? ""),
        `${list} does not list ${name}.`,
      ],
    ),
    [
      tablesOf(tree.read(page)).some(([header]) => header!.includes(name)),
      `${page} has no column for ${name}.`,
    ],
  ];
}

/** A condition, and the message to report if it is not met. */
type Requirement = readonly [holds: boolean | undefined, sentence: string];

const sentences = (requirements: readonly Requirement[]) =>
  requirements.filter(([holds]) => holds !== true).map(([, sentence]) => sentence);

const hasTestCalling = (tree: SourceTree, folder: string, call: RegExp) =>
  tree.filesBelow(folder).some((file) => file.endsWith(".test.ts") && call.test(tree.read(file) ?? ""));

type Table = readonly (readonly string[])[];

/**
 * Returns the tables on a page. Each table is a list of rows, beginning with the header. Each row is a list of cells.
 */
function tablesOf(markdown: string | null): readonly Table[] {
  return [...(markdown ?? "").matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([table]) =>
    table
      .trim()
      .split("\n")
      .map((row) =>
        row
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      ),
  );
}

const hasRow = (tables: readonly Table[], matches: (firstCell: string) => boolean) =>
  tables.some(([, ...rows]) => rows.some(([cell]) => matches(cell!)));
