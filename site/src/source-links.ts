import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];
type CreateToken = (type: string, tag: string, content: string) => Token;

export interface SourceLinks {
  /** Root of the repository. */
  readonly root: string;
  /** Folder of the documents below the root. */
  readonly documents: string;
  /** Web address of the repository, or null if it has none. */
  readonly repository: string | null;
}

interface Source {
  /** Path below the root. */
  readonly path: string;
  /** Empty, or the part of the file with "#". */
  readonly hash: string;
}

/**
 * Changes the links of documents to files that are not pages. They lead to the repository on the web. Without a web address, they become text
 * with the path of the file. VitePress checks the other links. scripts/docs.test.ts also checks these.
 */
export function linkSources(md: MarkdownRenderer, links: SourceLinks): void {
  md.core.ruler.push("source-links", ({ tokens, env, Token }) => {
    const page = posix.join(links.documents, env.relativePath);
    const create: CreateToken = (type, tag, content) => Object.assign(new Token(type, tag, 0), { content });
    for (const token of tokens)
      if (token.children !== null) token.children = withSources(token.children, page, links, create);
  });
}

function withSources(
  tokens: readonly Token[],
  page: string,
  links: SourceLinks,
  create: CreateToken,
): Token[] {
  let unlinked: Source | null = null;
  return tokens.flatMap((token, index) => {
    if (token.type === "link_close" && unlinked !== null) {
      const { path } = unlinked;
      unlinked = null;
      return tokens[index - 1]!.content === path ? [] : writePath(path, create);
    }
    const source = token.type === "link_open" ? findSource(token.attrGet("href") ?? "", page, links) : null;
    if (source === null) return [token];
    if (links.repository === null) {
      unlinked = source;
      return [];
    }
    token.attrSet("href", webAddressOf(source, links));
    return [token];
  });
}

/** Returns the file that a link names, or null for another host, a part of the same page or another page. */
function findSource(href: string, page: string, { root, documents }: SourceLinks): Source | null {
  const [, target = "", hash = ""] = /^([^#]*)(#.*)?$/.exec(href) ?? [];
  if (target === "" || /^(?:[a-z]+:|\/)/i.test(target)) return null;
  const path = posix.join(dirname(page), decodeURI(target));
  const isPage = path.endsWith(".md") || existsSync(join(root, path, "index.md"));
  if (isPage && path.startsWith(`${documents}/`)) return null;
  return { path, hash };
}

function webAddressOf({ path, hash }: Source, { repository }: SourceLinks): string {
  const kind = path.endsWith("/") ? "tree" : "blob";
  return `${repository}/${kind}/HEAD/${path}${hash}`;
}

/** Returns the tokens of ` (path)`, with the path as code. */
function writePath(path: string, create: CreateToken): Token[] {
  return [create("text", "", " ("), create("code_inline", "code", path), create("text", "", ")")];
}
