import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { findObject } from "../../host-git/objects/read-object.ts";
import { keepIndex } from "../capture/kept-index.ts";
import { objectsIn } from "../read/objects.ts";

/** Keeps the index of a new checkout of `headSha`, before a program can change it. The next capture then reads only changed files. */
export async function keepCheckoutIndex(
  gitDir: string,
  indexPath: string,
  { site, headSha }: { readonly site: GitSite; readonly headSha: string },
  signal: AbortSignal,
): Promise<void> {
  const name = `${headSha}^{tree}`;
  const tree =
    (await findObject(objectsIn(site.mirrorPath), name, signal)) ??
    (await findObject(objectsIn(site.capturePath), name, signal));
  const known = { tree: tree?.id ?? "", links: null, readFrom: null };
  await keepIndex(join(gitDir, "index"), indexPath, known);
}
