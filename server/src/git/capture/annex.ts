import { existsSync, readFileSync } from "node:fs";
import { access, chmod, mkdtemp, rename } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { borrowedFrom } from "../workspace/borrow-objects.ts";
import { copyIndex, excludeFile, ownerOf } from "../workspace/checkout-files.ts";
import { give, writeRepository } from "../workspace/write-repository.ts";

/** Temporary repository for one capture. The workspace's user can read and write this repository, but the sandbox cannot access it. */
export interface Annex {
  readonly path: string;
  readonly gitDir: string;
  readonly indexFile: string;
}

export async function makeAnnex(site: GitSite, branch: string): Promise<Annex> {
  const path = await mkdtemp(`${site.capturePath}.annex-`);
  await chmod(path, 0o755);
  give(path, ownerOf(site));
  const annex = { path, gitDir: join(path, "git"), indexFile: join(path, "index") };
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

/** Copies the last capture's index, if there is one, to the annex, so that git does not read unchanged files again. */
export async function reuseIndex(site: GitSite, annex: Annex): Promise<void> {
  const kept = join(site.capturePath, "index");
  if (!(await exists(kept))) return;
  await copyIndex(kept, annex.indexFile);
  give(annex.indexFile, ownerOf(site));
}

export async function keepIndex(site: GitSite, annex: Annex): Promise<void> {
  const next = join(site.capturePath, "index.new");
  if (!(await exists(annex.indexFile))) return;
  await copyIndex(annex.indexFile, next);
  await rename(next, join(site.capturePath, "index"));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
