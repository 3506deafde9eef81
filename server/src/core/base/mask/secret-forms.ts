/**
 * Minimum length of a masked value. Shorter values occur in ordinary text, so they are neither masked nor accepted as
 * secrets.
 */
export const minMaskedCharacters = 6;
/** Minimum length at which a line of a value, or a piece of its encoding, is masked separately. */
const minPieceCharacters = 12;
/** Number of leading characters of a value that are masked in percent encoding and base64. */
const maxEncodedCharacters = 8_192;
/** Line lengths of base64 in MIME (`base64`) and PEM. */
const base64LineLengths = [76, 64];

/**
 * Returns the forms in which a value appears in text, or none if the value is too short to mask. The forms contain the
 * value and its longer lines, as they are and escaped for JSON and shells. They also contain the value in percent
 * encoding and base64. Unbroken base64 matches regardless of the bytes that precede the value.
 */
export function secretForms(value: string): string[] {
  if (value.length < minMaskedCharacters) return [];
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const pieces = lines.length === 1 ? [] : lines.filter(isDistinctive);
  // Values usually appear without the newline at the end of their file.
  const whole = [value, value.trim()];
  const forms = new Set([...whole, ...pieces].flatMap(quotedForms));
  for (const text of new Set(whole.map((one) => one.slice(0, maxEncodedCharacters)))) {
    for (const form of [...percentForms(text), ...base64Forms(text)]) forms.add(form);
  }
  return [...forms].filter((form) => form.length >= minMaskedCharacters);
}

/**
 * True if a line is long enough to be masked separately. False for the first and last lines of a PEM file, which are
 * the same in many files.
 */
function isDistinctive(line: string): boolean {
  return line.length >= minPieceCharacters && !/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line);
}

function quotedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    text.replaceAll("\r\n", "\n"),
    json,
    json.replaceAll("/", "\\/"),
    // ASCII-only JSON.
    json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    // JSON in JSON, such as a logged request body.
    JSON.stringify(json).slice(1, -1),
    // In single quotes, as most shells, `bash -x` and xargs write them.
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    // In double quotes.
    text.replaceAll(/["$`\\]/g, "\\$&"),
    // In `$'...'`, as bash writes it.
    text.replaceAll(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t"),
    // Escaped as by `printf %q`.
    text.replaceAll(/[^\w@%+=:,./\n-]/g, "\\$&"),
  ];
}

function percentForms(text: string): string[] {
  const upper = encodeURIComponent(text.toWellFormed());
  const strict = upper.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  // Escaped by URLSearchParams, which leaves some punctuation unescaped.
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  const written = [upper, strict, form, strict.replaceAll("%2F", "/"), encodeURI(text.toWellFormed())];
  return written.flatMap((one) => [one, one.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  const forms = [0, 1, 2].map((before) => stableBase64(bytes, before));
  const lines = base64LineLengths.flatMap((length) => linesOf(forms[0]!, length));
  return [...forms, ...lines].flatMap((form) => [
    form,
    form.replaceAll("+", "-").replaceAll("/", "_"),
    // In a URL, or in JSON with escaped slashes.
    form.replaceAll("+", "%2B").replaceAll("/", "%2F"),
    form.replaceAll("/", "\\/"),
  ]);
}

/**
 * Returns the part of the bytes' base64 that does not depend on surrounding bytes, for an offset that is `before`
 * modulo 3.
 */
function stableBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function linesOf(text: string, length: number): string[] {
  if (text.length <= length) return [];
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += length) lines.push(text.slice(at, at + length));
  return lines.filter((line) => line.length >= minPieceCharacters);
}
