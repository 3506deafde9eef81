/**
 * Returns the page to open after a sign-in, or undefined if the value is not a page of this server. Other targets are
 * rejected, because anyone can create a sign-in link.
 * @param origin Origin of the dashboard's pages
 */
export function nextAddress(given: unknown, origin: string): string | undefined {
  if (typeof given !== "string" || !given.startsWith("/")) return undefined;
  const url = URL.parse(given, origin);
  if (url?.origin !== origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search + url.hash;
}
