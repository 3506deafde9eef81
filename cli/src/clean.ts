import { stripVTControlCharacters } from "node:util";

/**
 * Text of others without what a terminal would obey: escape sequences, control characters but tab and newline, and the
 * overrides that make text read otherwise than it is written. What is left of a sequence cut in two is harmless text.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    "",
  );
}

/** JSON whose strings hold no control character as such: JSON itself leaves those from U+007F to U+009F as they are. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\x7f-\x9f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
