import type { ChangedFile } from "../../../forges/index.ts";
import { bestMatchingName, guessCommitType, listFiles, placeByPath } from "./describe-change.ts";
import { fitLine, MAX_LINE_LENGTH, wrap } from "./fit-line.ts";
import type { Convention, Prefix } from "./read-convention.ts";

const MAX_BODY_LENGTH = 1_500;

export interface CommitWords {
  readonly convention: Convention;
  /** Title of the work, from which the subject is composed. */
  readonly title: string;
  /** The harness's own description of its work, which may be empty. */
  readonly account: string;
  readonly files: readonly ChangedFile[];
  /** Texts that may contain a ticket number. */
  readonly mentions: readonly string[];
  readonly trailers: string;
}

/**
 * Composes a commit message in the repository's style: a subject of at most 72 characters, a body and trailers. The
 * body is the description of the work or, if that is empty, a list of the changed files. Pure.
 */
export function composeCommitMessage(words: CommitWords): string {
  const { account, files, trailers } = words;
  const body = cutAtParagraph(account.replaceAll("\0", "").trim()) || `Changes ${listFiles(files)}.`;
  return `${subjectOf(words)}\n\n${wrap(body)}\n\n${trailers}\n`;
}

function subjectOf({ convention, title, files, mentions }: CommitWords): string {
  const asked = imperative(title) || `Change ${listFiles(files)}`;
  const prefix = prefixOf(convention.prefix, { title: asked, files, mentions });
  const text = convention.startsLower ? lowerFirst(asked) : upperFirst(asked);
  return fitLine(`${prefix}${text}`, MAX_LINE_LENGTH);
}

function prefixOf(
  prefix: Prefix,
  { title, files, mentions }: Pick<CommitWords, "title" | "files" | "mentions">,
): string {
  switch (prefix.kind) {
    case "none":
      return "";
    case "conventional": {
      const type = spelled(guessCommitType(title, files), prefix.types);
      const scope = bestMatchingName(prefix.scopes, files);
      return scope === null ? `${type}: ` : `${type}(${scope}): `;
    }
    case "area": {
      const area = bestMatchingName(prefix.areas, files) ?? placeByPath(files);
      return area === null ? "" : `${area}: `;
    }
    case "ticket": {
      const found = mentions.flatMap((text) => text.match(/\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b/g) ?? []);
      const own = found.find((one) => prefix.projects.has(one.split("-")[0]!));
      return own === undefined || title.includes(own) ? "" : `${prefix.pattern.replace("%", own)} `;
    }
  }
}

/** Returns the type as the repository spells it, such as `doc` for `docs`. */
function spelled(type: string, known: ReadonlySet<string>): string {
  if (known.has(type)) return type;
  const other = { docs: "doc", test: "tests" }[type];
  return other !== undefined && known.has(other) ? other : type;
}

/** Turns a request into the imperative: removes greetings, polite phrases and final punctuation. */
function imperative(title: string): string {
  return title
    .replaceAll(/[\s\u0000-\u001f\u007f]+/g, " ")
    .trim()
    .replace(/^(hi|hello|hey)\b[ ,!]*/i, "")
    .replace(/^(please|kindly)\b[ ,]*/i, "")
    .replace(
      /^((can|could|would|will) you|(i|we) (want|need|would like) (you )?to|i'd like you to|you should|let's)\b[ ,]*/i,
      "",
    )
    .replace(/^(please|kindly)\b[ ,]*/i, "")
    .replace(/[ ,]*\bplease[.!?]*$/i, "")
    .replace(/[\s.!?:;,]+$/, "");
}

/** Lowercases the first letter of an ordinary word. Leaves words such as `README`, `GraphQL` and `I` unchanged. */
function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}+(?=[\s,:-]|$)/u.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

/** Capitalizes the first letter of an ordinary word. Leaves code such as `a.ts` and `parseURL` unchanged. */
function upperFirst(text: string): string {
  return /^\p{Ll}{2,}(?=[\s,]|$)/u.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
}

function cutAtParagraph(text: string): string {
  if (text.length <= MAX_BODY_LENGTH) return text;
  const cut = text.slice(0, MAX_BODY_LENGTH);
  const end = cut.lastIndexOf("\n\n");
  return end > 0 ? cut.slice(0, end).trimEnd() : `${cut.slice(0, cut.lastIndexOf(" ")).trimEnd()} …`;
}
