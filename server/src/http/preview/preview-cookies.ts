import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Grants that a request may contain. A browser may have one for pages and one for frames, and other hosts may add more. */
const maxGrants = 4;
const stateLifeMs = 10 * 60_000;
const secretForm = /^[A-Za-z0-9_-]{43}$/;

const grantName = "tembo_preview";
const stateName = "tembo_preview_state";

/** Cookies of one preview host. They are host-only, and neither scripts nor the program can read them. */
export interface PreviewCookies {
  /** Tokens of grants in the request. */
  readonly tokens: readonly string[];
  /** Secret that the server set in this browser before it sent it to the dashboard, or null. */
  readonly secret: string | null;
  setGrant(response: ServerResponse, token: string, maxAgeMs: number): void;
  /** Returns the browser's secret. Sets a new one if it has none. */
  ensureSecret(response: ServerResponse): string;
}

/**
 * Reads and sets the cookies. With `isSecure`, their names have the prefix `__Host-`, so that no other host can set
 * them. In a frame of another site, such as the dashboard, the browser keeps them separately for that site
 * (`Partitioned`), and requires `Secure`.
 */
export function previewCookies({ headers }: IncomingMessage, isSecure: boolean): PreviewCookies {
  const prefix = isSecure ? "__Host-" : "";
  const isFramed = headers["sec-fetch-dest"] === "iframe";
  const valuesOf = (name: string) =>
    (headers.cookie ?? "")
      .split(";")
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${prefix}${name}=`))
      .map((pair) => pair.slice(prefix.length + name.length + 1))
      .filter((value) => secretForm.test(value));
  const set = (response: ServerResponse, name: string, value: string, maxAgeMs: number) => {
    const site = isFramed
      ? "SameSite=None; Secure; Partitioned"
      : `SameSite=Lax${isSecure ? "; Secure" : ""}`;
    const maxAge = Math.floor(maxAgeMs / 1000);
    response.appendHeader(
      "set-cookie",
      `${prefix}${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; ${site}`,
    );
  };
  const [secret = null] = valuesOf(stateName);
  return {
    tokens: valuesOf(grantName).slice(0, maxGrants),
    secret,
    setGrant: (response, token, maxAgeMs) => set(response, grantName, token, maxAgeMs),
    ensureSecret(response) {
      const value = secret ?? randomBytes(32).toString("base64url");
      set(response, stateName, value, stateLifeMs);
      return value;
    },
  };
}
