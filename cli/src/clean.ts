import { stripVTControlCharacters } from "node:util";

/**
 * Removes everything from untrusted text that a terminal would interpret: escape sequences, control characters except
 * tab and newline, and characters that change the text direction. The rest of a split sequence is harmless text.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    "",
  );
}

/** Returns JSON whose strings contain no raw control characters. JSON itself does not escape U+007F to U+009F. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\x7f-\x9f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
