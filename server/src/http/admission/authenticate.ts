import type { FastifyRequest } from "fastify";
import { type AccountActor, type GoodKey, hashToken, type KeyKind } from "../../core/accounts/index.ts";
import { AppError } from "../../core/base/index.ts";
import type { Store } from "../../core/ports.ts";
import { pageSecretOf, requireOwnPage } from "./own-page.ts";
import { signInTokenOf } from "./sign-in-cookie.ts";

/** Who asks, once the key or the sign-in was found good. */
export interface Caller extends AccountActor {
  /** The key or the sign-in. */
  readonly apiKeyId: string;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** The operation says in the contract that its key may stand in the URL. */
    takesKeyInQuery?: boolean;
    /** It is for programs: a browser's sign-in is none of its. */
    takesNoSignIn?: boolean;
  }
}

const MAX_TOKEN_LENGTH = 500;

/** What a request says who it is of with. */
export interface Credential {
  readonly kind: KeyKind;
  readonly token: string;
  /** What the page of a sign-in shows beside its cookie; null for none, and for a key. */
  readonly pageSecret?: string | null;
}

/** Finds the organization of the request's key. Throws `unauthenticated`, and `forbidden` as `credentialOf` does. */
export async function authenticate(store: Pick<Store, "apiKeys">, request: FastifyRequest): Promise<Caller> {
  const credential = credentialOf(request);
  const caller = await callerOf(store, credential);
  if (caller === null) throw unknownCredential(credential);
  return caller;
}

/**
 * `Authorization: Bearer <key>`, or `?apiKey=` where the operation's query has that parameter: URLs are kept in histories and logs. A browser
 * has the cookie of a sign-in in their place. Throws `unauthenticated`, and `forbidden` for a cookie that another's page sends.
 */
export function credentialOf(request: FastifyRequest): Credential {
  const inHeader = bearerOf(request.headers.authorization);
  if (inHeader !== null) return { kind: "key", token: inHeader };
  const inQuery = queryKeyOf(request.query);
  if (inQuery !== null) {
    if (request.routeOptions.config.takesKeyInQuery === true) return { kind: "key", token: inQuery };
    throw refuse(
      'The API key stands in the URL, where logs keep it; send it as "Authorization: Bearer <key>" instead.',
    );
  }
  const signIn = signInOf(request);
  if (signIn === null) throw refuse('The API key is missing; send it as "Authorization: Bearer <key>".');
  return signIn;
}

/** The sign-in of the request's cookie, which counts where no header says otherwise. Throws `forbidden` for one that another's page sends. */
export function signInOf(request: FastifyRequest): Credential | null {
  const { headers, routeOptions } = request;
  if (headers.authorization !== undefined || routeOptions.config.takesNoSignIn === true) return null;
  const token = signInTokenOf(request);
  if (token === null) return null;
  requireOwnPage(request);
  return { kind: "signIn", token, pageSecret: pageSecretOf(request) };
}

/** The refusal of a credential that is good for nothing. */
export function unknownCredential({ kind }: Pick<Credential, "kind">): AppError {
  if (kind === "signIn") return refuse("You are not signed in any more; sign in again.");
  return refuse('The API key is unknown or revoked; make a new one with "tembo key create".');
}

/** Whose a credential is, or null when it is good for nothing. */
export async function callerOf(
  store: Pick<Store, "apiKeys">,
  credential: Credential,
): Promise<Caller | null> {
  const key = await findKey(store, credential);
  return key && callerOfKey(key);
}

export async function findKey(
  store: Pick<Store, "apiKeys">,
  { kind, token, pageSecret }: Credential,
): Promise<GoodKey | null> {
  if (token === "" || token.length > MAX_TOKEN_LENGTH) return null;
  const key = await store.apiKeys.findByTokenHash(kind, hashToken(token));
  return key === null || kind === "key" || isOfPage(key, pageSecret ?? null) ? key : null;
}

/** A browser sends the cookie to every port of the host; the page's secret is kept by its own origin. */
function isOfPage({ pageSecretHash }: GoodKey, pageSecret: string | null): boolean {
  return pageSecret !== null && pageSecretHash !== null && hashToken(pageSecret).equals(pageSecretHash);
}

export function callerOfKey(key: GoodKey): Caller {
  const { id: apiKeyId, organizationId, userId, role, kind, confirmedAt } = key;
  return { organizationId, apiKeyId, userId, role, kind, confirmedAt };
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
