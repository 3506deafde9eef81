/** What a file or an artifact holds. */
export interface Content {
  readonly blob: Blob;
  /** Null for what is no text. */
  readonly text: string | null;
}

/** The content of a session's file as the API gives it: a text, or a `data:` URL. */
export function contentOf(given: string): Content {
  const [, mediaType, base64] = /^data:([^;,]*);base64,([A-Za-z0-9+/=]*)$/.exec(given) ?? [];
  if (base64 === undefined) return { blob: new Blob([given], { type: "text/plain" }), text: given };
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { blob: new Blob([bytes], { type: mediaType ?? "" }), text: null };
}

/** Hands it to the browser as a download. */
export function download({ blob }: Content, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on what the address means once it has begun.
  setTimeout(() => URL.revokeObjectURL(url));
}
