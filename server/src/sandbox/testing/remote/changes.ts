import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";

/** Content of a folder: each path below it, byte for byte in latin1, with a description that changes with the file. */
export type Manifest = ReadonlyMap<string, string>;

export function listFolder(root: string): Manifest {
  const found = new Map<string, string>();
  const walk = (folder: string) => {
    for (const name of readdirSync(placeOf(root, folder), "latin1")) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = lstatSync(placeOf(root, path), { bigint: true });
      found.set(path, describe(stats, root, path));
      if (stats.isDirectory()) walk(path);
    }
  };
  walk("");
  return found;
}

export interface Changes {
  /** Paths that no longer exist, or have another type. */
  readonly removed: readonly string[];
  /** Paths that are new or have changed, folders before what is in them. */
  readonly changed: readonly string[];
}

export function compareFolders(before: Manifest, after: Manifest): Changes {
  const kindOf = (description: string | undefined) => description?.[0];
  return {
    removed: [...before.keys()].filter((path) => kindOf(before.get(path)) !== kindOf(after.get(path))),
    changed: [...after.keys()].filter((path) => before.get(path) !== after.get(path)),
  };
}

/** Paths as programs take them: each with a zero byte after it. */
export function joinPaths(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `./${path}\0`).join(""), "latin1");
}

const placeOf = (root: string, path: string) =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);

function describe(stats: BigIntStats, root: string, path: string): string {
  if (stats.isDirectory()) return `d${stats.mode}`;
  if (stats.isSymbolicLink()) return `l${readlinkSync(placeOf(root, path), "latin1")}`;
  return `${stats.isFile() ? "f" : "o"}${stats.mode} ${stats.size} ${stats.mtimeNs} ${stats.ino}`;
}
