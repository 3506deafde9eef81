import { AppError, withReason } from "../../core/base/index.ts";
import type { GitIdentity, GitSite } from "../../core/forges/index.ts";
import { readObject } from "../../host-git/objects/read-object.ts";
import { gitText } from "../process/run-git.ts";
import { objectsIn } from "../read/objects.ts";
import { shallowFile } from "../remote/shallow.ts";
import { addSignature, isCommittedBy, isSigned, readCommit, remake, writeCommit } from "./signed-commit.ts";
import { type Sign, withSigner } from "./ssh-signer.ts";

export interface Signing {
  readonly site: GitSite;
  readonly head: string;
  /** Commits that remain unchanged, including their ancestors. */
  readonly known: readonly string[];
  readonly committer: GitIdentity;
  readonly signingKey: string;
}

/** Maximum number of commits to sign. Each commit requires two processes. */
const maxCommits = 500;
const maxCommitBytes = 64 * 1024 * 1024;

/**
 * Signs the commits up to `head` in the capture repository. Recreates the committer's unsigned commits, and the commits that build on them.
 * Leaves other commits unchanged. If signing fails or there are too many commits, returns the same head and a notice.
 */
export async function signCommits(
  signing: Signing,
  signal: AbortSignal,
): Promise<{ readonly head: string; readonly notice: string | null }> {
  try {
    const head = await withSigner(signing.signingKey, signing.site.capturePath, signal, (sign) =>
      remakeSigned(signing, sign, signal),
    );
    return { head, notice: null };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return { head: signing.head, notice: withReason("The commits are not signed", cause) };
  }
}

async function remakeSigned(signing: Signing, sign: Sign, signal: AbortSignal): Promise<string> {
  const { site, head, known, committer } = signing;
  const git = { gitDir: site.capturePath, shallowFile: shallowFile(site.mirrorPath), signal };
  const listed = await gitText({
    ...git,
    args: ["rev-list", "--topo-order", "--reverse", `--max-count=${maxCommits + 1}`, "--stdin"],
    stdin: `${[head, ...known.map((sha) => `^${sha}`)].join("\n")}\n`,
  });
  const shas = listed.split("\n").filter((sha) => sha !== "");
  if (shas.length > maxCommits)
    throw new AppError("git_failed", `there are more than ${maxCommits} of them. Squash them and try again.`);
  const made = new Map<string, string>();
  for (const sha of shas) {
    const commit = readCommit(await readSource(site.capturePath, sha, signal));
    const isMoved = commit.headers.some(({ name, value }) => name === "parent" && made.has(value));
    if (!isMoved && (isSigned(commit) || !isCommittedBy(commit, committer))) continue;
    const unsigned = remake(commit, committer, (parent) => made.get(parent) ?? parent);
    const signed = addSignature(unsigned, await sign(writeCommit(unsigned)));
    const args = ["hash-object", "-t", "commit", "-w", "--stdin"];
    made.set(sha, await gitText({ ...git, args, stdin: writeCommit(signed) }));
  }
  return made.get(head) ?? head;
}

async function readSource(capturePath: string, sha: string, signal: AbortSignal): Promise<Buffer> {
  const wanted = { name: sha, type: "commit", maxBytes: maxCommitBytes };
  const source = await readObject(objectsIn(capturePath), wanted, signal);
  if (source instanceof Buffer) return source;
  throw new AppError("git_failed", `the commit ${sha} is ${source === null ? "missing" : "too large"}.`);
}
