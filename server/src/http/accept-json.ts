import type { FastifyInstance } from "fastify";

/**
 * Maximum nesting depth. No document or schema needs this depth, and recursive code overflows the stack only at several thousand levels.
 */
const maxDepth = 200;

/**
 * Parses JSON bodies and rejects all other content types. An empty body counts as no body, because clients send the content type even with
 * a POST that has no body.
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

/** True if the JSON text is nested deeper than `max`. Counts brackets outside strings, so the text need not be parsed. */
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
