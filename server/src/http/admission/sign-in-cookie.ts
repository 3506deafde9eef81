import type { FastifyReply, FastifyRequest } from "fastify";

const cookieName = "tembo_session";

/** Null without one; of several the first, which is of the longest path. */
export function signInTokenOf({ headers }: Pick<FastifyRequest, "headers">): string | null {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === cookieName && value !== undefined && value !== "") return value;
  }
  return null;
}

export interface SignInCookie {
  readonly token: string;
  readonly maxAgeMs: number;
  /** Pages come over https alone. */
  readonly isSecure: boolean;
}

/** On the bare response, as a stream of events takes that over. */
export function setSignInCookie({ raw }: Pick<FastifyReply, "raw">, cookie: SignInCookie): void {
  const { token, maxAgeMs, isSecure } = cookie;
  const maxAge = Math.max(0, Math.floor(maxAgeMs / 1000));
  const attributes = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
  raw.setHeader("set-cookie", `${cookieName}=${token}; ${attributes}`);
}

export function clearSignInCookie(reply: Pick<FastifyReply, "raw">, isSecure: boolean): void {
  setSignInCookie(reply, { token: "", maxAgeMs: 0, isSecure });
}
