import type { FastifyRequest } from "fastify";
import { hashToken } from "../core/api-key/create-api-key.ts";
import { AppError } from "../core/errors.ts";
import type { Store } from "../core/ports/store.ts";

/** Who asks, once the key was found good. */
export interface Caller {
  readonly organizationId: string;
  readonly apiKeyId: string;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
}

const MAX_TOKEN_LENGTH = 500;

/** Finds the organization of the request's key: `Authorization: Bearer <key>`, or `?apiKey=`. Throws `unauthenticated`. */
export async function authenticate(store: Pick<Store, "apiKeys">, request: FastifyRequest): Promise<Caller> {
  const token = bearerOf(request.headers.authorization) ?? queryKeyOf(request.query);
  if (token === null) {
    throw new AppError(
      "unauthenticated",
      'The API key is missing; send it as "Authorization: Bearer <key>".',
    );
  }
  const caller = await callerOf(store, token);
  if (caller === null) {
    throw new AppError(
      "unauthenticated",
      'The API key is unknown or revoked; make a new one with "tembo key create".',
    );
  }
  return caller;
}

/** The caller behind a token, or null when it is good for nothing. */
export async function callerOf(store: Pick<Store, "apiKeys">, token: string): Promise<Caller | null> {
  if (token === "" || token.length > MAX_TOKEN_LENGTH) return null;
  const key = await store.apiKeys.findByTokenHash(hashToken(token));
  return key === null ? null : { organizationId: key.organizationId, apiKeyId: key.id };
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

function queryKeyOf(query: unknown): string | null {
  if (typeof query !== "object" || query === null || !("apiKey" in query)) return null;
  return typeof query.apiKey === "string" ? query.apiKey : null;
}
