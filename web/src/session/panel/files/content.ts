import { pngSize } from "../../rows/is-small-png.ts";

export interface Content {
  readonly blob: Blob;
  /** The text, or null for binary content. */
  readonly text: string | null;
  /** Size of a PNG by the memory that drawing it requires, or null for other content. */
  readonly png: ReturnType<typeof pngSize>;
}

/** Parses the content of a session file from the API, which is text or a `data:` URL. */
export function parseContent(given: string): Content {
  const [, mediaType, base64] = /^data:([^;,]*);base64,([A-Za-z0-9+/=]*)$/.exec(given) ?? [];
  if (base64 === undefined)
    return { blob: new Blob([given], { type: "text/plain" }), text: given, png: null };
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { blob: new Blob([bytes], { type: mediaType ?? "" }), text: null, png: pngSize(bytes) };
}

/** Downloads the content in the browser. */
export function download({ blob }: Content, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // A download that has started keeps the blob alive.
  setTimeout(() => URL.revokeObjectURL(url));
}
