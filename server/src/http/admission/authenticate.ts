import type { FastifyRequest } from "fastify";
import { type AccountActor, type GoodKey, hashToken, type KeyKind } from "../../core/accounts/index.ts";
import { AppError } from "../../core/base/index.ts";
import type { Store } from "../../core/ports.ts";
import { pageSecretOf, requireOwnPage } from "./own-page.ts";
import { signInTokenOf } from "./sign-in-cookie.ts";

export interface Caller extends AccountActor {
  /** ID of the key or of the sign-in. */
  readonly apiKeyId: string;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** True if the operation's contract allows the key in the URL. */
    takesKeyInQuery?: boolean;
    /** True if the operation is for programs only and rejects a browser's sign-in. */
    takesNoSignIn?: boolean;
  }
}

const MAX_TOKEN_LENGTH = 500;

export interface Credential {
  readonly kind: KeyKind;
  readonly token: string;
  /** Secret that the page sends in addition to the cookie, or null if it sends none. Absent or null for a key. */
  readonly pageSecret?: string | null;
}

/**
 * Returns the caller of the request. Throws `unauthenticated` if the credential is missing or not valid, or `forbidden` if another site's page sent
 * the cookie.
 */
export async function authenticate(store: Pick<Store, "apiKeys">, request: FastifyRequest): Promise<Caller> {
  const credential = credentialOf(request);
  const caller = await callerOf(store, credential);
  if (caller === null) throw unknownCredential(credential);
  return caller;
}

/**
 * Returns the credential in `Authorization: Bearer <key>`, or in `?apiKey=` if the operation's query has this parameter. Other operations reject the
 * parameter, because browser histories and logs store URLs. Browsers send a sign-in cookie instead. Throws `unauthenticated` if there is no
 * credential or the parameter is rejected, or `forbidden` if another site's page sent the cookie.
 */
export function credentialOf(request: FastifyRequest): Credential {
  const inHeader = bearerOf(request.headers.authorization);
  if (inHeader !== null) return { kind: "key", token: inHeader };
  const inQuery = queryKeyOf(request.query);
  if (inQuery !== null) {
    if (request.routeOptions.config.takesKeyInQuery === true) return { kind: "key", token: inQuery };
    throw refuse(
      'The API key is in the URL, which logs record. Send it as "Authorization: Bearer <key>" instead.',
    );
  }
  const signIn = signInOf(request);
  if (signIn === null) throw refuse('The API key is missing. Send it as "Authorization: Bearer <key>".');
  return signIn;
}

/**
 * Returns the sign-in from the request's cookie, or null if there is no cookie, the request has an `Authorization` header, or the operation rejects
 * sign-ins. Throws `forbidden` if another site's page sent the cookie.
 */
export function signInOf(request: FastifyRequest): Credential | null {
  const { headers, routeOptions } = request;
  if (headers.authorization !== undefined || routeOptions.config.takesNoSignIn === true) return null;
  const token = signInTokenOf(request);
  if (token === null) return null;
  requireOwnPage(request);
  return { kind: "signIn", token, pageSecret: pageSecretOf(request) };
}

/** Returns the error for a credential that is unknown or no longer valid. */
export function unknownCredential({ kind }: Pick<Credential, "kind">): AppError {
  if (kind === "signIn") return refuse("You are no longer signed in. Sign in again.");
  return refuse(
    "The API key is unknown or revoked. Use another key, or create one on the dashboard's API keys page.",
  );
}

/** Returns the caller to whom a credential belongs, or null if the credential is not valid. */
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

/**
 * True if the request contains the page secret. A browser sends the cookie to every port of the host, but only pages with the same origin
 * can read the secret.
 */
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
