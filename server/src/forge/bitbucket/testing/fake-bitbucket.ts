import { createHmac, randomUUID } from "node:crypto";
import { repositoryGit } from "../../local/repository-git.ts";
import { GitHost } from "../../testing/git-host.ts";
import type { RestServer } from "../../testing/rest-server.ts";
import { WebhookSender } from "../../testing/webhook-sender.ts";
import { type Account, type HookRecord, now, type Pull, showAccount, showPull } from "./bitbucket-records.ts";

export type Access = "admin" | "write" | "read";

export interface Status {
  readonly key: string;
  readonly name: string;
  readonly state: string;
  readonly url: string;
  readonly created_on: string;
  readonly updated_on: string;
}

/** Fake Bitbucket Cloud with one workspace and one repository. It serves REST and git over HTTP, and sends signed webhooks. */
export class FakeBitbucket {
  readonly git: GitHost;
  readonly sender = new WebhookSender();
  readonly workspace = "acme";
  /** Folder name on the git host. It does not change when the repository is renamed. */
  readonly gitName = "app";
  slug = "app";
  readonly uuid = `{${randomUUID()}}`;
  readonly accounts: Account[] = [];
  readonly access = new Map<Account, Access>();
  readonly tokens = new Map<
    string,
    { readonly account: Account; readonly scopes: readonly string[] | null }
  >();
  readonly pulls: Pull[] = [];
  hooks: HookRecord[] = [];
  readonly restrictions: {
    readonly kind: string;
    readonly pattern: string;
    readonly branch_match_kind: string;
  }[] = [];
  readonly statuses = new Map<string, Status[]>();
  readonly logs = new Map<string, string>();
  #server: RestServer | null = null;
  #nextId = 100;

  constructor() {
    this.git = new GitHost((token, { isWrite }) => {
      const account = token === null ? undefined : this.tokens.get(token)?.account;
      const access = account && this.access.get(account);
      return isWrite ? access === "admin" || access === "write" : access !== undefined;
    });
  }

  /** Sets the server, and creates the repository with a first commit on `main`. */
  async attach(server: RestServer): Promise<void> {
    this.#server = server;
    await this.git.create(this.workspace, this.gitName);
    await this.git.commitFile(this.workspace, this.gitName, "main", {
      path: "README.md",
      content: "Hello\n",
    });
  }

  get server(): RestServer {
    return this.#server!;
  }

  get url(): string {
    return this.server.url;
  }

  get page(): string {
    return `${this.url}/${this.workspace}/${this.slug}`;
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

  addAccount(nickname: string, access: Access | null, scopes: readonly string[] | null = null) {
    const account = { uuid: `{${randomUUID()}}`, nickname };
    const token = `token-of-${nickname}`;
    this.accounts.push(account);
    if (access !== null) this.access.set(account, access);
    this.tokens.set(token, { account, scopes });
    return { account, token };
  }

  branchSha(branch: string): Promise<string | null> {
    return this.git.branchSha(this.workspace, this.gitName, branch);
  }

  /** Runs git and returns its output, or null if git fails. */
  async ask(args: readonly string[]): Promise<string | null> {
    const path = this.git.path(this.workspace, this.gitName);
    const { code, text } = await repositoryGit(["--git-dir", path, ...args], [1, 128]);
    return code === 0 ? text : null;
  }

  showRepository() {
    return {
      type: "repository" as const,
      uuid: this.uuid,
      full_name: `${this.workspace}/${this.slug}`,
      name: `The ${this.slug}`,
      description: "",
      is_private: true,
      scm: "git" as const,
      mainbranch: { type: "branch", name: "main" },
      links: { html: { href: this.page } },
      updated_on: now(),
    };
  }

  showPull(pull: Pull) {
    return showPull(pull, this.showRepository(), this.page);
  }

  /** Sends a webhook for the push, and one for each pull request whose source branch moved. */
  async noticePush(
    branch: string,
    before: string | null,
    after: string | null,
    actor: Account,
  ): Promise<void> {
    const ref = (hash: string) => ({ type: "branch", name: branch, target: { type: "commit", hash } });
    const change = {
      new: after === null ? null : ref(after),
      old: before === null ? null : ref(before),
      created: before === null,
      closed: after === null,
      forced: false,
      truncated: false,
    };
    this.sendWebhook("repo:push", { push: { changes: [change] } }, actor);
    if (after === null) return;
    for (const pull of this.pulls) {
      if (pull.state !== "OPEN" || pull.source !== branch) continue;
      Object.assign(pull, { sourceSha: after, updatedAt: now() });
      this.sendWebhook("pullrequest:push", { pullrequest: this.showPull(pull) }, actor);
      this.sendWebhook("pullrequest:updated", { pullrequest: this.showPull(pull) }, actor);
    }
  }

  sendWebhook(key: string, body: object, actor: Account): void {
    const repository = this.showRepository();
    const text = JSON.stringify({ ...body, repository, actor: showAccount(actor) });
    for (const { uuid, url, secret, events, active } of this.hooks) {
      if (!active || !events.includes(key)) continue;
      const signature = createHmac("sha256", secret).update(text).digest("hex");
      const headers = {
        "X-Event-Key": key,
        "X-Hook-UUID": uuid.slice(1, -1),
        "X-Request-UUID": randomUUID(),
        "X-Attempt-Number": "1",
        "X-Event-Time": new Date().toUTCString(),
        ...(secret === "" ? {} : { "X-Hub-Signature": `sha256=${signature}` }),
      };
      this.sender.send(url, headers, text);
    }
  }
}
