import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { hashToken } from "../core/accounts/index.ts";
import { refuseAfterMany } from "./admission/admit.ts";
import type { FailedAuthentications } from "./admission/failed-authentications.ts";

/** Handles a request. `address` is the client's address, which may come from a trusted reverse proxy. */
export type BareHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
) => Promise<void>;

/** True if another machine of this installation sent the request. */
export type IsFromMachine = (request: IncomingMessage) => boolean;

/**
 * Registers routes whose handlers write to the raw response. They stream bodies of any size, and check the key
 * themselves. A 401 response to a request with a token counts as a failed authentication from the client's address.
 * Exempts other machines of this installation, whose tokens are new for each call and are verified without the database.
 */
export function bareRoutes(
  app: FastifyInstance,
  path: string,
  {
    serve,
    failures,
    isFromMachine = () => false,
  }: {
    readonly serve: BareHandler;
    readonly failures: FailedAuthentications;
    readonly isFromMachine?: IsFromMachine | undefined;
  },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.all(path, { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
    const token = tokenIn(request.headers.authorization);
    if (token !== null && !isFromMachine(request.raw)) {
      const tokenHash = hashToken(token).toString("hex");
      refuseAfterMany(reply, failures.refusal(request.ip, tokenHash));
      reply.raw.once("finish", () => {
        if (reply.raw.statusCode === 401) failures.noteBad(request.ip);
        // A handler may fail or refuse before it has checked the token.
        else if (reply.raw.statusCode < 400) failures.noteGood(tokenHash);
      });
    }
    reply.hijack();
    await serve(request.raw, reply.raw, request.ip);
  });
}

/** Returns the token from the scheme `Bearer` or `token`, the password from `Basic`, or null if there is neither. */
function tokenIn(authorization: string | undefined): string | null {
  const [, scheme = "", value = ""] = /^(bearer|token|basic) +(\S+) *$/i.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() !== "basic") return value === "" ? null : value;
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, "base64").toString("utf8")) ?? [];
  return password === "" ? null : password;
}
