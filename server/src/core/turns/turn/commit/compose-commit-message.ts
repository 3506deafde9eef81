import type { ChangedFile } from "../../../forges/index.ts";
import { listFiles, placeByPath, placeOf, typeOf } from "./describe-change.ts";
import { fitLine, MAX_LINE_LENGTH, wrap } from "./fit-line.ts";
import type { Convention, Prefix } from "./read-convention.ts";

const MAX_BODY_LENGTH = 1_500;

export interface CommitWords {
  readonly convention: Convention;
  /** What was asked, or what the session is called. */
  readonly title: string;
  /** What was done, in the harness's own words; may be empty. */
  readonly account: string;
  readonly files: readonly ChangedFile[];
  /** Where the number of a ticket may stand. */
  readonly mentions: readonly string[];
  readonly trailers: string;
}

/** The message of a commit as the repository words them: a subject of at most 72 characters, what was done, trailers. Pure. */
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
      const type = spelled(typeOf(title, files), prefix.types);
      const scope = placeOf(prefix.scopes, files);
      return scope === null ? `${type}: ` : `${type}(${scope}): `;
    }
    case "area": {
      const area = placeOf(prefix.areas, files) ?? placeByPath(files);
      return area === null ? "" : `${area}: `;
    }
    case "ticket": {
      const found = mentions.flatMap((text) => text.match(/\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b/g) ?? []);
      const own = found.find((one) => prefix.projects.has(one.split("-")[0]!));
      return own === undefined || title.includes(own) ? "" : `${prefix.pattern.replace("%", own)} `;
    }
  }
}

/** Some write `doc` and `tests`. */
function spelled(type: string, known: ReadonlySet<string>): string {
  if (known.has(type)) return type;
  const other = { docs: "doc", test: "tests" }[type];
  return other !== undefined && known.has(other) ? other : type;
}

/** A request as an order: without its politeness and its end. */
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

/** Names keep their letters: `README`, `GraphQL`, `I`. */
function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}+(?=[\s,:-]|$)/u.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

/** A name of code keeps its small letter: `npm`, `a.ts`, `parseURL`. */
function upperFirst(text: string): string {
  return /^\p{Ll}{2,}(?=[\s,]|$)/u.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
}

function cutAtParagraph(text: string): string {
  if (text.length <= MAX_BODY_LENGTH) return text;
  const cut = text.slice(0, MAX_BODY_LENGTH);
  const end = cut.lastIndexOf("\n\n");
  return end > 0 ? cut.slice(0, end).trimEnd() : `${cut.slice(0, cut.lastIndexOf(" ")).trimEnd()} …`;
}
