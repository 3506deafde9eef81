import { once } from "node:events";
import { access } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { type Logger, reason } from "../../core/base/index.ts";
import { localRepositoryPath } from "../../core/forges/index.ts";
import { explainHiddenRefs, type ReportReader } from "../../host-git/explain-hidden-refs.ts";
import { type GitProcess, startGit } from "../../host-git/git-process.ts";
import { type GitRequest, parseGitRequest } from "./git-request.ts";
import { readRefs, repositoryEnvironment } from "./repository-git.ts";

export interface GitHttpOptions {
  readonly dataDir: string;
  readonly authorize: (access: {
    /** Password from Basic authentication or token from Bearer authentication, or null if the request has neither. */
    readonly token: string | null;
    readonly owner: string;
    readonly name: string;
    readonly isWrite: boolean;
  }) => Promise<"ok" | "unauthenticated" | "not_found" | "read_only">;
  /** Receives each branch or tag that a push moved, at least once. `token` is the token that was passed to `authorize`. */
  readonly onPush?: (push: RefChange, token: string | null) => Promise<void>;
  readonly log: Logger;
  readonly limits?: Partial<Limits>;
}

export interface RefChange {
  readonly owner: string;
  readonly name: string;
  readonly ref: string;
  /** Commit before the push, or null if the ref is new. `after` is null if the ref was deleted. */
  readonly before: string | null;
  readonly after: string | null;
}

interface Limits {
  readonly maxPackBytes: number;
  readonly maxProcesses: number;
  readonly timeLimitMs: number;
}

const defaultLimits: Limits = { maxPackBytes: 4 * 1024 ** 3, maxProcesses: 64, timeLimitMs: 60 * 60_000 };
const maxHeaderBytes = 64 * 1024;

/**
 * Creates a handler that serves git's smart HTTP protocol (gitprotocol-http(5), versions 0 to 2) through `git http-backend`, a CGI program.
 * Streams the bodies of requests and responses. The handler never rejects. It sends errors as responses and logs them.
 */
export function createGitHttp(options: GitHttpOptions) {
  const limits = { ...defaultLimits, ...options.limits };
  let running = 0;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const git = parseGitRequest(request);
      const path = git && localRepositoryPath(options.dataDir, git.owner, git.name);
      if (!git || !path) return answer(request, response, 404, "No repository exists at this URL.");
      if (request.method !== git.method)
        return answer(request, response, 405, `Use ${git.method} for this URL.`);
      const { owner, name, isWrite, token } = git;
      const verdict = await options.authorize({ token, owner, name, isWrite });
      if (verdict === "unauthenticated") {
        response.setHeader("www-authenticate", 'Basic realm="Tembo: any user, the password is an API key"');
        return answer(request, response, 401, "Use an API key as the password.");
      }
      if (verdict === "not_found" || !(await isThere(path)))
        return answer(request, response, 404, "The repository does not exist.");
      if (verdict === "read_only")
        return answer(request, response, 403, "This repository is archived, so it accepts no pushes.");
      if (running >= limits.maxProcesses) {
        response.setHeader("retry-after", "1");
        return answer(request, response, 503, "Too many git requests are running. Try again in a second.");
      }
      running++;
      try {
        const isPush =
          options.onPush !== undefined && git.service === "git-receive-pack" && git.method === "POST";
        const before = isPush ? await readRefs(path, ["refs/heads", "refs/tags"]) : null;
        await serve(request, response, { git, path, limits, options });
        if (before) await announce(git, before, path, options);
      } finally {
        running--;
      }
    } catch (cause) {
      options.log.error({ error: reason(cause), url: request.url }, "a git request failed");
      answer(
        request,
        response,
        500,
        "The git server failed. Try again, or check the server's log for the reason.",
      );
    }
  };
}

interface Service {
  readonly git: GitRequest;
  readonly path: string;
  readonly limits: Limits;
  readonly options: GitHttpOptions;
}

