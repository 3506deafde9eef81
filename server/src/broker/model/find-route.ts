import type { ModelFamily } from "../../core/access/index.ts";

/** A request that the gateway forwards. */
export interface Route {
  /** Path and query as they are sent on, below the base URL. */
  readonly target: string;
  /** What it holds: JSON, of which two kinds are asked to tell their usage, or nothing. */
  readonly body: "chatCompletions" | "responses" | "json" | "none";
  /** Whether answering it costs tokens. */
  readonly isMetered: boolean;
  /** The model, where the path names it. */
  readonly model: string | null;
}

/**
 * The route of a request as the client wrote it, or null when it leads nowhere.
 *
 * Only what a model loop needs is known: the operator's key opens more than that. Files, batches, stored
 * responses, fine-tuning and administration belong to the whole account, so one session could read or spend what is
 * another's, past its meter. The raw path must match letter by letter: absolute targets, dots, encoded
 * letters and doubled slashes match nothing, so there is nothing to resolve.
 */
export function findRoute(family: ModelFamily, method: string, url: string): Route | null {
  const [path = "", query = ""] = splitOnce(url, "?");
  for (const pattern of patterns[family]) {
    const found = pattern.path.exec(path);
    const isKnownMethod = pattern.reads ? method === "GET" || method === "HEAD" : method === "POST";
    if (found === null || !isKnownMethod) continue;
    const kept = keepQuery(family, query);
    return {
      target: kept === "" ? path : `${path}?${kept}`,
      body: pattern.reads ? "none" : (pattern.body ?? "json"),
      isMetered: pattern.isMetered ?? false,
      model: found.groups?.model ?? null,
    };
  }
  return null;
}

interface Pattern {
  readonly path: RegExp;
  /** GET and HEAD; else POST. */
  readonly reads?: true;
  readonly isMetered?: true;
  readonly body?: Route["body"];
}

/** One segment; the look-ahead keeps `.` and `..` out. */
const name = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._:@-]+";

/** SDKs put the version into the base URL or into the path: a base URL that ends in it takes paths without. */
const v1 = (rest: string) => new RegExp(`^(?:/v1)?/${rest}$`);
const gemini = (rest: string) => new RegExp(`^(?:/v1|/v1beta|/v1alpha)?/${rest}$`);

const patterns: Record<ModelFamily, readonly Pattern[]> = {
  anthropic: [
    { path: v1("messages"), isMetered: true },
    { path: v1("messages/count_tokens") },
    { path: v1(`models(?:/${name})?`), reads: true },
  ],
  openai: [
    { path: v1("responses"), isMetered: true, body: "responses" },
    { path: v1("responses/compact"), isMetered: true, body: "responses" },
    { path: v1("responses/input_tokens") },
    { path: v1("chat/completions"), isMetered: true, body: "chatCompletions" },
    { path: v1("completions"), isMetered: true, body: "chatCompletions" },
    { path: v1("embeddings"), isMetered: true },
    { path: v1(`models(?:/${name})?`), reads: true },
  ],
  gemini: [
    { path: gemini("models/(?<model>[A-Za-z0-9._@-]+):(?:streamG|g)enerateContent"), isMetered: true },
    {
      path: gemini("models/(?<model>[A-Za-z0-9._@-]+):(?:embedContent|batchEmbedContents)"),
      isMetered: true,
    },
    { path: gemini("models/[A-Za-z0-9._@-]+:countTokens") },
    { path: gemini(`models(?:/${name})?`), reads: true },
  ],
};

/**
 * Everything else is dropped: `key=` and `access_token=` are credentials, and Gemini's `fields=` and other values of `alt=`
 * would take the usage out of the answer.
 */
const queryNames: Record<ModelFamily, ReadonlySet<string>> = {
  anthropic: new Set(["beta", "limit", "after_id", "before_id"]),
  openai: new Set(["client_version", "limit", "after", "order", "api-version"]),
  gemini: new Set(["alt", "pageSize", "pageToken"]),
};

function keepQuery(family: ModelFamily, query: string): string {
  const kept = new URLSearchParams();
  // Parsed and written anew: the provider sees what was looked at, each name once.
  for (const [key, value] of new URLSearchParams(query)) {
    const isKnown = queryNames[family].has(key) && (key !== "alt" || value === "sse" || value === "json");
    if (isKnown && !kept.has(key)) kept.set(key, value);
  }
  return kept.toString();
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
