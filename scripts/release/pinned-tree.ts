import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * Writes package-lock.json for the package.json in `folder`, with the versions and hashes of the clone's package-lock.json. npm arranges the
 * packages. Throws if the result contains a package that the clone does not have.
 */
export function writePinnedTree(root: string, folder: string, workspaces: readonly string[]): void {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile;
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const path = join(folder, "package-lock.json");
  const { name, version } = manifest;
  const known = { name, version, lockfileVersion: 3, requires: true };
  writeFileSync(path, JSON.stringify({ ...known, packages: { "": manifest, ...moved(lock, workspaces) } }));
  runNpm(folder, ["install", "--package-lock-only", ...quietly]);
  requirePinned(JSON.parse(readFileSync(path, "utf8")), lock);
}

/** Installs the pinned packages of a folder, without optional ones, which are for one platform. npm verifies their hashes. */
export function installPinned(folder: string): void {
  runNpm(folder, ["ci", "--omit=optional", ...quietly]);
}

interface Platform {
  readonly manifest: Manifest;
  /** Packages among the optional dependencies. */
  readonly names: readonly string[];
  /** Architecture, as Node names it. */
  readonly cpu: string;
  readonly workspaces: readonly string[];
}

/** Installs optional dependencies of the command for Linux on the given architecture in an empty folder. npm verifies their hashes. */
export function installPlatform(
  root: string,
  folder: string,
  { manifest, names, cpu, workspaces }: Platform,
): void {
  const { name, version, optionalDependencies } = manifest;
  // npm rejects other dependencies that do not run on this machine.
  const chosen = Object.fromEntries(names.map((each) => [each, optionalDependencies[each]]));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name, version, optionalDependencies: chosen }),
  );
  writePinnedTree(root, folder, workspaces);
  runNpm(folder, ["ci", "--os=linux", `--cpu=${cpu}`, "--libc=glibc", ...quietly]);
}

const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];

/** Runs npm in a folder. Returns its standard output. Throws if npm fails. */
export function runNpm(folder: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync("npm", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, npm_config_omit_lockfile_registry_resolved: "true" },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`npm ${args[0]} failed; its output is above.`);
  return stdout;
}

/** Returns the registry packages of the workspaces. Those in the folder of a workspace replace the ones in the root. */
function moved({ packages }: Lockfile, workspaces: readonly string[]): Record<string, LockedPackage> {
  const entries = Object.entries(packages).filter(([, { link }]) => link !== true);
  const shared = entries.filter(([path]) => path.startsWith("node_modules/"));
  const own = workspaces.flatMap((workspace) =>
    entries
      .filter(([path]) => path.startsWith(`${workspace}/node_modules/`))
      .map(([path, entry]) => [path.slice(workspace.length + 1), entry] as const),
  );
  return Object.fromEntries([...shared, ...own]);
}

/**
 * Throws if npm chose a version that the clone does not use, for example because two workspaces need different ones. Also throws for a package
 * without a hash, such as a git repository, because npm would not verify its content.
 */
export function requirePinned(pinned: Lockfile, lock: Lockfile): void {
  const known = new Set(describeAll(lock).map(({ key }) => key));
  const packages = describeAll(pinned);
  const unknown = packages.filter(({ key }) => !known.has(key)).map(({ key }) => key);
  if (unknown.length > 0)
    throw new Error(`package-lock.json does not have these packages: ${unknown.join(", ")}.`);
  const unverified = packages.filter(({ integrity }) => integrity === undefined).map(({ key }) => key);
  if (unverified.length > 0)
    throw new Error(
      `package-lock.json has no hash of these packages: ${unverified.join(", ")}. Use versions from the npm registry.`,
    );
}

/** Returns the installed packages of a lockfile, each with its name, version and hash as `key`. */
function describeAll({
  packages,
}: Lockfile): { readonly key: string; readonly integrity: string | undefined }[] {
  const start = "node_modules/";
  return Object.entries(packages)
    .filter(([path]) => path.includes(start))
    .map(([path, { version, integrity }]) => {
      const name = path.slice(path.lastIndexOf(start) + start.length);
      return { key: `${name}@${version} ${integrity}`, integrity };
    });
}
