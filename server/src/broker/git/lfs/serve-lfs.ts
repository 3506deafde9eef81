import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpsRemote } from "../../../core/forges/index.ts";
import { mayLeadTo } from "../../../outbound/fetch/address-class.ts";
import type { Outbound } from "../../../outbound/outbound.ts";
import { Refusal as OutboundRefusal } from "../../../outbound/refusal.ts";
import { readBounded } from "../../../runtime/read-bounded.ts";
import { Refusal, readBody } from "../read-body.ts";
import { readBatch, rewriteBatch } from "./batch.ts";
import type { LfsRoute } from "./lfs-route.ts";
import type { LfsTransfer, LfsTransfers } from "./transfers.ts";

const mediaType = "application/vnd.git-lfs+json";
const maxBatchBytes = 4 * 1024 * 1024;
const silentForMs = 10 * 60_000;

export interface LfsProxy {
  readonly transfers: LfsTransfers;
  readonly maxObjectBytes: number;
  readonly outbound: Outbound;
}

/**
 * Serves one Git LFS request (git-lfs "docs/api"). Sends batches to the forge with the credential. Streams objects between the client and
 * the URL that the forge returned for them. Throws a `Refusal`, which `answerLfsRefusal` writes in the client's format.
 */
export async function serveLfs(
  route: LfsRoute,
  request: IncomingMessage,
  response: ServerResponse,
  { transfers, maxObjectBytes, outbound }: LfsProxy,
  signal: AbortSignal,
): Promise<void> {
  const { repository, action, prefix } = route;
  if (action.kind === "unknown") throw new Refusal(404, "Git LFS locks are not supported.");
  const remote = await repository.remote();
  if (remote.kind === "local")
    throw new Refusal(
      501,
      "The built-in forge does not support Git LFS. Commit the files to the repository itself.",
    );
  if (action.kind === "transfer") {
    const transfer = transfers.find(action.id);
    if (transfer?.repository !== repository)
      throw new Refusal(404, "The transfer has expired. Request the object again.");
    return move({ transfer, remote, outbound }, request, response, signal);
  }
  if (request.method !== "POST")
    throw new Refusal(405, "This endpoint accepts only POST requests from git-lfs.");
  const asked = readBatch(
    await readJson(readBody(request, maxBatchBytes), new Refusal(422, "The request body is not valid JSON.")),
    repository,
    maxObjectBytes,
  );
  const body = Buffer.from(JSON.stringify({ ...asked, transfers: ["basic"], hash_algo: "sha256" }));
  const answer = await send(
    outbound,
    new URL(
      `${new URL(remote.url).href.replace(/\/+$/, "").replace(/(?<!\.git)$/, ".git")}/info/lfs/objects/batch`,
    ),
    {
      method: "POST",
      headers: { accept: mediaType, "content-type": mediaType, ...authorization(remote) },
      length: body.length,
      body: Readable.from([body]),
    },
    signal,
  );
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Refusal(statusFor(answer.statusCode!), sentenceFor(answer.statusCode!));
  }
  const host = request.headers.host ?? "127.0.0.1";
  const rewritten = rewriteBatch(
    await readJson(
      answer,
      new Refusal(502, "The forge's Git LFS server returned a response that is not JSON."),
    ),
    asked,
    { repository, isAllowed: (href) => mayLeadTo(new URL(remote.url), href, outbound.privateHosts) },
    (transfer) => `http://${host}${prefix}/transfer/${transfers.add(transfer)}`,
  );
  response.writeHead(200, { "content-type": mediaType }).end(JSON.stringify(rewritten));
}

export function answerLfsRefusal(
  { status, message }: Refusal,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  response.writeHead(status, { "content-type": mediaType }).end(JSON.stringify({ message }));
}

const methods = { download: "GET", upload: "PUT", verify: "POST" } as const;

interface Move {
  readonly transfer: LfsTransfer;
  readonly remote: HttpsRemote;
  readonly outbound: Outbound;
}

