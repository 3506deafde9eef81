import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Transform } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { Logger } from "../../core/base/index.ts";
import type { SpawnGit } from "../../core/forges/index.ts";
import type { GitBrokerPush, GitBrokerRepository } from "../../core/turns/index.ts";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import type { Semaphore } from "../../runtime/semaphore.ts";
import { ask } from "./ask.ts";
import { contentTypeOf, type GitCall } from "./git-call.ts";
import { lfsRouteOf } from "./lfs/lfs-route.ts";
import { answerLfsRefusal, type LfsProxy, serveLfs } from "./lfs/serve-lfs.ts";
import type { PackCheck } from "./push/check-pack.ts";
import { isNothing } from "./push/decide-push.ts";
import type { PushCommand } from "./push/push-request.ts";
import { reportRefusal } from "./push/report-status.ts";
import { type PushVerdict, takePush } from "./push/take-push.ts";
import { watchReport } from "./push/watch-report.ts";
import { Refusal, readBody } from "./read-body.ts";
import { type GitRoute, readOnly, routeOf } from "./route.ts";

/** State of a session's repository in the proxy. */
export interface GitProxyRepository {
  readonly repository: GitBrokerRepository;
  readonly packCheck: PackCheck;
  /** Serializes pushes, so that only one pack at a time uses disk space. */
  readonly pushing: Semaphore;
}

export interface GitProxyState {
  readonly repositories: readonly GitProxyRepository[];
  readonly scratchPath: string;
  readonly maxPackBytes: number;
  readonly spawnGit: SpawnGit;
  readonly outbound: Outbound;
  readonly log: Logger;
  /** Returns the number of requests in progress. */
  running(): number;
  onPushed(push: GitBrokerPush): Promise<void>;
  readonly lfs: LfsProxy;
}

const maxRunning = 64;
/** Maximum size of a fetch request. Each commit that the client already has takes a line of 50 bytes, so this allows about 330,000 commits. */
const maxFetchBytes = 16 * 1024 * 1024;

/** Serves one request completely. Never rejects. The signal aborts the request if the client disconnects or the proxy closes. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  proxy: GitProxyState,
  signal: AbortSignal,
): Promise<void> {
  let route: GitRoute | undefined;
  const repositories = proxy.repositories.map(({ repository }) => repository);
  const lfsRoute = lfsRouteOf(request.url ?? "", repositories);
  try {
    if (proxy.running() >= maxRunning)
      throw new Refusal(503, "Too many git requests are running. Try again in a second.");
    if (lfsRoute) return await serveLfs(lfsRoute, request, response, proxy.lfs, signal);
    route = routeOf(request, repositories);
    if (route.isAdvertisement) await pass(route, { body: null }, response, proxy, signal);
    else if (route.service === "git-upload-pack") {
      const isPlain = request.headers["content-encoding"] === undefined;
      const length = isPlain ? request.headers["content-length"] : undefined;
      const body = { body: readBody(request, maxFetchBytes), bodyBytes: length };
      await pass(route, body, response, proxy, signal);
    } else await push(route, request, response, proxy, signal);
  } catch (cause) {
    if (signal.aborted || response.headersSent) response.destroy();
    else if (lfsRoute) answerLfsRefusal(refusalOf(cause, request, proxy.log), request, response);
    else answerRefusal(refusalOf(cause, request, proxy.log), route, request, response);
  }
}

async function push(
  route: GitRoute,
  request: IncomingMessage,
  response: ServerResponse,
  proxy: GitProxyState,
  signal: AbortSignal,
): Promise<void> {
  const { packCheck, pushing } = proxy.repositories.find((one) => one.repository === route.repository)!;
  const { log, maxPackBytes } = proxy;
  const { path, pushBranch } = route.repository;
  if (pushBranch === null) throw readOnly();
  using _ = await pushing.acquire(signal);
  const packPath = join(proxy.scratchPath, `${randomUUID()}.pack`);
  let verdict: PushVerdict | undefined;
  try {
    verdict = await takePush({ request, pushBranch, maxPackBytes, packPath, packCheck }, signal);
    if (verdict.kind === "admitted")
      return await pass(
        route,
        {
          ...verdict,
          bodyBytes: String(verdict.bodyBytes),
          watch: watchReport(verdict.push, (command) => proxy.onPushed(confirmed(path, command))),
        },
        response,
        proxy,
        signal,
      );
  } catch (cause) {
    if (!(cause instanceof Refusal) || verdict?.kind !== "admitted" || response.headersSent) throw cause;
    const { message } = cause;
    verdict = { kind: "refused", push: verdict.push, reasonFor: () => message };
  } finally {
    await rm(packPath, { force: true });
  }
  // Git reads a response only after it has sent its whole request.
  await drain(request, signal);
  const contentType = "application/x-git-receive-pack-result";
  if (verdict.kind === "probe") return void response.writeHead(200, { "content-type": contentType }).end();
  const { push, reasonFor } = verdict;
  const refs = push.commands.map(({ ref }) => ref);
  log.info(
    { path: route.repository.path, refs, reason: reasonFor(refs[0]!) },
    "a push from a sandbox was rejected",
  );
  const report = reportRefusal(push, reasonFor);
  if (report === null) throw new Refusal(403, `The push was rejected: ${reasonFor(refs[0]!)}`);
  response
    .writeHead(200, { "content-type": report.contentType, "cache-control": "no-cache" })
    .end(report.body);
}

interface Passed {
  readonly body: GitCall["body"];
  readonly bodyBytes?: string | undefined;
  /** Observes the response while it is streamed, unless the response is compressed. */
  readonly watch?: Transform;
}

