const known: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  webm: "video/webm",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  txt: "text/plain; charset=utf-8",
  log: "text/plain; charset=utf-8",
  md: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  pdf: "application/pdf",
  zip: "application/zip",
};

/**
 * Returns the content type for a file name's extension. Returns `application/octet-stream` for unknown types, and for
 * HTML and SVG, because they can contain scripts.
 */
export function contentTypeOf(fileName: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(known, ending) ? known[ending]! : "application/octet-stream";
}
