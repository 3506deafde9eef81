import assert from "node:assert/strict";
import type { Served } from "../../../../testing/test-server.ts";

/** Header that a browser sends for the server's own pages. */
export const ownPage = { "sec-fetch-site": "same-origin" } as const;

/** Returns the sign-in cookie that a response sets, as `name=value`, and the cookie's attributes. */
export function cookieOf(response: Response): {
  readonly value: string;
  readonly attributes: readonly string[];
} {
  const cookies = response.headers
    .getSetCookie()
    .filter((cookie) => /^(__Host-)?tembo_session=/.test(cookie));
  assert.equal(cookies.length, 1, `a response with status ${response.status} sets one sign-in cookie`);
  const [value = "", ...attributes] = cookies[0]!.split("; ");
  return { value, attributes };
}

/** Sends a request with the cookie, as a page of this server does. Declares the body as JSON. */
export function askWithCookie(
  served: Served,
  cookie: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const json = init.body === undefined ? {} : { "content-type": "application/json" };
  return served.ask(path, undefined, { ...init, headers: { ...ownPage, ...json, cookie, ...init.headers } });
}
