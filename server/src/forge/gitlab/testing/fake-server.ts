import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { GitHost } from "../../testing/git-host.ts";
import { followPush } from "./acts/push.ts";
import type { FakeProject, FakeToken, FakeUser } from "./fake-records.ts";
import { FakeRefusal, unauthorized } from "./fake-refusal.ts";
import { findRoute } from "./fake-router.ts";
import type { Answer, FakeGitlab } from "./fake-state.ts";
import { answerOauth } from "./routes/oauth.ts";
import { routes } from "./routes/routes.ts";

const maxBodyBytes = 10 * 1024 * 1024;

/** Fake GitLab server over real HTTP and real git. Until it is closed, it responds to requests and sends webhooks like GitLab. */
export class FakeGitlabServer implements FakeGitlab {
  readonly git: GitHost;
  readonly users: FakeUser[] = [];
  readonly projects: FakeProject[] = [];
  readonly tokens = new Map<string, FakeToken>();
  readonly refreshTokens = new Map<string, FakeToken>();
  readonly asked: string[] = [];
  interrupt: ((asked: string) => Answer | null) | null = null;
  readonly deliveries = new Set<Promise<void>>();
  readonly failedDeliveries: string[] = [];
  /** Path prefix of the server's URL: "" or "/gitlab". */
  readonly prefix: string;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  #lastId = 100;

  constructor(prefix = "") {
    this.prefix = prefix;
    this.git = new GitHost((token, { owner, name, isWrite }) => {
      const user = token === null ? undefined : this.tokens.get(token)?.user;
      const project = this.projects.find((one) => one.git.owner === owner && one.git.name === name);
      const level = user === undefined ? 0 : (project?.members.get(user.id) ?? 0);
      return level >= (isWrite ? 30 : 20);
    });
    this.git.onPush((push) => followPush(this, push));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.prefix}`;
  }

  get apiUrl(): string {
    return `${this.url}/api/v4`;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  addUser(username: string, isBot = false): FakeUser {
    const user = { id: this.nextId(), username, name: `${username} of GitLab`, isBot };
    this.users.push(user);
    return user;
  }

  addToken(user: FakeUser, scopes: readonly string[] = ["api"]): string {
    const token = `glpat-${this.nextId()}-${Math.random().toString(36).slice(2)}`;
    this.tokens.set(token, { user, scopes });
    return token;
  }

  /** Adds a project with an empty repository. `path` is "group/sub/app". */
  async addProject(path: string): Promise<FakeProject> {
    const slash = path.lastIndexOf("/");
    const [owner, name] = [path.slice(0, slash), path.slice(slash + 1)];
    await this.git.create(owner, name);
    const project: FakeProject = {
      id: this.nextId(),
      namespace: owner,
      path: name,
      git: { owner, name },
      defaultBranch: "main",
      isArchived: false,
      members: new Map(),
      protectedBranches: new Set(),
      mergeRequests: [],
      issues: [],
      hooks: [],
      pipelines: [],
      statuses: [],
      activity: [],
    };
    this.projects.push(project);
    return project;
  }

  async close(): Promise<void> {
    await Promise.all(this.deliveries);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.git.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    if (!url.startsWith(this.prefix)) return send(response, { status: 404, body: "" });
    request.url = url.slice(this.prefix.length);
    if (await this.git.serve(request, response)) return;
    const { pathname, searchParams } = new URL(request.url, "http://fake");
    const text = await readBody(request);
    if (pathname === "/oauth/token") return send(response, answerOauth(this, new URLSearchParams(text)));
    const path = pathname.replace(/^\/api\/v4\//, "");
    this.asked.push(`${request.method} ${path}`);
    try {
      const interrupted = this.interrupt?.(`${request.method} ${path}`) ?? null;
      send(response, interrupted ?? (await this.#handle(request, path, searchParams, text)));
    } catch (error) {
      if (!(error instanceof FakeRefusal)) throw error;
      send(response, { status: error.status, body: error.body });
    }
  }

  async #handle(
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    text: string,
  ): Promise<Answer> {
    const { user, scopes } = this.#tokenOf(request);
    const found = findRoute(routes, request.method ?? "GET", path);
    if (found === null) throw new FakeRefusal(404, { error: "404 Not Found" });
    const isRead = request.method === "GET";
    if (!scopes.includes("api") && !(isRead && scopes.includes("read_api")) && !path.endsWith("/self")) {
      throw new FakeRefusal(403, {
        error: "insufficient_scope",
        error_description: "The request requires higher privileges than provided by the access token.",
        scope: "api read_api",
      });
    }
    const body = bodyOf(request, text);
    return found.handler({ fake: this, user, scopes, params: found.params, query, body });
  }

  #tokenOf({ headers }: IncomingMessage): FakeToken {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    const token = this.tokens.get(String(headers["private-token"] ?? bearer ?? ""));
    if (token === undefined) throw unauthorized();
    return token;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > maxBodyBytes) throw new FakeRefusal(413, { message: "413 Request Entity Too Large" });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function bodyOf({ headers }: IncomingMessage, text: string): Record<string, unknown> {
  if (text === "") return {};
  if (headers["content-type"]?.startsWith("application/json") !== true) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new FakeRefusal(400, { error: "The provided content-type 'application/json' is not supported" });
  }
}

function send(response: ServerResponse, { status = 200, body, headers = {} }: Answer): void {
  const limits = { "ratelimit-limit": "2000", "ratelimit-observed": "1", "ratelimit-remaining": "1999" };
  const reset = { "ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 60) };
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/plain" : "application/json",
    ...limits,
    ...reset,
    ...headers,
  });
  response.end(status === 204 ? undefined : isText ? body : JSON.stringify(body));
}