const confirmed = (path: string, { oldSha, newSha }: PushCommand): GitBrokerPush => ({
  path,
  oldSha: isNothing(oldSha) ? null : oldSha,
  newSha,
});

/** Sends the request to the repository and streams its response with backpressure. */
async function pass(
  route: GitRoute,
  { body, bodyBytes, watch }: Passed,
  response: ServerResponse,
  proxy: GitProxyState,
  signal: AbortSignal,
): Promise<void> {
  const call: GitCall = {
    service: route.service,
    protocol: route.protocol,
    body,
    bodyBytes: bodyBytes === undefined ? undefined : Number(bodyBytes),
    maxPackBytes: proxy.maxPackBytes,
  };
  const answer = await ask(await route.repository.remote(), call, proxy, signal);
  response.writeHead(200, {
    "content-type": contentTypeOf(call),
    "cache-control": "no-cache",
    ...(answer.encoding === undefined ? {} : { "content-encoding": answer.encoding }),
  });
  if (watch && answer.encoding === undefined) await pipeline(answer.body, watch, response, { signal });
  else await pipeline(answer.body, response, { signal });
}

function refusalOf(cause: unknown, request: IncomingMessage, log: Logger): Refusal {
  if (cause instanceof Refusal) return cause;
  log.error({ err: cause, url: request.url }, "a sandbox's git request failed");
  return new Refusal(502, "The git proxy failed. Try again, or check the server's log for the reason.");
}

/**
 * Writes the refusal. Responds to a fetch in git's protocol, because git ignores any other response body there. Otherwise, responds with an
 * error status and a plain-text body.
 */
function answerRefusal(
  refusal: Refusal,
  route: GitRoute | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  if (route?.service === "git-upload-pack" && !route.isAdvertisement) {
    response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
    response.end(Buffer.concat([pktLine(Buffer.from(`ERR ${refusal.message}`)), flush]));
    return;
  }
  response.writeHead(refusal.status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${refusal.message}\n`);
}

async function drain(request: IncomingMessage, signal: AbortSignal): Promise<void> {
  request.unpipe();
  if (request.complete && request.readableLength === 0) return void request.resume();
  request.resume();
  await finished(request, { signal, writable: false });
}
