/** Query of the page to which a preview sends a browser without access. */
export interface PreviewSearch {
  readonly host: string;
  readonly path: string;
  readonly challenge: string | undefined;
}

export function checkPreviewSearch(given: Record<string, unknown>): PreviewSearch {
  const read = (name: string) => (given[name] === undefined ? undefined : String(given[name]));
  // Includes undefined values, because the router keeps the original value of a missing key.
  return { host: read("host") ?? "", path: read("path") ?? "/", challenge: read("challenge") };
}
