import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Forge, HttpsRemote, RepositoryRef } from "../../server/src/core/forges/index.ts";

export interface Verified {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Performs the product's operations in a real repository: pushes a new branch, opens a pull request, adds a comment, closes the pull request
 * and deletes the branch. Reports each step with `print`. Closes the pull request and deletes the branch even if another step failed.
 */
export async function verifyForge(
  forge: Forge,
  wanted: { readonly owner: string; readonly name: string; readonly branch: string },
  print: (line: string) => void,
): Promise<Verified> {
  const passed: string[] = [];
  const failed: { what: string; why: string }[] = [];
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      const value = await work();
      passed.push(what);
      print(`ok    ${what}`);
      return value;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      failed.push({ what, why });
      print(`FAIL  ${what}: ${why}`);
      return null;
    }
  };

  const account = await step("returns the token's account", () => forge.account());
  await step("confirms all required permissions", async () => {
    const { isHealthy, message } = await forge.test();
    must(isHealthy, message);
  });
  await step("returns its rate limit, or reports that there is none", () => forge.rateLimit());
  const found = await step("finds the repository", async () =>
    known(
      await forge.findRepository({ id: "", externalId: null, ...wanted }),
      "The forge did not find the repository.",
    ),
  );
  if (found === null || account === null) return { passed, failed };
  const repository: RepositoryRef = { id: "", ...found };
  const base = found.defaultBranch ?? "main";
  const { branch } = wanted;

  const sha = await step("accepts a push to a new branch", async () => {
    const remote = await forge.remote(repository);
    if (remote.kind !== "https") throw new Error("The forge returned no HTTPS remote.");
    return pushCommit(remote, base, branch);
  });
  if (sha === null) return { passed, failed };
  try {
    await step("finds the branch", async () => {
      const remoteBranch = await forge.findBranch(repository, branch);
      must(remoteBranch?.sha === sha, `The forge returned ${remoteBranch?.sha}, but ${sha} was pushed.`);
    });
    const input = {
      title: "Verify Tembo",
      body: "Opened by npm run verify:forge, and closed immediately afterwards.",
      head: branch,
      base,
    };
    const made = await step("opens a pull request", async () =>
      known(
        await forge.createPullRequest(repository, { ...input, isDraft: false }),
        "The forge created no pull request.",
      ),
    );
    if (made !== null) await verifyPullRequest(forge, repository, { ...made, sha }, step);
  } finally {
    await step("deletes the branch, even if it is already deleted", async () => {
      await forge.deleteBranch(repository, branch);
      await forge.deleteBranch(repository, branch);
    });
  }
  return { passed, failed };
}

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T | null>;

async function verifyPullRequest(
  forge: Forge,
  repository: RepositoryRef,
  made: { readonly number: number; readonly head: string; readonly base: string; readonly sha: string },
  step: Step,
): Promise<void> {
  const { number, head, base, sha } = made;
  const thread = { kind: "pullRequest", number } as const;
  try {
    await step("does not create a second pull request for the same branches", async () => {
      const input = { title: "Again", body: "", head, base, isDraft: false };
      const again = await forge.createPullRequest(repository, input);
      must(again?.number === number, `The forge returned number ${again?.number}.`);
    });
    await step("finds the pull request by its branches and by its number", async () => {
      must(
        (await forge.findPullRequest(repository, head, base))?.number === number,
        "The forge did not find the pull request by its branches.",
      );
      must(
        (await forge.findPullRequestByNumber(repository, number))?.headSha === sha,
        "The forge did not find the pull request by its number, or returned a different head commit.",
      );
    });
    await step("changes the pull request's title and body", async () => {
      const changed = await forge.updatePullRequest(repository, number, {
        title: "Verify Tembo 2",
        body: "Changed.",
      });
      must(
        changed.title === "Verify Tembo 2" && changed.body === "Changed.",
        "The forge did not change the title and the body.",
      );
    });
    const comment = await step("posts a comment", () =>
      forge.comment(repository, thread, "Hello from a check."),
    );
    if (comment !== null) {
      await step("lists, changes and reacts to the comment", async () => {
        await forge.updateComment(repository, thread, comment, "Hello again.");
        const listed = await forge.listComments(repository, thread);
        must(
          listed.some(({ id, body }) => id === comment.id && body === "Hello again."),
          "The list does not contain the changed comment.",
        );
        await forge.react(repository, thread, comment, "seen");
      });
    }
    await step("lists reviews and check results", async () => {
      await forge.listReviews(repository, number);
      await forge.checkResults(repository, sha);
    });
    await step("reports that an unknown user cannot write", async () => {
      const stranger = { id: "0", login: "nobody-by-this-name-000000" };
      must(
        !(await forge.canWrite(repository, stranger)),
        "The forge reported that an unknown user can write.",
      );
    });
    await step("lists recent events", async () => {
      const since = new Date(Date.now() - 10 * 60_000);
      const events = await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
      must(events.length > 0, "The forge listed no events.");
    });
  } finally {
    await step("closes the pull request", async () => {
      const closed = await forge.updatePullRequest(repository, number, { status: "closed" });
      must(closed.status === "closed", `The pull request is ${closed.status}.`);
    });
  }
}

/** Pushes one commit on top of the base branch, and returns its ID. Sends the credential only in a header, like the product. */
async function pushCommit(remote: HttpsRemote, base: string, branch: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-verify-"));
  try {
    const { credential } = remote;
    const pair =
      credential && Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
    const git = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)("git", args, {
        cwd: folder,
        timeout: 10 * 60_000,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          GIT_TERMINAL_PROMPT: "0",
          GIT_AUTHOR_NAME: "Tembo",
          GIT_AUTHOR_EMAIL: "tembo@users.noreply.localhost",
          GIT_COMMITTER_NAME: "Tembo",
          GIT_COMMITTER_EMAIL: "tembo@users.noreply.localhost",
          ...(pair !== null && {
            GIT_CONFIG_COUNT: "1",
            GIT_CONFIG_KEY_0: "http.extraHeader",
            GIT_CONFIG_VALUE_0: `Authorization: Basic ${pair}`,
          }),
        },
      });
      return stdout.trim();
    };
    await git("clone", "--quiet", "--depth=1", `--branch=${base}`, "--", remote.url, "checkout");
    await writeFile(join(folder, "checkout", "tembo-verify.txt"), `${new Date().toISOString()}\n`);
    await git("-C", "checkout", "add", "--all");
    await git("-C", "checkout", "commit", "--quiet", "--message=Verify Tembo");
    await git("-C", "checkout", "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
    return await git("-C", "checkout", "rev-parse", "HEAD");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function must(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}

function known<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}
