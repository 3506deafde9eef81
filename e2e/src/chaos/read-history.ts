import type { SessionEvent } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";
import { repositoryGit } from "../../../server/src/forge/local/repository-git.ts";
import type { BranchReading, CommitReading, History, SessionReading } from "./check/history.ts";
import type { LogEntry } from "./client/log.ts";
import type { ChaosForge } from "./world/forge.ts";

export interface HistoryParts {
  readonly client: Tembo;
  readonly forge: ChaosForge;
  readonly log: readonly LogEntry[];
}

/** Reads what the checker needs from the API, the repository and the forge. */
export async function readHistory({ client, forge, log }: HistoryParts): Promise<History> {
  const sessions: SessionReading[] = [];
  for await (const { id } of client.session.list()) sessions.push(await readSession(client, id));
  const branches: BranchReading[] = [];
  for (const name of await listBranches(forge.gitDir)) branches.push(await readBranch(forge.gitDir, name));
  return { log, sessions, branches, pullRequests: forge.pullRequests() };
}

async function readSession(client: Tembo, id: string): Promise<SessionReading> {
  const { branchName } = await client.session.retrieve(id);
  const events: SessionEvent[] = [];
  for await (const event of client.session.listEvents(id, { limit: 100 })) events.push(event);
  const messages = [];
  for await (const message of client.session.messages.list(id)) messages.push(message);
  return { id, branch: branchName ?? null, events, messages };
}

async function listBranches(gitDir: string): Promise<string[]> {
  const names = lines(await git(gitDir, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"));
  return names.filter((name) => name !== "main");
}

/** Throws an error if the repository does not record to which commits the branch pointed. */
export async function readBranch(gitDir: string, name: string): Promise<BranchReading> {
  const ref = `refs/heads/${name}`;
  const heads = lines(await git(gitDir, "log", "-g", "--format=%H", ref)).reverse();
  if (heads.length === 0) throw new Error(`The repository does not record the changes of ${ref}.`);
  const commits: CommitReading[] = [];
  for (const sha of lines(await git(gitDir, "rev-list", "--reverse", `main..${ref}`))) {
    const files = await git(gitDir, ...changedFiles, sha);
    commits.push({ sha, files: files.split("\0").filter((file) => file !== "") });
  }
  return { name, heads, commits };
}

/** Lists the files that a commit adds or changes. Those of a merge differ from the files of each parent. */
const changedFiles = "diff-tree -r -z -c --root --no-commit-id --name-only --diff-filter=d".split(" ");

const git = async (gitDir: string, ...argv: string[]) =>
  (await repositoryGit(["--git-dir", gitDir, ...argv])).text;

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
