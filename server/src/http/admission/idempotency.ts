import type { Operation } from "@tembo/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError, hashJson, type KeyedRequest } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";

const keptMs = 24 * 60 * 60_000;
/** Time after which a request without a response counts as interrupted. No request may take this long, so the server that handled it must have crashed. */
const abandonedMs = 10 * 60_000;
const maxKeyCharacters = 255;
const maxAnswerBytes = 1024 * 1024;
declare module "fastify" {
  interface FastifyRequest {
    /** This request while it holds an idempotency key, or null if it has none. */
    keyed: KeyedRequest | null;
  }
  interface FastifyContextConfig {
    /** If present, the response contains a secret and is not stored for replay (see `Operation.secretAnswer`). */
    secretAnswer?: Operation["secretAnswer"];
  }
}

/**
 * Handles the `Idempotency-Key` header on every POST, except for operations whose `secretAnswer` is `repeatable`. If the same user repeats a request
 * within a day, returns the first response and does nothing else. A failed request releases the key. Throws `invalid_input` if the key is not valid.
 * Throws `conflict` if the key belongs to another request, to a request that is still running, to a request whose response was not stored, or to one that was
 * interrupted after it had changed something. For a running request, also sets `retry-after`.
 */
export function acceptIdempotencyKeys(
  api: FastifyInstance,
  { store, clock }: Pick<Ports, "store" | "clock">,
): void {
  api.decorateRequest("keyed", null);

  api.addHook("preHandler", async (request, reply) => {
    const key = keyOf(request);
    if (key === null || request.routeOptions.config.secretAnswer === "repeatable") return;
    const { organizationId, userId } = request.caller;
    const at = clock.now();
    const hash = hashOf(request);
    const known = await store.idempotency.take(
      { organizationId, userId, key, hash, at },
      {
        forgetBefore: new Date(at.getTime() - keptMs),
        abandonedBefore: new Date(at.getTime() - abandonedMs),
      },
    );
    if (known === null) {
      request.keyed = { organizationId, userId, key, at, hasEnded: false };
      return;
    }
    if (!known.hash.equals(hash))
      throw conflict("was already used for another request. Choose a new key for this request");
    if (known.isInterrupted)
      throw conflict(
        "belongs to a request that a server did not finish, and that may have changed something. Check what it changed, and choose a new key",
      );
    if (known.answer === null) {
      const seconds = pauseFor(at.getTime() - known.at.getTime());
      void reply.headers({ "retry-after": String(seconds), "x-should-retry": "true" });
      throw conflict(
        `belongs to a request that is still running. Send the request again in ${seconds} s to get its response`,
      );
    }
    const { status, body } = known.answer;
    if (body === null)
      throw conflict("belongs to a completed request whose response was not stored. Check what it created");
    return replay(reply, status, body);
  });

  api.addHook("preHandler", ({ keyed }, _reply, done) =>
    keyed === null ? done() : store.handlingRequest(keyed, done),
  );

  api.addHook("onSend", async (request, reply, payload) => {
    const holder = request.keyed;
    if (holder === null) return payload;
    request.keyed = null;
    holder.hasEnded = true;
    if (reply.statusCode >= 300) {
      // A 5xx may follow a change, and clients repeat the request. Before a 4xx, only records such as limits change.
      await store.idempotency.release(holder, { keepsChanges: reply.statusCode >= 500 });
      return payload;
    }
    const isKept =
      typeof payload === "string" &&
      payload.length <= maxAnswerBytes &&
      request.routeOptions.config.secretAnswer === undefined;
    await store.idempotency.finish(holder, {
      status: reply.statusCode,
      body: isKept ? payload : null,
    });
    return payload;
  });
}

/**
 * Returns the seconds for `retry-after`. The delay equals the time that the request has been running, so that a few retries cover even a
 * slow request. It is at most 30 s, because SDKs wait less than a minute.
 */
const pauseFor = (runsForMs: number) => Math.min(30, Math.max(1, Math.ceil(runsForMs / 1000)));

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (request.method !== "POST" || key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]+$/.test(key) && key.length <= maxKeyCharacters) return key;
  throw new AppError(
    "invalid_input",
    `The "Idempotency-Key" header is not valid. Use 1 to ${maxKeyCharacters} visible ASCII characters without spaces.`,
  );
}

/** Returns the hash of a request. A streamed body is not read. Its content type and length represent it in the hash. */
function hashOf({ method, url, headers, body }: FastifyRequest): Buffer {
  const isJson =
    body === undefined ||
    body === null ||
    Object.getPrototypeOf(body) === Object.prototype ||
    Array.isArray(body);
  return hashJson([method, url, isJson ? body : [headers["content-type"], headers["content-length"]]]);
}

const conflict = (why: string) => new AppError("conflict", `The "Idempotency-Key" ${why}.`);

function replay(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply
    .code(status)
    .headers({ "content-type": "application/json; charset=utf-8", "idempotent-replayed": "true" })
    .send(body);
}
