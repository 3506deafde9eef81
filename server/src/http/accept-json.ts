import type { FastifyInstance } from "fastify";

/**
 * Maximum depth, which far exceeds every document or schema. Code that recurses over a value overflows the stack at
 * some thousands of levels.
 */
const maxDepth = 200;

/**
 * Parses JSON bodies and rejects all other types. An empty body counts as no body, because clients send the content
 * type with a POST that has none.
 */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    const text = body.toString();
    if (text === "") return done(null, undefined);
    if (isDeeperThan(maxDepth, text)) return done(mistake("TEMBO_JSON_TOO_DEEP"));
    try {
      done(null, JSON.parse(text));
    } catch {
      done(mistake("FST_ERR_CTP_INVALID_JSON_BODY"));
    }
  });
}

const mistake = (code: string) => Object.assign(new Error("invalid JSON"), { code });

const [quote, backslash] = ['"', "\\"].map((sign) => sign.charCodeAt(0));
const opening = new Set(["{", "["].map((sign) => sign.charCodeAt(0)));
const closing = new Set(["}", "]"].map((sign) => sign.charCodeAt(0)));

/** True if the nesting exceeds the limit. Counts brackets outside strings, before the text is parsed. */
export function isDeeperThan(max: number, text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const sign = text.charCodeAt(index);
    if (isInString) {
      if (sign === backslash) index++;
      else if (sign === quote) isInString = false;
    } else if (sign === quote) isInString = true;
    else if (opening.has(sign)) {
      depth++;
      if (depth > max) return true;
    } else if (closing.has(sign)) depth--;
  }
  return false;
}
