import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundle } from "./bundle.ts";
import {
  assets,
  commandEntry,
  commandFiles,
  commandPackage,
  sandboxEntries,
  workspaces,
} from "./contents.ts";
import { installPinned, type Manifest, writePinnedTree } from "./pinned-tree.ts";

/** Writes the content of the command's package to an empty folder. Returns its manifest. */
export async function stageCommand(root: string, folder: string): Promise<Manifest> {
  const packages = await stageModules(root, folder, assets);
  const manifest = commandManifest(root, packages);
  write(join(folder, "package.json"), toText(manifest));
  for (const [file, source] of Object.entries(texts)) cpSync(join(root, source), join(folder, file));
  writePinnedTree(root, folder, workspaces);
  installPinned(folder);
  return manifest;
}

/** Writes the bundles of the command, and the files that match the patterns. Returns the names of the packages that the bundles import. */
export async function stageModules(
  root: string,
  folder: string,
  patterns: readonly string[],
): Promise<ReadonlySet<string>> {
  const packages = new Set<string>();
  for (const entry of [commandEntry, ...sandboxEntries]) {
    const imported = await bundle({ root, entry, folder, namesSources: entry === commandEntry });
    for (const name of imported) packages.add(name);
  }
  for (const file of assetFiles(root, patterns)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  // The programs in sandboxes see only this manifest. It makes them ES modules.
  write(join(folder, "server/package.json"), toText({ private: true, type: "module" }));
  return packages;
}

const texts = { LICENSE: "LICENSE", NOTICE: "scripts/release/NOTICE", "README.md": "cli/README.md" };

/** Returns the files that are copied. Throws if a pattern matches no file. */
export function assetFiles(root: string, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const found = globSync(pattern, { cwd: root }).filter((file) => statSync(join(root, file)).isFile());
    if (found.length === 0) throw new Error(`No file matches ${pattern}.`);
    return found;
  });
}

function commandManifest(root: string, imported: ReadonlySet<string>): Manifest {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const { version, description, license, engines, optionalDependencies: node } = read("package.json");
  const manifests = workspaces.map((workspace) => read(`${workspace}/package.json`));
  const declared = new Map<string, string>(
    manifests.flatMap(({ dependencies = {} }) => Object.entries<string>(dependencies)),
  );
  const dependencies = [...imported].sort().map((name) => {
    const pinned = declared.get(name);
    if (pinned === undefined) throw new Error(`A module imports ${name}, on which no workspace depends.`);
    return [name, pinned];
  });
  const optional = manifests.map(({ optionalDependencies = {} }) => optionalDependencies);
  return {
    name: commandPackage,
    version,
    description,
    license,
    type: "module",
    engines,
    bin: { tembo: "cli/bin/tembo.js" },
    files: commandFiles,
    publishConfig: { access: "public" },
    dependencies: Object.fromEntries(dependencies),
    // npm ignores lockfiles of installed packages, so the tarball contains the pinned packages themselves.
    bundleDependencies: dependencies.map(([name]) => name),
    optionalDependencies: Object.assign({}, ...optional, node),
  } as Manifest;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
