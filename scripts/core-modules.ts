import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { modulesOfTheCore } from "../.dependency-cruiser.mjs";

const imported = /^(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"/gm;
const begin = "<!-- The table is written by npm run generate. -->";
const end = "<!-- End of the table. -->";

/** An import between two files of the core. Paths are relative to `server/src/core`. */
export interface CoreImport {
  readonly from: string;
  readonly to: string;
}

/** Returns every import between files of the core in this tree. Excludes tests and files that only tests use. */
export function readCoreImports(root: string): {
  readonly files: readonly string[];
  readonly imports: CoreImport[];
} {
  const core = join(root, "server/src/core");
  const files = readdirSync(core, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("testing/"))
    .sort();
  const imports = files.flatMap((from) =>
    [...readFileSync(join(core, from), "utf8").matchAll(imported)].map(([, to]) => ({
      from,
      to: normalize(join(dirname(from), to!)),
    })),
  );
  return { files, imports: imports.filter(({ to }) => !to.startsWith("..")) };
}

/** Returns the imports from modules that are higher in the module order. Pure. */
export function findUpwardImports(imports: readonly CoreImport[]): CoreImport[] {
  return imports.filter(({ from, to }) => place(to) > place(from) && place(from) !== -1);
}

/**
 * Returns the pairs of folders in the same module that import each other, in the form `sessions/message <->
 * sessions/turn`. Pure.
 */
export function findMutualFolders(imports: readonly CoreImport[]): string[] {
  const edges = new Set(imports.map(({ from, to }) => `${folder(from)} ${folder(to)}`));
  const pairs = [...edges]
    .map((edge) => edge.split(" ") as [string, string])
    .filter(([one, other]) => one < other && edges.has(`${other} ${one}`))
    .filter(
      ([one, other]) => one.split("/")[0] === other.split("/")[0] && one.includes("/") && other.includes("/"),
    );
  return pairs.map(([one, other]) => `${one} <-> ${other}`).sort();
}

/** Returns the document with an updated table of modules. Throws if the document has no marker for the table. */
export function withModuleTable(document: string, root: string): string {
  const start = document.indexOf(begin);
  const stop = document.indexOf(end);
  if (start === -1 || stop < start) throw new Error(`The document has no "${begin}" before an "${end}".`);
  return `${document.slice(0, start)}${begin}\n${moduleTable(root)}\n${document.slice(stop)}`;
}

function moduleTable(root: string): string {
  const { files, imports } = readCoreImports(root);
  const rows = modulesOfTheCore.map((name) => {
    const own = files.filter((file) => file.startsWith(`${name}/`));
    const folders = new Set(own.map(folder).filter((one) => one !== name));
    const out = imports.filter(({ from, to }) => from.startsWith(`${name}/`) && !to.startsWith(`${name}/`));
    return `| \`${name}/\` | ${own.length} | ${folders.size} | ${out.length} |`;
  });
  return [
    "",
    "| module | files | nouns | imports of modules below |",
    "|---|---|---|---|",
    ...rows,
    "",
    `Upward imports between modules: ${findUpwardImports(imports).length}. Folders of one module that import each other: ${findMutualFolders(imports).length}.`,
    "",
  ].join("\n");
}

const place = (path: string) => modulesOfTheCore.indexOf(path.split("/")[0]!);
const folder = (path: string) => path.split("/").slice(0, -1).slice(0, 2).join("/");

export const architectureFile = join(import.meta.dirname, "../docs/architecture.md");
