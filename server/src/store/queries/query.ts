/**
 * Caches the SQL with numbered placeholders. The key is the array of texts, which is the same object each time a
 * statement runs.
 */
const numbered = new WeakMap<readonly string[], string>();

/**
 * A fragment of SQL: texts, with a value between each pair of texts. Placeholders are numbered only when the text of
 * the whole statement is read, so fragments can be combined in any order.
 */
export class Query {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];

  constructor(texts: readonly string[], values: readonly unknown[]) {
    this.texts = texts;
    this.values = values;
  }

  /** The SQL, with `$1`, `$2` and so on for the values. */
  get text(): string {
    let text = numbered.get(this.texts);
    if (text === undefined) {
      text = this.texts.reduce((sql, next, index) => `${sql}$${index}${next}`);
      numbered.set(this.texts, text);
    }
    return text;
  }

  /**
   * Returns the SQL for use in an untagged template. Throws if the fragment has values, because an untagged template
   * would lose them.
   */
  toString(): string {
    if (this.values.length > 0) throw new TypeError(`SQL with values needs the tag query: ${this.text}`);
    return this.texts[0]!;
  }
}

/** Tags a statement: each `${value}` becomes a placeholder, and each `${query}` becomes a part of the text. */
export function query(strings: readonly string[], ...parts: readonly unknown[]): Query {
  const values: unknown[] = [];
  for (const part of parts) {
    if (part instanceof Query) values.push(...part.values);
    else values.push(part);
  }
  return new Query(joinedTexts(strings, parts), values);
}

interface Joined {
  readonly shape: readonly (readonly string[] | null)[];
  readonly texts: readonly string[];
}

/**
 * Caches the texts that each tagged template produced last. Almost every template produces the same texts each time.
 */
const joined = new WeakMap<readonly string[], Joined>();

function joinedTexts(strings: readonly string[], parts: readonly unknown[]): readonly string[] {
  const shape = parts.map((part) => (part instanceof Query ? part.texts : null));
  const known = joined.get(strings);
  if (known?.shape.every((texts, index) => texts === shape[index])) return known.texts;
  const texts = [strings[0]!];
  for (const [index, inner] of shape.entries()) {
    const following = strings[index + 1]!;
    if (inner === null) texts.push(following);
    else {
      texts[texts.length - 1] += inner[0]!;
      texts.push(...inner.slice(1));
      texts[texts.length - 1] += following;
    }
  }
  joined.set(strings, { shape, texts });
  return texts;
}

/**
 * Returns the text as a fragment of SQL without values. The text must come from the source code, never from a request.
 */
export const raw = (text: string): Query => new Query([text], []);
