import type { FastifyReply, FastifyRequest } from "fastify";

const signInName = "tembo_session";
const browserName = "tembo_browser";
const setupName = "tembo_setup";
/** Cookie name prefix. Browsers accept a cookie with this prefix only over HTTPS and only for this host, so no other host can set it. */
const hostPrefix = "__Host-";
const knownBrowserMs = 180 * 24 * 60 * 60_000;
const setupMs = 30 * 60_000;

declare module "fastify" {
  interface FastifyInstance {
    /** True if the pages are served over HTTPS. */
    isSecure: boolean;
  }
}

type CookieRequest = Pick<FastifyRequest, "headers" | "server">;

/** Returns the sign-in token, or null if there is no cookie. */
export function signInTokenOf(request: CookieRequest): string | null {
  return cookieOf(request, signInName);
}

/** Returns the token of a browser in which a user entered the correct password, or null if there is no cookie. */
export function browserTokenOf(request: CookieRequest): string | null {
  return cookieOf(request, browserName);
}

/** Returns the token of a browser in which a user started an integration's setup, or null if there is no cookie. */
export function setupTokenOf(request: CookieRequest): string | null {
  return cookieOf(request, setupName);
}

/**
 * Returns the first cookie with this name. Browsers send the cookie with the longest path first. Over HTTPS, accepts only
 * a cookie with the prefix, because a page of a sibling host, such as a preview, could set the other one.
 */
function cookieOf({ headers, server }: CookieRequest, plainName: string): string | null {
  const wanted = server.isSecure ? hostPrefix + plainName : plainName;
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === wanted && value !== undefined && value !== "") return value;
  }
  return null;
}

export interface SignInCookie {
  readonly token: string;
  readonly maxAgeMs: number;
  /** True if the pages are served over HTTPS. The cookie then has the `__Host-` prefix. */
  readonly isSecure: boolean;
}

export function setSignInCookie(reply: Pick<FastifyReply, "raw">, cookie: SignInCookie): void {
  setCookie(reply, signInName, cookie);
}

export function clearSignInCookie(reply: Pick<FastifyReply, "raw">, isSecure: boolean): void {
  setSignInCookie(reply, { token: "", maxAgeMs: 0, isSecure });
}

export function setBrowserCookie(reply: Pick<FastifyReply, "raw">, token: string, isSecure: boolean): void {
  setCookie(reply, browserName, { token, maxAgeMs: knownBrowserMs, isSecure });
}

/**
 * Sets a cookie that browsers also send when a forge redirects them back. Browsers do not send the other cookies with cross-site requests.
 */
export function setSetupCookie(reply: Pick<FastifyReply, "raw">, token: string, isSecure: boolean): void {
  setCookie(reply, setupName, { token, maxAgeMs: setupMs, isSecure }, "Lax");
}

/** Sets a cookie on the raw response, because event streams bypass Fastify's reply. */
function setCookie(
  { raw }: Pick<FastifyReply, "raw">,
  name: string,
  { token, maxAgeMs, isSecure }: SignInCookie,
  sameSite: "Strict" | "Lax" = "Strict",
): void {
  const maxAge = Math.max(0, Math.floor(maxAgeMs / 1000));
  const attributes = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=${sameSite}${isSecure ? "; Secure" : ""}`;
  raw.appendHeader("set-cookie", `${isSecure ? hostPrefix : ""}${name}=${token}; ${attributes}`);
}
