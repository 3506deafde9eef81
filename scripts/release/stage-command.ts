import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { collectModules } from "./collect-modules.ts";
import { assets, commandFiles, commandPackage, entries, workspaces } from "./contents.ts";
import { installPinned, type Manifest, writePinnedTree } from "./pinned-tree.ts";

/** Writes the content of the command's package to an empty folder. Returns its manifest. */
export function stageCommand(root: string, folder: string): Manifest {
  const { modules, packages } = collectModules(root, entries, workspaces);
  for (const [file, text] of modules) write(join(folder, file), text);
  for (const file of assetFiles(root)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const manifest = commandManifest(root, packages);
  write(join(folder, "package.json"), toText(manifest));
  // Modules read the version from here, and the folder's modules are ES modules.
  const { name, version } = manifest;
  for (const workspace of workspaces)
    write(join(folder, workspace, "package.json"), toText({ name, version, private: true, type: "module" }));
  for (const [file, source] of Object.entries(texts)) cpSync(join(root, source), join(folder, file));
  writePinnedTree(root, folder, workspaces);
  installPinned(folder);
  return manifest;
}

const texts = { LICENSE: "LICENSE", NOTICE: "scripts/release/NOTICE", "README.md": "cli/README.md" };

/** Returns the files that are copied. Throws if a pattern matches no file. */
export function assetFiles(root: string): string[] {
  return assets.flatMap((pattern) => {
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
