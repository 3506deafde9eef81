import type { FastifyRequest } from "fastify";
import { hashToken } from "../../core/api-key/create-api-key.ts";
import { AppError } from "../../core/errors.ts";
import type { Role } from "../../core/member/member.ts";
import type { Store } from "../../core/ports/store/store.ts";

/** Who asks, once the key was found good. */
export interface Caller {
  readonly organizationId: string;
  readonly apiKeyId: string;
  /** Whose key it is. */
  readonly userId: string;
  /** What the person is in the organization, at this moment. */
  readonly role: Role;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** The operation says in the contract that its key may stand in the URL. */
    takesKeyInQuery?: boolean;
  }
}

const MAX_TOKEN_LENGTH = 500;

/** Finds the organization of the request's key. Throws `unauthenticated`. */
export async function authenticate(store: Pick<Store, "apiKeys">, request: FastifyRequest): Promise<Caller> {
  const caller = await callerOf(store, tokenOf(request));
  if (caller === null) throw unknownKey();
  return caller;
}

/**
 * `Authorization: Bearer <key>`, or `?apiKey=` where the operation's query has that parameter: URLs are kept in histories and logs.
 * Throws `unauthenticated`.
 */
export function tokenOf(request: FastifyRequest): string {
  const inHeader = bearerOf(request.headers.authorization);
  if (inHeader !== null) return inHeader;
  const inQuery = queryKeyOf(request.query);
  if (inQuery === null) throw refuse('The API key is missing; send it as "Authorization: Bearer <key>".');
  if (request.routeOptions.config.takesKeyInQuery === true) return inQuery;
  throw refuse(
    'The API key stands in the URL, where logs keep it; send it as "Authorization: Bearer <key>" instead.',
  );
}

export function unknownKey(): AppError {
  return refuse('The API key is unknown or revoked; make a new one with "tembo key create".');
}

/** The caller behind a token, or null when it is good for nothing. */
export async function callerOf(store: Pick<Store, "apiKeys">, token: string): Promise<Caller | null> {
  if (token === "" || token.length > MAX_TOKEN_LENGTH) return null;
  const key = await store.apiKeys.findByTokenHash(hashToken(token));
  if (key === null) return null;
  const { id: apiKeyId, organizationId, userId, role } = key;
  return { organizationId, apiKeyId, userId, role };
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

function queryKeyOf(query: unknown): string | null {
  if (typeof query !== "object" || query === null || !("apiKey" in query)) return null;
  return typeof query.apiKey === "string" ? query.apiKey : null;
}

function refuse(sentence: string): AppError {
  return new AppError("unauthenticated", sentence);
}
