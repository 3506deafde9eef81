import { general } from "../../text/general.ts";
import { PATIENCE_MS, pause } from "./patience.ts";

const SINCE = "tembo.loads-again-since";
const ANSWER_LIMIT_MS = 10_000;

/** Clears the time of the first failed load, because the page's code has loaded or the retries are over. */
export function pageCame(): void {
  try {
    sessionStorage.removeItem(SINCE);
  } catch {
    // Ignores the error. If storage is blocked, there is no state to clear.
  }
}

/**
 * Called when the page's code failed to load. Reloads the page once the server responds, because most browsers do not
 * request a failed module again within the same page. One minute after the first failure, shows an error and throws the
 * cause.
 */
export async function loadPageAgain(cause: unknown): Promise<never> {
  const end = sinceWhen() + PATIENCE_MS;
  while (Date.now() < end) {
    await pause();
    if (!(await isServed())) continue;
    location.reload();
    return new Promise(() => {});
  }
  pageCame();
  document.getElementById("root")!.textContent = general.partMissing;
  throw cause;
}

/**
 * Returns the time of the first failed load, or 0 if storage is unavailable. With 0, there are no retries, so the page
 * cannot reload forever.
 */
function sinceWhen(): number {
  try {
    const since = sessionStorage.getItem(SINCE) ?? String(Date.now());
    sessionStorage.setItem(SINCE, since);
    return Number(since);
  } catch {
    return 0;
  }
}

async function isServed(): Promise<boolean> {
  const response = await fetch(location.href, {
    headers: { accept: "text/html" },
    cache: "no-store",
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  }).catch(() => null);
  return response?.ok === true;
}
