import type { ModelFamily } from "../../core/access/index.ts";

/** Endpoint of a request that the gateway forwards. */
export interface Route {
  /** Path and query to forward, relative to the base URL. */
  readonly target: string;
  /**
   * Type of the body. `chatCompletions` and `responses` bodies are modified or checked to make sure that the response reports its usage.
   */
  readonly body: "chatCompletions" | "responses" | "json" | "none";
  /** True if the provider charges for the request's tokens. */
  readonly isMetered: boolean;
  /** Model, or null if the path does not contain it. */
  readonly model: string | null;
}

/**
 * Returns the route of a request, or null if the request matches none. Does not normalize `url`.
 *
 * Forwards only the endpoints that a model loop needs, because the operator's key provides access to more. Files, batches, stored responses,
 * fine-tuning and administration belong to the whole account. Through these endpoints, a session could read another session's data or spend
 * money without being metered. The raw path must match exactly. Absolute targets, `.` and `..` segments, encoded characters and doubled slashes
 * therefore match no route, and the gateway need not resolve them.
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
  /** If true, allows GET and HEAD. Otherwise, allows POST. */
  readonly reads?: true;
  readonly isMetered?: true;
  readonly body?: Route["body"];
}

/** Matches one path segment. The lookahead excludes `.` and `..`. */
const name = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._:@-]+";

/** Returns a pattern for a path with or without the version, because SDKs include the version in the base URL or in the path. */
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
 * Allowed query parameters. All others are dropped, because `key=` and `access_token=` are credentials, and Gemini's `fields=` and some
 * values of `alt=` would remove the usage from the response.
 */
const queryNames: Record<ModelFamily, ReadonlySet<string>> = {
  anthropic: new Set(["beta", "limit", "after_id", "before_id"]),
  openai: new Set(["client_version", "limit", "after", "order", "api-version"]),
  gemini: new Set(["alt", "pageSize", "pageToken"]),
};

function keepQuery(family: ModelFamily, query: string): string {
  const kept = new URLSearchParams();
  // Parses the query and serializes it again, so that the provider receives exactly what was validated, with each name only once.
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
