import { createFormFinder, type FormFinder, start } from "./form-finder.ts";
import { secretForms } from "./secret-forms.ts";

/** A secret value, and the key that replaces it in masked text. */
export interface NamedValue {
  readonly key: string;
  readonly value: string;
}

/** Replaces secret values, in the forms that `secretForms` returns, with `[secret KEY]`. */
export interface Masker {
  /** True if there are no values to mask, so that masking changes nothing. */
  readonly isTransparent: boolean;
  mask(text: string): string;
  /** Masks every string, key and number in a JSON value. A number that contains a secret becomes a string. */
  maskDeep<T>(value: T): T;
  /** Returns a masker for text that arrives in pieces. It finds secrets that span several pieces. */
  openStream(): TextMasker;
}

export interface TextMasker {
  /**
   * Returns the masked text that is now safe to show. Holds back only text at the end that may be the beginning of a
   * form.
   */
  push(text: string): string;
  /** Returns the remaining text, masked, and resets the stream. */
  flush(): string;
}

export function createMasker(secrets: readonly NamedValue[]): Masker {
  const labels = secrets.map(({ key }) => `[secret ${key}]`);
  const forms = secrets.map(({ value }, owner) => secretForms(value).map((form) => ({ form, owner })));
  // Adds the first form of every secret, then the second form of every secret, and so on. If there are too many forms,
  // the last forms are omitted.
  const longest = Math.max(0, ...forms.map((own) => own.length));
  const ordered = Array.from({ length: longest }, (_, rank) =>
    forms.flatMap((own) => (own[rank] === undefined ? [] : [own[rank]])),
  ).flat();
  if (ordered.length === 0) return transparent;
  const finder = createFormFinder(ordered);
  const openStream = () => new StreamMasker(finder, labels);
  const mask = (text: string) => {
    const stream = openStream();
    return stream.push(text) + stream.flush();
  };
  return { isTransparent: false, mask, maskDeep: <T>(value: T) => maskDeep(value, mask) as T, openStream };
}

const transparent: Masker = {
  isTransparent: true,
  mask: (text) => text,
  maskDeep: (value) => value,
  openStream: () => ({ push: (text) => text, flush: () => "" }),
};

function maskDeep(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") {
    const text = String(value);
    const masked = mask(text);
    return masked === text ? value : masked;
  }
  if (Array.isArray(value)) return value.map((inner) => maskDeep(inner, mask));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mask(key), maskDeep(inner, mask)]));
}

/** A match: the units `from` (inclusive) to `to` (exclusive) of the stream. Overlapping matches are merged. */
interface Find {
  from: number;
  to: number;
  owner: number;
}

class StreamMasker implements TextMasker {
  readonly #finder: FormFinder;
  readonly #labels: readonly string[];
  #state: number = start;
  /** Units that are not yet shown. `#heldFrom` is their offset in the stream. */
  #held = "";
  #heldFrom = 0;
  #finds: Find[] = [];
  /** Offset in the stream up to which labels have replaced the text. */
  #maskedTo = 0;

  constructor(finder: FormFinder, labels: readonly string[]) {
    this.#finder = finder;
    this.#labels = labels;
  }

  push(text: string): string {
    const finder = this.#finder;
    const offset = this.#heldFrom + this.#held.length;
    let state = this.#state;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (state === start && finder.isIdle(unit)) continue;
      state = finder.next(state, unit);
      const length = finder.foundLength(state);
      if (length > 0) this.#note(offset + index + 1, length, finder.foundOwner(state));
    }
    this.#state = state;
    this.#held += text;
    return this.#show(offset + text.length - finder.pending(state));
  }

  flush(): string {
    this.#state = start;
    return this.#show(this.#heldFrom + this.#held.length);
  }

  #note(to: number, length: number, owner: number): void {
    const find: Find = { from: to - length, to, owner };
    for (
      let last = this.#finds.at(-1);
      last !== undefined && last.to > find.from;
      last = this.#finds.at(-1)
    ) {
      // The merged match has the owner of the form that begins first, or of the longer form if both begin at the same
      // position.
      if (last.from < find.from) {
        find.from = last.from;
        find.owner = last.owner;
      }
      this.#finds.pop();
    }
    this.#finds.push(find);
  }

  /** Returns the masked text before `safe`. This text is final, because no incomplete form begins in it. */
  #show(safe: number): string {
    const heldFrom = this.#heldFrom;
    const held = (from: number, to: number) => this.#held.slice(from - heldFrom, to - heldFrom);
    let shown = "";
    let at = heldFrom;
    let done = 0;
    for (const { from, to, owner } of this.#finds) {
      // A match that begins at `safe` or later may still become part of a longer form.
      if (from >= safe) break;
      // Otherwise, the match overlaps one whose label is already shown.
      if (from >= this.#maskedTo) shown += held(at, from) + this.#labels[owner]!;
      this.#maskedTo = Math.max(this.#maskedTo, to);
      at = Math.max(at, this.#maskedTo);
      done++;
    }
    this.#finds.splice(0, done);
    if (at < safe) {
      shown += held(at, safe);
      at = safe;
    }
    this.#held = this.#held.slice(at - heldFrom);
    this.#heldFrom = at;
    return shown;
  }
}