async function move(
  { transfer, remote, outbound }: Move,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { kind, href, oid, sizeBytes } = transfer;
  const method = methods[kind];
  if (request.method !== method)
    throw new Refusal(405, `This endpoint accepts only ${method} requests from git-lfs.`);
  const forgeHeaders = transfer.headers;
  const verify = Buffer.from(JSON.stringify({ oid, size: sizeBytes }));
  const content =
    kind === "upload"
      ? {
          length: sizeBytes,
          body: readBody(request, sizeBytes),
          headers: { "content-type": "application/octet-stream" },
        }
      : kind === "verify"
        ? {
            length: verify.length,
            body: Readable.from([verify]),
            headers: { "content-type": mediaType, accept: mediaType },
          }
        : { length: null, body: null, headers: {} };
  // Behaves like a client that has the credential. Such a client sends it to the forge itself, unless the action has its own authorization.
  const isForge = href.origin === new URL(remote.url).origin;
  const ownHeaders = isForge && forgeHeaders.authorization === undefined ? authorization(remote) : {};
  const headers = { ...content.headers, ...ownHeaders, ...forgeHeaders };
  const answer = await send(
    outbound,
    href,
    { method, headers, length: content.length, body: content.body },
    signal,
  );
  const status = answer.statusCode!;
  if (status >= 300) {
    answer.destroy();
    throw new Refusal(statusFor(status), sentenceFor(status));
  }
  if (kind !== "download") {
    answer.resume();
    response.writeHead(200).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": sizeBytes });
  await pipeline(answer, exactly(sizeBytes), response, { signal });
}

/** Passes bytes through, and fails with a `Refusal` after more than `maxBytes` bytes. */
function exactly(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Refusal(502, "The forge sent more bytes than the object's size."));
      else done(null, chunk);
    },
  });
}

interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number | null;
  readonly body: Readable | null;
}

async function send(
  outbound: Outbound,
  target: URL,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = await outbound.request(target, {
    method: outgoing.method,
    signal,
    timeout: silentForMs,
    headers: {
      "user-agent": "git-lfs/3 (Tembo)",
      ...outgoing.headers,
      ...(outgoing.length === null ? {} : { "content-length": outgoing.length }),
    },
  });
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        signal.aborted
          ? signal.reason
          : cause instanceof Refusal
            ? cause
            : cause instanceof OutboundRefusal && cause.status === 403
              ? new Refusal(403, privateSentence)
              : new Refusal(502, "The forge cannot be reached. Try again later."),
      );
    request.once("response", resolve);
    request.on("error", fail);
    request.once("timeout", () => request.destroy(new Error("it sent no data for too long")));
    if (outgoing.body === null) request.end();
    else
      pipeline(outgoing.body, request).catch((cause) => {
        fail(cause);
        request.destroy();
      });
  });
}

/** The message omits the URL, because the forge chose it. The server's log contains its host and port. */
const privateSentence =
  "The forge's Git LFS server has a private network address. The operator of Tembo can allow it by adding its host to TEMBO_PRIVATE_HOSTS.";

async function readJson(stream: Readable, invalid: Refusal): Promise<unknown> {
  const bytes = await readBounded(
    stream,
    maxBatchBytes,
    () => new Refusal(502, "The forge's response is too large."),
  );
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw invalid;
  }
}

function authorization({ credential }: HttpsRemote): Record<string, string> {
  if (credential === null) return {};
  const pair = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

/** Status 401 would make the client prompt for a password. */
const statusFor = (status: number) => ([403, 404, 413, 422, 429, 507].includes(status) ? status : 502);

function sentenceFor(status: number): string {
  if (status === 401)
    return "The forge rejected the session's credential. Renew the integration's credential.";
  if (status === 404) return "Git LFS is not available or not enabled for this repository on the forge.";
  return `The forge's Git LFS server responded with status ${status}.`;
}
