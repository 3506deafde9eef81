import type { FastifyReply, FastifyRequest } from "fastify";

const signInName = "tembo_session";
const browserName = "tembo_browser";
const setupName = "tembo_setup";
/** Taken by browsers over https alone, for this host alone: no other name can set it. */
const hostPrefix = "__Host-";
const knownBrowserMs = 180 * 24 * 60 * 60_000;
const setupMs = 30 * 60_000;

/** Null without one. */
export function signInTokenOf(request: Pick<FastifyRequest, "headers">): string | null {
  return cookieOf(request, hostPrefix + signInName) ?? cookieOf(request, signInName);
}

/** The token of a browser in which somebody has entered their right password; null without one. */
export function browserTokenOf(request: Pick<FastifyRequest, "headers">): string | null {
  return cookieOf(request, hostPrefix + browserName) ?? cookieOf(request, browserName);
}

/** The token of a browser in which a person began to connect an integration; null without one. */
export function setupTokenOf(request: Pick<FastifyRequest, "headers">): string | null {
  return cookieOf(request, hostPrefix + setupName) ?? cookieOf(request, setupName);
}

/** Of several the first, which is of the longest path. */
function cookieOf({ headers }: Pick<FastifyRequest, "headers">, wanted: string): string | null {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === wanted && value !== undefined && value !== "") return value;
  }
  return null;
}

export interface SignInCookie {
  readonly token: string;
  readonly maxAgeMs: number;
  /** Pages come over https alone. */
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

/** Sent also when a forge leads the browser back, as no other page's requests are. */
export function setSetupCookie(reply: Pick<FastifyReply, "raw">, token: string, isSecure: boolean): void {
  setCookie(reply, setupName, { token, maxAgeMs: setupMs, isSecure }, "Lax");
}

/** On the bare response, as a stream of events takes that over. */
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
