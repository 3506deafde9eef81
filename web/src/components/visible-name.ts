/** Matches control characters, and characters that are invisible, break lines or change the text direction. */
const hidden = /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * Escapes characters that hide or reorder parts of a name. For example, a name that ends in `.exe` must not look like
 * the name of an image. Pure.
 */
export function visibleName(name: string): string {
  return name.replaceAll(
    hidden,
    (mark) => `\\u{${mark.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}}`,
  );
}
