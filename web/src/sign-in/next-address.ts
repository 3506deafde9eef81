/**
 * Returns the target page after a sign-in, or undefined if it is not a page of this server. Rejects other targets,
 * because links can come from anyone.
 * @param origin Origin of the dashboard's pages
 */
export function nextAddress(given: unknown, origin: string): string | undefined {
  if (typeof given !== "string" || !given.startsWith("/")) return undefined;
  const url = URL.parse(given, origin);
  if (url?.origin !== origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search + url.hash;
}
