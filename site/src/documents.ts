import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

export interface Document {
  /** Path below the folder of the documents, such as `guides/upgrade.md`. */
  readonly path: string;
  readonly title: string;
}

/** Number of pages from which a group is closed until the reader opens it. Shorter groups are always open. */
const LONG_GROUP = 40;

/** Returns all documents in a folder with their titles. Throws if a document has no title. */
export function readDocuments(folder: string): Document[] {
  return globSync("**/*.md", { cwd: folder }).map((path) => ({ path, title: readTitle(folder, path) }));
}

function readTitle(folder: string, path: string): string {
  const title = /^# (.+)$/m.exec(readFileSync(join(folder, path), "utf8"))?.[1];
  if (title === undefined) throw new Error(`${path} needs a title, a line that starts with "# ".`);
  return title.replaceAll("`", "");
}

/**
 * Returns one sidebar group for each folder of the documents, with the pages sorted by title. An `index.md` names its group. Other groups have
 * the names of their folders. The groups have the order in which `index`, the text of the first page, links to them.
 */
export function createSidebar(documents: readonly Document[], index: string): DefaultTheme.SidebarItem[] {
  const folders = Map.groupBy(documents, ({ path }) => path.slice(0, path.lastIndexOf("/") + 1));
  const position = (folder: string) => (folder === "" ? -1 : index.indexOf(`](${folder}`));
  return [...folders]
    .sort(([a], [b]) => position(a) - position(b))
    .map(([folder, found]) => createGroup(folder, found));
}

function createGroup(folder: string, documents: readonly Document[]): DefaultTheme.SidebarItem {
  const index = documents.find(({ path }) => path === `${folder}index.md`);
  const items = documents
    .filter((document) => document !== index)
    .map(({ path, title }) => ({ text: title, link: `/${path}` }))
    .sort((a, b) => a.text.localeCompare(b.text, "en", { numeric: true }));
  return {
    text: index?.title ?? `${folder.charAt(0).toUpperCase()}${folder.slice(1, -1)}`,
    ...(index !== undefined && { link: `/${folder}` }),
    ...(items.length >= LONG_GROUP && { collapsed: true }),
    items,
  };
}

/** Returns the address of a heading within its page, as forges compute it. */
export function headingAddress(heading: string): string {
  const kept = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "");
  return kept.replaceAll(" ", "-");
}
