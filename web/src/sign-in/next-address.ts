/**
 * Where signing in leads, when it is a page of this server. Anybody may send a link with any other.
 * @param origin of the pages
 */
export function nextAddress(given: unknown, origin: string): string | undefined {
  if (typeof given !== "string" || !given.startsWith("/")) return undefined;
  const url = URL.parse(given, origin);
  if (url?.origin !== origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search + url.hash;
}
