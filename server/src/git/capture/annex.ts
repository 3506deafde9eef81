import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { borrowedFrom } from "../workspace/borrow-objects.ts";
import { excludeFile, ownerOf } from "../workspace/checkout-files.ts";
import { give, writeRepository } from "../workspace/write-repository.ts";

/** Temporary repository for one capture. The workspace's user can read and write this repository, but the sandbox cannot access it. */
export interface Annex {
  readonly path: string;
  readonly gitDir: string;
  readonly indexFile: string;
  /** File system's time at which the annex was created, in nanoseconds since 1970. */
  readonly createdAtNs: bigint;
}

/** Returns the path of the last capture's index, with which git does not read unchanged files again. */
export const keptIndexOf = (site: GitSite) => join(site.capturePath, "index");

export async function makeAnnex(site: GitSite, branch: string): Promise<Annex> {
  const path = await mkdtemp(`${site.capturePath}.annex-`);
  await chmod(path, 0o755);
  give(path, ownerOf(site));
  const { ctimeNs: createdAtNs } = await stat(path, { bigint: true });
  const annex = { path, gitDir: join(path, "git"), indexFile: join(path, "index"), createdAtNs };
  writeAnnexRepository(annex, site, branch);
  return annex;
}

export function writeAnnexRepository(annex: Annex, site: GitSite, branch: string): void {
  const exclude = join(site.capturePath, excludeFile);
  writeRepository(annex.gitDir, {
    isBare: true,
    branch,
    alternates: [borrowedFrom(annex.gitDir, site.capturePath)],
    files: existsSync(exclude) ? { [excludeFile]: readFileSync(exclude) } : {},
    owner: ownerOf(site),
  });
}
