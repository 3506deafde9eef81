import { AppError } from "../core/base/index.ts";
import type { HttpsRemote } from "../core/forges/index.ts";

const maxShown = 200;

/**
 * Creates a remote from the clone URL that a forge returns for a repository. A forge's response must not direct host git to a path, a program
 * or another server. Throws `forge_failed` if the URL is not an http(s) URL on the integration's host and port, contains a user or a query,
 * or downgrades HTTPS to HTTP.
 */
export async function cloneRemote(
  cloneUrl: string,
  webUrl: string,
  credential: () => Promise<HttpsRemote["credential"]>,
): Promise<HttpsRemote> {
  const url = checkedUrl(cloneUrl, new URL(webUrl));
  return { kind: "https", url, credential: await credential() };
}

function checkedUrl(cloneUrl: string, web: URL): string {
  const problem = findProblem(cloneUrl, web);
  if (problem === null) return cloneUrl;
  throw new AppError(
    "forge_failed",
    `The forge returned the clone URL ${JSON.stringify(cloneUrl.slice(0, maxShown))}, which ${problem}. Tembo uses only URLs on ${web.host}. Correct the URL in the forge's own configuration, or the integration's forge URL.`,
  );
}

function findProblem(cloneUrl: string, web: URL): string | null {
  // A URL parser would accept another scheme, skip control characters or read a backslash as a slash.
  if (!/^https?:\/\/[^\s\\]+$/i.test(cloneUrl) || hasControl(cloneUrl)) return "is not an http(s) URL";
  const url = URL.parse(cloneUrl);
  if (url === null) return "is not an http(s) URL";
  if (url.username !== "" || url.password !== "" || cloneUrl.split("/")[2]?.includes("@"))
    return "contains a username or password";
  if (url.search !== "" || url.hash !== "") return "contains a query or fragment";
  if (url.hostname !== web.hostname || portOf(url) !== portOf(web)) return "is on another host";
  if (url.protocol === "http:" && web.protocol !== "http:") return "is not encrypted";
  return null;
}

const hasControl = (text: string) => /[\u0000-\u001f\u007f]/.test(text);

/**
 * Returns the port, or "default" for the scheme's default port. A forge at http://forge may return URLs at https://forge, so all default ports
 * are equal.
 */
function portOf(url: URL): string {
  return url.port === "" ? "default" : url.port;
}
