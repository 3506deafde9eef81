const PREFIX = "tembo:";

/** Reads a value from the browser's storage. Returns null if the value is missing or storage is unavailable. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Ignores the error. If storage is full or blocked, the page works without it.
  }
}
