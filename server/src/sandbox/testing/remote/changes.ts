import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";

/** Contents of a folder: each path in it, decoded byte by byte as latin1, with a description that changes with the file. */
export type Manifest = ReadonlyMap<string, string>;

export function listFolder(root: string): Manifest {
  const found = new Map<string, string>();
  const walk = (folder: string) => {
    for (const name of readdirSync(joinLatin1(root, folder), "latin1")) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = lstatSync(joinLatin1(root, path), { bigint: true });
      found.set(path, describe(stats, root, path));
      if (stats.isDirectory()) walk(path);
    }
  };
  walk("");
  return found;
}

export interface Changes {
  /** Paths that no longer exist or have another type. */
  readonly removed: readonly string[];
  /** New and changed paths. A folder precedes its contents. */
  readonly changed: readonly string[];
}

export function compareFolders(before: Manifest, after: Manifest): Changes {
  const kindOf = (description: string | undefined) => description?.[0];
  return {
    removed: [...before.keys()].filter((path) => kindOf(before.get(path)) !== kindOf(after.get(path))),
    changed: [...after.keys()].filter((path) => before.get(path) !== after.get(path)),
  };
}

/** Joins paths into the format that programs read, with a zero byte after each path. */
export function joinPaths(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `./${path}\0`).join(""), "latin1");
}

const joinLatin1 = (root: string, path: string) =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);

function describe(stats: BigIntStats, root: string, path: string): string {
  if (stats.isDirectory()) return `d${stats.mode}`;
  if (stats.isSymbolicLink()) return `l${readlinkSync(joinLatin1(root, path), "latin1")}`;
  return `${stats.isFile() ? "f" : "o"}${stats.mode} ${stats.size} ${stats.mtimeNs} ${stats.ino}`;
}
