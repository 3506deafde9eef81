import type { IncomingMessage, ServerResponse } from "node:http";
import { type JoinToken, useJoinToken } from "../core/accounts/index.ts";
import { type Clock, isId, type Logger, newId, type Vault } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { hostHeader, type JoinAnswer, versionHeader } from "./join-answer.ts";
import { sealForJoin } from "./join-keys.ts";

export interface ServeJoinOptions {
  readonly store: Store;
  readonly vault: Pick<Vault, "isSigned">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Returns the answer, or the reason why the server's settings do not permit other machines. */
  readonly answer: () => JoinAnswer | string;
}

/**
 * Answers a machine that joins: the sealed settings and keys, or an error as text. The handler never rejects. The server
 * sends nothing that the token's holder alone may read without sealing it.
 */
export function createServeJoin(
  options: ServeJoinOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    request.resume();
    const fail = (status: number, message: string) =>
      void response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(message);
    try {
      if (request.method !== "POST") return fail(405, "Send a POST request.");
      const answer = options.answer();
      const outcome = await use(options, request, typeof answer === "string" ? answer : null);
      if ("status" in outcome) return fail(outcome.status, outcome.message);
      response.writeHead(200, { "content-type": "application/octet-stream", "cache-control": "no-store" });
      response.end(sealForJoin(outcome.publicKey, outcome.id, JSON.stringify(answer)));
    } catch (cause) {
      options.log.error({ err: cause }, "a machine could not join");
      fail(500, "The server could not process the request. Check its log, and create a new token.");
    }
  };
}

async function use(
  options: ServeJoinOptions,
  { headers }: IncomingMessage,
  problem: string | null,
): Promise<JoinToken | { readonly status: number; readonly message: string }> {
  const [, tokenId = "", proof = ""] =
    /^Bearer ([0-9a-f-]{36})\.([\w-]{43})$/.exec(headers.authorization ?? "") ?? [];
  if (!isId(tokenId)) return { status: 401, message: "The request has no join token." };
  const { store, vault, clock, version, log } = options;
  const host = headerOf(headers[hostHeader]).slice(0, 255);
  const outcome = await useJoinToken(
    { store, vault },
    {
      ...{ tokenId, host, problem, requestId: newId(), now: clock.now() },
      proof: Buffer.from(proof, "base64url"),
      ownVersion: version,
      version: headerOf(headers[versionHeader]).slice(0, 100),
    },
  );
  if (!("status" in outcome)) log.info({ host }, "a machine has joined");
  return outcome;
}

const headerOf = (value: string | string[] | undefined) => (typeof value === "string" ? value : "");
