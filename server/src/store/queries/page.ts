import type { CursorPage, Page } from "../../core/base/index.ts";

/** Returns the limit plus one. The extra row shows that another page follows. */
export const rowsToRead = (page: CursorPage) => page.limit + 1;

export function toPage<T extends { readonly id: string }>(read: T[], page: CursorPage): Page<T> {
  const items = read.slice(0, page.limit);
  return { items, nextCursor: read.length > page.limit ? items.at(-1)!.id : null };
}

/** Collects conditions and their values, so that a statement contains only the filters that are set. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly texts: string[] = [];

  /** Adds a condition. `text` refers to its value as `$`. */
  add(text: string, value: unknown): this {
    this.values.push(value);
    this.texts.push(text.replaceAll("$", () => `$${this.values.length}`));
    return this;
  }

  also(text: string): this {
    this.texts.push(text);
    return this;
  }

  addWhenSet(text: string, value: unknown): this {
    return value === undefined ? this : this.add(text, value);
  }

  /** Adds a value outside the conditions and returns its placeholder. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  get text(): string {
    return this.texts.join(" and ");
  }
}
