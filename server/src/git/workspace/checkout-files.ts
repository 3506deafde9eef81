import { chmod, copyFile, mkdir, rename, stat, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { findObject } from "../../host-git/objects/read-object.ts";
import { runGit } from "../process/run-git.ts";
import { objectsIn } from "../read/objects.ts";
import { readShallow, shallowFile } from "../remote/shallow.ts";
import { configValue, type Owner, type RepositoryFiles, writeRepository } from "./write-repository.ts";

export interface CheckoutInput {
  readonly site: GitSite;
  readonly publicUrl: string;
  readonly branch: string;
  readonly baseBranch: string;
  readonly commit?: string | null;
  readonly environment?: EnvironmentFolder;
}

/** Input for a checkout whose branch may not have a name yet. HEAD is then detached. */
export type UnnamedCheckout = Omit<CheckoutInput, "branch"> & { readonly branch: string | null };

/** Folder that an environment brought for a checkout. */
export interface EnvironmentFolder {
  /** Folder with the subfolder `checkout`, where no sandbox can change it. */
  readonly path: string;
  /** Key with which a repeated call returns the result of a completed one. */
  readonly key: string;
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

/** Writes the `.git` folder of a checkout of `headSha`. Of an empty repository, the branch is unborn. */
export async function writeCheckoutRepository(
  gitDir: string,
  { site, branch, baseBranch, publicUrl }: UnnamedCheckout,
  refs: ReadonlyMap<string, string>,
  headSha: string | null,
): Promise<void> {
  const shallow = await readShallow(site.mirrorPath);
  const config = checkoutConfig(publicUrl);
  const skeleton = checkoutRepository({ site, branch: branch ?? "", config, shallow }, refs);
  writeRepository(gitDir, {
    ...skeleton,
    refs: new Map([
      ...(skeleton.refs ?? []),
      ...(headSha && branch !== null ? [[`refs/heads/${branch}`, headSha] as const] : []),
    ]),
    files: {
      ...skeleton.files,
      ...(headSha && branch === null && { HEAD: `${headSha}\n` }),
      "refs/remotes/origin/HEAD": `ref: refs/remotes/origin/${baseBranch}\n`,
    },
  });
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
 * to check again. Rounds the time down, so that git never skips a changed entry. If programs could change files while git read them, uses
 * the time before git read the first one, in nanoseconds since 1970.
 */
export async function copyIndex(from: string, to: string, readFrom: bigint | null): Promise<void> {
  const { mtimeNs } = await stat(from, { bigint: true });
  await copyFile(from, to);
  const seconds = Number((readFrom ?? mtimeNs) / 1_000_000_000n);
  await utimes(to, seconds, seconds);
  await chmod(to, 0o644);
}

/** Renames a complete folder to the checkout's path. */
export async function placeAtCheckout(tree: string, { checkoutPath }: GitSite): Promise<void> {
  await mkdir(dirname(checkoutPath), { recursive: true });
  // Removes anything that is not a folder, because the harness may have removed or replaced the checkout.
  await unlink(checkoutPath).catch((cause) => {
    if (cause.code !== "ENOENT") throw cause;
  });
  await rename(tree, checkoutPath);
}

/** If the mirror does not contain the head, copies it and its history, to recreate a workspace after a capture. */
export async function copyObjects(
  site: GitSite,
  gitDir: string,
  headSha: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await findObject(objectsIn(site.mirrorPath), `${headSha}^{commit}`, signal)) !== null) return;
  const pack = join(gitDir, "objects/pack/pack");
  await runGit({
    gitDir,
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(site.capturePath, "objects") },
    shallowFile: shallowFile(site.mirrorPath),
    args: ["pack-objects", "--quiet", "--revs", "--honor-pack-keep", pack],
    stdin: `${headSha}\n`,
    as: ownerOf(site),
    signal,
  });
}
