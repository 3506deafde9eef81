import { GraphqlRefusal } from "./graphql-refusal.ts";

/** Requested field, with its arguments and subfields. */
export interface Field {
  readonly name: string;
  /** Name of the field in the response. */
  readonly alias: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Selected subfields, or null for a field without a selection. */
  readonly fields: readonly Field[] | null;
}

const maxChars = 10_000;
const maxDepth = 10;

/**
 * Parses a GraphQL mutation (spec.graphql.org, October 2021), which must be a single operation without fragments or directives. Replaces
 * variables with their values. Throws a `GraphqlRefusal` for any other document.
 */
export function readMutation(text: string, variables: Readonly<Record<string, unknown>>): Field {
  const reader = new TokenReader(text, variables);
  if (!reader.takeIf("mutation")) throw refused("Only mutations are supported. Use REST to read.");
  if (reader.peek() !== "{" && reader.peek() !== "(") reader.name();
  // Skips the variable types. Each value is validated where it is used.
  if (reader.peek() === "(") while (reader.take() !== ")");
  const fields = readFields(reader, 0);
  if (reader.peek() !== null) throw refused("Send one operation at a time.");
  if (fields.length !== 1) throw refused("Send one mutation at a time.");
  return fields[0]!;
}

function readFields(reader: TokenReader, depth: number): readonly Field[] {
  if (depth > maxDepth) throw refused(`The document is nested more than ${maxDepth} levels deep.`);
  reader.expect("{");
  const fields: Field[] = [];
  while (reader.peek() !== "}") {
    if (reader.peek() === "...") throw refused("Fragments are not supported. List the fields instead.");
    const alias = reader.name();
    const name = reader.takeIf(":") ? reader.name() : alias;
    const input = reader.peek() === "(" ? readPairs(reader, "(", ")", depth) : {};
    if (reader.peek() === "@") throw refused("Directives are not supported. Remove them.");
    fields.push({ name, alias, input, fields: reader.peek() === "{" ? readFields(reader, depth + 1) : null });
  }
  reader.take();
  if (fields.length === 0) throw refused("A selection must contain at least one field.");
  return fields;
}

function readPairs(reader: TokenReader, open: string, close: string, depth: number): Record<string, unknown> {
  if (depth > maxDepth) throw refused(`A value is nested more than ${maxDepth} levels deep.`);
  reader.expect(open);
  const pairs: [string, unknown][] = [];
  while (reader.peek() !== close) {
    const name = reader.name();
    reader.expect(":");
    pairs.push([name, readValue(reader, depth + 1)]);
  }
  reader.take();
  return Object.fromEntries(pairs);
}

/** Parses a value. Returns enum values as strings. */
function readValue(reader: TokenReader, depth: number): unknown {
  const token = reader.peek();
  if (token === null) throw endsEarly();
  if (token === "{") return readPairs(reader, "{", "}", depth);
  if (reader.takeIf("$")) return reader.variable();
  reader.take();
  if (token?.startsWith('"')) return parseString(token);
  if (token !== null && /^[A-Za-z_]/.test(token)) return words.has(token) ? words.get(token) : token;
  throw refused(`Expected a value, found ${JSON.stringify(token)}.`);
}

const endsEarly = () => refused("Unexpected end of the document.");

const words = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function parseString(token: string): string {
  try {
    return JSON.parse(token);
  } catch {
    throw refused(`The string ${token} is not terminated or contains an invalid escape.`);
  }
}

class TokenReader {
  readonly #tokens: readonly string[];
  readonly #variables: Readonly<Record<string, unknown>>;
  #next = 0;

  constructor(text: string, variables: Readonly<Record<string, unknown>>) {
    if (text.length > maxChars) throw refused(`The document is longer than ${maxChars} characters.`);
    // GraphQL treats commas as whitespace. Any unknown character becomes a separate token, which the parser rejects.
    this.#tokens = [...text.matchAll(/[\s,\uFEFF]+|#[^\n\r]*|\w+|\.\.\.|"(?:[^"\\\n]|\\.)*"|./g)]
      .map(([token]) => token)
      .filter((token) => !/^(?:[\s,\uFEFF]|#)/.test(token));
    this.#variables = variables;
  }

  /** Returns the next token without consuming it, or null at the end. */
  peek(): string | null {
    return this.#tokens[this.#next] ?? null;
  }

  take(): string {
    const token = this.peek();
    if (token === null) throw endsEarly();
    this.#next++;
    return token;
  }

  /** Consumes the token and returns true if it matches. */
  takeIf(wanted: string): boolean {
    const isThere = this.peek() === wanted;
    if (isThere) this.#next++;
    return isThere;
  }

  expect(wanted: string): void {
    const token = this.take();
    if (token !== wanted) throw refused(`Expected "${wanted}", found ${JSON.stringify(token)}.`);
  }

  name(): string {
    const token = this.take();
    if (!/^[A-Za-z_]\w*$/.test(token)) throw refused(`Expected a name, found ${JSON.stringify(token)}.`);
    return token;
  }

  variable(): unknown {
    const name = this.name();
    if (!Object.hasOwn(this.#variables, name)) throw refused(`Variable $${name} was provided invalid value`);
    return this.#variables[name];
  }
}

const refused = (message: string) => new GraphqlRefusal("PARSE_ERROR", message);
