import { createHmac, randomUUID } from "node:crypto";
import type { Repository } from "gitea-js";
import { repositoryGit } from "../../local/repository-git.ts";
import { GitHost } from "../../testing/git-host.ts";
import type { RestServer } from "../../testing/rest-server.ts";
import { WebhookSender } from "../../testing/webhook-sender.ts";
import {
  type Account,
  type HookRecord,
  type Item,
  now,
  type Shown,
  showPull,
  showUser,
} from "./gitea-records.ts";

export type Access = "admin" | "write" | "read";

export interface Status {
  readonly id: number;
  readonly context: string;
  readonly status: string;
  readonly target_url: string;
  readonly description: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Fake Gitea with one repository. It serves REST and git over HTTP, and sends signed webhooks. */
export class FakeGitea {
  readonly git: GitHost;
  readonly sender = new WebhookSender();
  readonly owner = "acme";
  /** Folder name on the git host. It does not change when the repository is renamed. */
  readonly gitName = "app";
  name = "app";
  readonly oldNames = new Set<string>();
  readonly repositoryId = 17;
  isArchived = false;
  readonly accounts: Account[] = [];
  readonly access = new Map<number, Access>();
  readonly tokens = new Map<
    string,
    { readonly account: Account; readonly scopes: readonly string[] | null }
  >();
  readonly items: Item[] = [];
  readonly labels = new Map<string, number>();
  hooks: HookRecord[] = [];
  readonly isProtected = new Set<string>();
  readonly statuses = new Map<string, Status[]>();
  readonly logs = new Map<number, { readonly sha: string; readonly run: number; readonly text: string }>();
  /** Versions before 1.25 have no endpoints for runs, jobs and logs. */
  hasRuns = true;
  /** If true, the fake behaves like Forgejo. It then sends additional headers, and reports runs instead of commit statuses. */
  isForgejo = false;
  #server: RestServer | null = null;
  #nextId = 100;

  constructor() {
    this.git = new GitHost((token, { isWrite }) => {
      const account = token === null ? undefined : this.tokens.get(token)?.account;
      const access = account && this.access.get(account.id);
      return isWrite ? access === "admin" || access === "write" : access !== undefined;
    });
    this.git.onPush(async ({ ref, before, after }) => {
      if (ref.startsWith("refs/heads/")) await this.noticePush(ref.slice(11), before, after);
    });
  }

  /** Sets the server, and creates the repository with a first commit on `main`. */
  async attach(server: RestServer): Promise<void> {
    this.#server = server;
    await this.git.create(this.owner, this.gitName);
    await this.git.commitFile(this.owner, this.gitName, "main", { path: "README.md", content: "Hello\n" });
  }

  get server(): RestServer {
    return this.#server!;
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.sender.settled();
    await this.server.close();
    this.git.close();
  }

  id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  addAccount(login: string, access: Access | null, scopes: readonly string[] | null = null) {
    const account = { id: this.id(), login };
    const token = `token-of-${login}`;
    this.accounts.push(account);
    if (access !== null) this.access.set(account.id, access);
    this.tokens.set(token, { account, scopes });
    return { account, token };
  }

  branchSha(branch: string): Promise<string | null> {
    return this.git.branchSha(this.owner, this.gitName, branch);
  }

  get shown(): Shown {
    return {
      web: this.url,
      repository: this.showRepository(null),
      page: `${this.url}/${this.owner}/${this.name}`,
    };
  }

  showRepository(access: Access | null): Repository {
    return {
      id: this.repositoryId,
      name: this.name,
      full_name: `${this.owner}/${this.name}`,
      owner: showUser(this.url, { id: 1, login: this.owner }),
      html_url: `${this.url}/${this.owner}/${this.name}`,
      clone_url: `${this.url}/${this.owner}/${this.name}.git`,
      description: "",
      default_branch: "main",
      empty: false,
      archived: this.isArchived,
      permissions: { admin: access === "admin", push: access === "admin" || access === "write", pull: true },
      updated_at: now(),
    };
  }