async function serve(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  if (response.destroyed) return;
  // Runs in a separate process group, so that git and all processes that it starts are killed when the client disconnects.
  const gone = new AbortController();
  const { child: backend, exited: closed } = startGit(
    {
      args: ["http-backend"],
      env: cgiEnvironment(request, service),
      stdin: "pipe",
      folders: { write: [service.path] },
      timeLimitMs: service.limits.timeLimitMs,
    },
    gone.signal,
  );
  const stdin = backend.stdin!;
  const end = () => gone.abort();
  response.once("close", end);
  // Prevents an unhandled rejection until the promise is awaited below.
  closed.catch(() => {});
  let words = "";
  backend.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-4096);
  });
  // Git exits early when it rejects a push. The rest of the body is then discarded.
  stdin.on("error", () => request.resume());
  request.pipe(stdin);
  const isPush = service.git.service === "git-receive-pack" && service.git.method === "POST";
  try {
    const isAnswered = await relay(backend, response, isPush ? explainHiddenRefs() : null, gone.signal);
    await closed;
    if (words !== "")
      service.options.log.info({ url: request.url, stderr: words.trim() }, "output of git http-backend");
    if (gone.signal.aborted) return;
    if (!isAnswered) answer(request, response, 500, "git could not serve this repository.");
    else response.end();
    request.unpipe();
    request.resume();
  } catch (cause) {
    if (!gone.signal.aborted) throw cause;
  } finally {
    response.off("close", end);
    const wasLeft = gone.signal.aborted;
    gone.abort();
    if (wasLeft) response.destroy();
  }
}

/**
 * Relays the CGI header (RFC 3875 section 6) and then the body, which may be empty, at the client's speed. Returns false if git exited
 * without sending a header.
 */
async function relay(
  backend: GitProcess["child"],
  response: ServerResponse,
  report: ReportReader | null,
  signal: AbortSignal,
): Promise<boolean> {
  const send = async (bytes: Buffer) => {
    if (bytes.length > 0 && !response.write(bytes)) await once(response, "drain", { signal });
  };
  let header: Buffer | null = Buffer.alloc(0);
  for await (let chunk of backend.stdout as AsyncIterable<Buffer>) {
    if (header) {
      header = Buffer.concat([header, chunk]);
      const end = header.indexOf("\r\n\r\n");
      if (end < 0 && header.length > maxHeaderBytes)
        throw new Error("git http-backend sent an incomplete header");
      if (end < 0) continue;
      writeHeader(response, header.toString("latin1", 0, end));
      chunk = header.subarray(end + 4);
      header = null;
    }
    await send(report ? report.add(chunk) : chunk);
  }
  if (report && header === null) await send(report.end());
  return header === null;
}

function writeHeader(response: ServerResponse, header: string): void {
  response.statusCode = 200;
  for (const line of header.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}

function cgiEnvironment(request: IncomingMessage, { git, limits, options }: Service): Record<string, string> {
  const env: Record<string, string> = {
    ...repositoryEnvironment({
      "http.receivepack": "true",
      "receive.fsckObjects": "true",
      // Some old histories contain these harmless errors.
      "receive.fsck.zeroPaddedFilemode": "ignore",
      "receive.fsck.missingSpaceBeforeDate": "ignore",
      "receive.fsck.badTimezone": "ignore",
      "receive.maxInputSize": String(limits.maxPackBytes),
      "receive.autogc": "false",
      "receive.hideRefs": "refs/pull",
    }),
    GIT_PROJECT_ROOT: join(options.dataDir, "forge"),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${git.owner}/${git.name}.git/${git.method === "GET" ? "info/refs" : git.service}`,
    QUERY_STRING: git.method === "GET" ? `service=${git.service}` : "",
    REQUEST_METHOD: git.method,
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    REMOTE_USER: "tembo",
    REMOTE_ADDR: request.socket.remoteAddress ?? "",
  };
  const {
    "content-length": length,
    "content-encoding": encoding,
    "git-protocol": protocol,
  } = request.headers;
  if (length !== undefined) env.CONTENT_LENGTH = length;
  if (encoding !== undefined) env.HTTP_CONTENT_ENCODING = encoding;
  if (typeof protocol === "string") env.GIT_PROTOCOL = protocol;
  return env;
}

async function announce(
  { owner, name, token }: GitRequest,
  before: ReadonlyMap<string, string>,
  path: string,
  { onPush, log }: GitHttpOptions,
): Promise<void> {
  try {
    const after = await readRefs(path, ["refs/heads", "refs/tags"]);
    for (const ref of new Set([...before.keys(), ...after.keys()])) {
      const change = { owner, name, ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null };
      if (change.before !== change.after) await onPush?.(change, token);
    }
  } catch (cause) {
    // The push itself has succeeded, and the response has been sent.
    log.error({ owner, name, error: reason(cause) }, "a push could not be announced");
  }
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, sentence: string): void {
  request.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`${sentence}\n`);
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
