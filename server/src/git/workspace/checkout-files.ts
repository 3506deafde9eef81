import { chmod, copyFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { configValue, type Owner, type RepositoryFiles } from "./write-repository.ts";

export interface CheckoutInput {
  readonly site: GitSite;
  readonly publicUrl: string;
  readonly branch: string;
  readonly baseBranch: string;
  /** True if a checkout without a capture repository came from an environment. */
  readonly isFromEnvironment?: boolean;
}

/** File with additional patterns of ignored files, in the checkout and in the capture repository. */
export const excludeFile = "info/exclude";

/** File in the capture repository that stores the checkout's configuration, so that the checkout can be recreated. */
export const checkoutConfigFile = "checkout-config";

/**
 * Returns the contents of a checkout's `.git` folder. The mirror is the checkout's alternate, and the mirror's branches become branches of
 * `origin`.
 */
export function checkoutRepository(
  input: {
    readonly site: GitSite;
    readonly branch: string;
    readonly config: string;
    /** Shallow boundary of the mirror. */
    readonly shallow: string;
  },
  refs: ReadonlyMap<string, string>,
): RepositoryFiles {
  const tracked = new Map<string, string>();
  for (const [name, sha] of refs)
    if (name.startsWith("refs/tags/")) tracked.set(name, sha);
    else tracked.set(`refs/remotes/origin/${name.slice("refs/heads/".length)}`, sha);
  return {
    isBare: false,
    branch: input.branch,
    // The sandbox sees the same path.
    alternates: [join(input.site.mirrorPath, "objects")],
    refs: tracked,
    config: input.shallow === "" ? input.config : `${input.config}${ownRefsOnly}`,
    ...(input.shallow === "" ? {} : { files: { shallow: input.shallow } }),
    owner: ownerOf(input.site),
  };
}

/**
 * Prevents git from reporting the mirror's refs to a server as its own commits. The mirror's shallow boundary may have moved, and the
 * commits before it would then be missing.
 */
const ownRefsOnly = "[core]\n\talternateRefsPrefixes = refs/none/\n";

export const checkoutConfig = (publicUrl: string) =>
  `[remote "origin"]\n\turl = ${configValue(publicUrl)}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[gc]\n\tauto = 0\n`;

export const ownerOf = (site: GitSite): Owner => ({ uid: site.uid, gid: site.gid });

/**
 * Copies an index and makes the copy readable by every user. Preserves the modification time, because git uses it to decide which entries
 * to check again. Rounds the time down, so that git never skips a changed entry.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  const seconds = Math.floor(mtimeMs / 1000);
  await utimes(to, seconds, seconds);
  await chmod(to, 0o644);
}
