import { type Step, steps } from "./steps.ts";

/** Thrown if the text of a script is invalid. The message states the position and the expected input. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
}

/** Argument kinds of each step, in order. A trailing `?` marks an optional argument. */
const parameters = {
  say: ["string"],
  think: ["string"],
  slow: ["number?", "number?"],
  endless: ["number?"],
  fail: ["number?", "number?"],
  cut: ["number?"],
  title: ["string"],
  write: ["string", "string"],
  tryWrite: ["string", "string"],
  edit: ["string", "string", "string"],
  read: ["string"],
  bash: ["string", "number?"],
  sleepTool: ["number?"],
  tool: ["string", "object?"],
  mcp: ["string", "string", "object?"],
} as const satisfies Record<keyof typeof steps, readonly string[]>;

/**
 * Parses the last script in a text. Returns undefined if the text contains none.
 *
 *     script   = "SCRIPT(" [ step { "," step } ] ")"
 *     step     = name [ "(" [ argument { "," argument } ] ")" ]
 *     argument = JSON value | 'single-quoted string'
 *
 * Both kinds of string support the escapes of JSON. Single quotes save escaping inside JSON.
 *
 * @throws ScriptError if a script violates the grammar or contains an unknown step.
 */
export function parseScript(text: string): readonly Step[] | undefined {
  const start = text.lastIndexOf("SCRIPT(");
  return start < 0 ? undefined : new Reader(text, start + "SCRIPT(".length).script();
}

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  script(): readonly Step[] {
    return this.#list(() => this.#step());
  }

  #step(): Step {
    const name = this.#match(/[A-Za-z]+/y) ?? this.#expected("a step name");
    if (!Object.hasOwn(parameters, name)) {
      throw new ScriptError(
        `Unknown step "${name}" in SCRIPT(...). Use one of ${Object.keys(parameters).join(", ")}.`,
      );
    }
    const step = name as keyof typeof parameters;
    const values = this.#match(/\s*\(/y) === undefined ? [] : this.#list(() => this.#value());
    checkArguments(step, values);
    return (steps[step] as (...values: unknown[]) => Step)(...values);
  }

  /** Parses items up to the closing parenthesis and consumes it. */
  #list<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    this.#match(/\s+/y);
    if (this.#match(/\)/y) !== undefined) return items;
    while (true) {
      this.#match(/\s+/y);
      items.push(item());
      this.#match(/\s+/y);
      if (this.#match(/\)/y) !== undefined) return items;
      this.#match(/,/y) ?? this.#expected('"," or ")"');
    }
  }

  #value(): unknown {
    const json = this.#match(/"(?:[^"\\]|\\.)*"/sy) ?? this.#match(/-?\d+(?:\.\d+)?|true|false|null/y);
    if (json !== undefined) return this.#json(escapeRawControls(json));
    const single = this.#match(/'(?:[^'\\]|\\.)*'/sy);
    if (single !== undefined) return this.#json(singleToDouble(single));
    if (this.#text[this.#at] === "{" || this.#text[this.#at] === "[") return this.#json(this.#bracketed());
    return this.#expected("a JSON value or a quoted string");
  }

  /** Returns the text of a JSON object or array. Finds its end by counting brackets outside strings. */
  #bracketed(): string {
    const start = this.#at;
    let depth = 0;
    do {
      const token =
        this.#match(/"(?:[^"\\]|\\.)*"|[{[]|[}\]]|[^"{}[\]]+/sy) ?? this.#expected("a closing bracket");
      if (token === "{" || token === "[") depth += 1;
      if (token === "}" || token === "]") depth -= 1;
    } while (depth > 0);
    return this.#text.slice(start, this.#at);
  }

  #json(source: string): unknown {
    try {
      return JSON.parse(source);
    } catch (cause) {
      throw new ScriptError(`${source.slice(0, 80)} in SCRIPT(...) is not a JSON value.`, { cause });
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #expected(what: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 40) || "the end of the text";
    throw new ScriptError(`Expected ${what} in SCRIPT(...) before: ${rest}`);
  }
}

/** Escapes literal line breaks and tabs in strings. People write them, but JSON does not allow them. */
function escapeRawControls(json: string): string {
  return json.replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
}

function singleToDouble(single: string): string {
  const inner = single.slice(1, -1).replace(/\\(.)|"/gs, (found, escaped: string | undefined) => {
    if (escaped === "'") return "'";
    return found === '"' ? '\\"' : found;
  });
  return escapeRawControls(`"${inner}"`);
}

function checkArguments(step: keyof typeof parameters, values: readonly unknown[]): void {
  const kinds: readonly string[] = parameters[step];
  const fits =
    values.length <= kinds.length &&
    kinds.every((kind, index) => {
      const value = values[index];
      if (value === undefined) return kind.endsWith("?");
      const actual = Array.isArray(value) ? "array" : typeof value;
      return value !== null && actual === kind.replace("?", "");
    });
  if (!fits)
    throw new ScriptError(`The step ${step} expects (${kinds.join(", ")}), not ${JSON.stringify(values)}.`);
}
