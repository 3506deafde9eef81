/** Starts a download of text as a file. */
export function download(name: string, type: string, parts: readonly string[]): void {
  const href = URL.createObjectURL(new Blob([...parts], { type }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  // A download that has started keeps the blob alive.
  setTimeout(() => URL.revokeObjectURL(href));
}
