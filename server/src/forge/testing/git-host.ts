import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import { createGitHttp } from "../local/git-http.ts";
import { readRefs, repositoryGit } from "../local/repository-git.ts";

const silent: Logger = { info() {}, warn() {}, error() {} };

export interface PushedRef {
  readonly owner: string;
  readonly name: string;
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Real bare repositories behind real git over HTTP, for fake forges. */
export class GitHost {
  readonly #dataDir = mkdtempSync(join(tmpdir(), "tembo-git-host-"));
  readonly #git: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly #listeners: ((push: PushedRef) => Promise<void>)[] = [];

  /** `authorize` receives the password from Basic authentication or the token from Bearer authentication. */
  constructor(
    authorize: (token: string | null, access: { owner: string; name: string; isWrite: boolean }) => boolean,
  ) {
    this.#git = createGitHttp({
      dataDir: this.#dataDir,
      log: silent,
      authorize: async ({ token, owner, name, isWrite }) =>
        authorize(token, { owner: nested(owner), name, isWrite }) ? "ok" : "unauthenticated",
      onPush: async (push) => {
        for (const listener of this.#listeners) await listener({ ...push, owner: nested(push.owner) });
      },
    });
  }

  /** Adds a listener that receives each branch or tag that a push over HTTP moved. */
  onPush(listener: (push: PushedRef) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Serves a git request at `/owner/name.git/...`, where the owner may be nested. Returns false for any other URL. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const match = /^\/(.+)\/([^/]+)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack).*)$/.exec(
      request.url ?? "",
    );
    if (match === null) return false;
    const [, owner = "", name = "", rest = ""] = match;
    request.url = `/git/${flat(owner)}/${name}.git${rest}`;
    await this.#git(request, response);
    return true;
  }

  async create(owner: string, name: string, defaultBranch = "main"): Promise<void> {
    const path = this.path(owner, name);
    await mkdir(dirname(path), { recursive: true });
    await repositoryGit([
      "init",
      "--quiet",
      "--bare",
      "--template=",
      `--initial-branch=${defaultBranch}`,
      path,
    ]);
    await repositoryGit(["--git-dir", path, "config", "http.receivepack", "true"]);
  }

  path(owner: string, name: string): string {
    return join(this.#dataDir, "forge", flat(owner), `${name}.git`);
  }

  async branchSha(owner: string, name: string, branch: string): Promise<string | null> {
    const ref = `refs/heads/${branch}`;
    return (await readRefs(this.path(owner, name), [ref])).get(ref) ?? null;
  }

  async branches(owner: string, name: string): Promise<ReadonlyMap<string, string>> {
    const refs = await readRefs(this.path(owner, name), ["refs/heads"]);
    return new Map([...refs].map(([ref, sha]) => [ref.slice("refs/heads/".length), sha]));
  }

  /** Commits one file to a branch. A new branch starts at `from`. */
  async commitFile(
    owner: string,
    name: string,
    branch: string,
    file: { readonly path: string; readonly content: string; readonly from?: string },
  ): Promise<string> {
    const gitDir = this.path(owner, name);
    const parent =
      (await this.branchSha(owner, name, branch)) ?? (await this.branchSha(owner, name, file.from ?? "main"));
    const blob = await repositoryGit(["--git-dir", gitDir, "hash-object", "-w", "--stdin"], [], file.content);
    const index = join(gitDir, `index-${process.pid}-${Math.random()}`);
    const env = { GIT_INDEX_FILE: index };
    if (parent !== null) await repositoryGit(["--git-dir", gitDir, "read-tree", parent], [], "", env);
    await repositoryGit(
      ["--git-dir", gitDir, "update-index", "--add", "--cacheinfo", `100644,${blob.text},${file.path}`],
      [],
      "",
      env,
    );
    const tree = (await repositoryGit(["--git-dir", gitDir, "write-tree"], [], "", env)).text;
    rmSync(index, { force: true });
    const parents = parent === null ? [] : ["-p", parent];
    const sha = await this.#commitTree(gitDir, tree, parents, `Change ${file.path}`);
    await repositoryGit(["--git-dir", gitDir, "update-ref", `refs/heads/${branch}`, sha]);
    return sha;
  }

  /** Returns the contents of a file on a branch, or null if the file does not exist. */
  async readFile(owner: string, name: string, branch: string, path: string): Promise<string | null> {
    const shown = await repositoryGit(
      ["--git-dir", this.path(owner, name), "cat-file", "blob", `refs/heads/${branch}:${path}`],
      [128],
    );
    return shown.code === 0 ? shown.text : null;
  }

  async isContained(owner: string, name: string, head: string, base: string): Promise<boolean> {
    const asked = ["--git-dir", this.path(owner, name), "merge-base", "--is-ancestor", head, base];
    return (await repositoryGit(asked, [1])).code === 0;
  }

  /** Merges the head into the base branch. Returns the merge commit, or null if the branches conflict or a branch is missing. */
  async merge(owner: string, name: string, head: string, base: string): Promise<string | null> {
    const gitDir = this.path(owner, name);
    const [headSha, baseSha] = [
      await this.branchSha(owner, name, head),
      await this.branchSha(owner, name, base),
    ];
    if (headSha === null || baseSha === null) return null;
    const merged = await repositoryGit(
      ["--git-dir", gitDir, "merge-tree", "--write-tree", baseSha, headSha],
      [1],
    );
    if (merged.code !== 0) return null;
    const tree = merged.text.split("\n")[0]!;
    const sha = await this.#commitTree(gitDir, tree, ["-p", baseSha, "-p", headSha], `Merge ${head}`);
    await repositoryGit(["--git-dir", gitDir, "update-ref", `refs/heads/${base}`, sha]);
    return sha;
  }

  async deleteBranch(owner: string, name: string, branch: string): Promise<void> {
    await repositoryGit(["--git-dir", this.path(owner, name), "update-ref", "-d", `refs/heads/${branch}`]);
  }

  close(): void {
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #commitTree(
    gitDir: string,
    tree: string,
    parents: readonly string[],
    message: string,
  ): Promise<string> {
    const person = {
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
    };
    const made = await repositoryGit(
      ["--git-dir", gitDir, "commit-tree", tree, ...parents],
      [],
      message,
      person,
    );
    return made.text;
  }
}

/** Converts nested groups to a single folder, because the git server supports only owners with a single segment. */
const flat = (owner: string) => owner.replaceAll("/", "..");
const nested = (owner: string) => owner.replaceAll("..", "/");