  /** Sends the webhooks for a push, and updates the open pull requests of the branch, as Gitea does. */
  async noticePush(branch: string, before: string | null, after: string | null, sender?: Account) {
    const none = "0".repeat(40);
    const by = sender ?? this.accounts[0]!;
    if (before === null) this.sendWebhook("create", { sha: after, ref: branch, ref_type: "branch" }, by);
    if (after === null)
      return this.sendWebhook("delete", { ref: branch, ref_type: "branch", pusher_type: "user" }, by);
    this.sendWebhook(
      "push",
      { ref: `refs/heads/${branch}`, before: before ?? none, after, total_commits: 1 },
      by,
    );
    for (const item of this.items) {
      if (item.pull === null || item.state !== "open") continue;
      if (item.pull.head !== branch && item.pull.base !== branch) continue;
      await this.refresh(item);
      if (item.pull.head !== branch) continue;
      item.updatedAt = now();
      this.sendPull("pull_request_sync", "synchronized", item, by);
    }
  }

  async refresh(item: Item): Promise<void> {
    const pull = item.pull!;
    pull.headSha = (await this.branchSha(pull.head)) ?? pull.headSha;
    const base = await this.branchSha(pull.base);
    const path = this.git.path(this.owner, this.gitName);
    const asked = ["--git-dir", path, "merge-tree", "--write-tree", base ?? "", pull.headSha];
    pull.isMergeable = base !== null && (await repositoryGit(asked, [1])).code === 0;
  }

  sendPull(type: string, action: string, item: Item, sender: Account, more: object = {}): void {
    const pull = showPull(this.shown, item);
    this.sendWebhook(type, { action, number: item.number, pull_request: pull, ...more }, sender);
  }

  /** Sends the event to every webhook that subscribes to its type. `type` is an event name from the webhooks' subscriptions. */
  sendWebhook(type: string, body: object, sender: Account): void {
    if (this.isForgejo && type === "status") return;
    const repository = this.showRepository("admin");
    this.#send(type, { ...body, repository, sender: showUser(this.url, sender) });
  }

  /** Reports a Forgejo Actions run. The body contains the repository only within the run. */
  sendRun(sha: string, status: "success" | "failure", by: Account): void {
    const user = showUser(this.url, by);
    const run = {
      id: this.id(),
      title: "Change",
      repository: this.showRepository("admin"),
      workflow_id: "build.yml",
      trigger_user: user,
      prettyref: "main",
      commit_sha: sha,
      status,
      html_url: `${this.shown.page}/actions/runs/1`,
      stopped: now(),
      updated: now(),
    };
    this.#send(`action_run_${status}`, { action: status, run, prior_status: "running" });
  }

  #send(type: string, body: object): void {
    const event = eventNames[type] ?? type;
    const text = JSON.stringify(body, null, 2);
    for (const { url, secret, events, active } of this.hooks) {
      if (!active || !listens(events, type)) continue;
      const signature = createHmac("sha256", secret).update(text).digest("hex");
      const delivery = randomUUID();
      const headers = (name: string) => ({
        [`X-${name}-Delivery`]: delivery,
        [`X-${name}-Event`]: event,
        [`X-${name}-Event-Type`]: type,
        [`X-${name}-Signature`]: signature,
      });
      this.sender.send(
        url,
        {
          ...(this.isForgejo ? headers("Forgejo") : {}),
          ...headers("Gitea"),
          ...headers("Gogs"),
          "X-GitHub-Event": event,
          "X-Hub-Signature-256": `sha256=${signature}`,
        },
        text,
      );
    }
  }
}

const eventNames: Readonly<Record<string, string>> = {
  pull_request_sync: "pull_request",
  pull_request_label: "pull_request",
  pull_request_review_request: "pull_request",
  pull_request_comment: "issue_comment",
  pull_request_review_approved: "pull_request_approved",
  pull_request_review_rejected: "pull_request_rejected",
  pull_request_review_comment: "pull_request_comment",
  issue_label: "issues",
};

/** True if the webhook subscribes to the type. "pull_request" and "issues" include all events of that kind. */
function listens(events: readonly string[], type: string): boolean {
  if (type.startsWith("pull_request_review_") && events.includes("pull_request_review")) return true;
  const group = type.startsWith("pull_request") ? "pull_request" : type.startsWith("issue") ? "issues" : type;
  return events.includes(type) || events.includes(group);
}
