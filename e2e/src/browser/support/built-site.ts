import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Built pages by their path below the site, such as `guides/upgrade.html`. */
export type BuiltPages = ReadonlyMap<string, string>;

interface Link {
  readonly from: string;
  /** Path of the linked page, or the address as written if it is not below the site. */
  readonly to: string;
  /** ID of an element in the linked page, or an empty string. */
  readonly id: string;
}

/** URL path of the pages on a server. */
const onServer = "/help/";
/** Origin to which the addresses of the pages are relative. */
const server = "http://tembo.example";

export function readBuiltPages(folder: string): BuiltPages {
  return new Map(
    globSync("**/*.html", { cwd: folder }).map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

/** Returns the links of all pages to this server. */
function linksOf(pages: BuiltPages, base: string): Link[] {
  return [...pages].flatMap(([from, html]) =>
    [...html.matchAll(/<a\s[^>]*\bhref="([^"]*)"/g)]
      .map(([, href]) => new URL(href!, `${server}${base}${from}`))
      .filter(({ origin }) => origin === server)
      .map(({ pathname, hash }) => ({
        from,
        to: pathOf(pathname, base),
        id: decodeURIComponent(hash.slice(1)),
      })),
  );
}

function pathOf(address: string, base: string): string {
  if (!address.startsWith(base)) return address;
  const path = address.slice(base.length);
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/** Returns the links to missing pages or elements. `others` are addresses of the server outside the site, which is at `base`. */
export function brokenLinks(pages: BuiltPages, others: readonly string[], base = onServer): string[] {
  const ids = new Map([...pages].map(([path, html]) => [path, idsOf(html)]));
  return linksOf(pages, base)
    .filter(({ to }) => !others.includes(to))
    .filter(({ to, id }) => ids.get(to)?.has(id) !== true)
    .map(({ from, to, id }) => `${from}: ${to}#${id}`);
}

/** Returns the IDs of all elements, and an empty string for the page itself. */
function idsOf(html: string): Set<string> {
  return new Set(["", ...[...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)]);
}

/** Returns the pages that a reader reaches by links from the first page. */
export function reachablePages(pages: BuiltPages): Set<string> {
  const targets = Map.groupBy(linksOf(pages, onServer), ({ from }) => from);
  const reached = new Set(["index.html"]);
  for (const page of reached)
    for (const { to } of targets.get(page) ?? []) if (pages.has(to)) reached.add(to);
  return reached;
}

/** Returns the scripts and event handlers that a policy without inline scripts blocks. */
export function inlineScripts(html: string): string[] {
  const scripts = html.matchAll(
    /<script(?![^>]*\ssrc=)[^>]*>|<[a-z]+\s[^>]*\son[a-z]+="[^>]*>|="javascript:[^>]*>/gi,
  );
  return [...scripts].map(([found]) => found);
}
