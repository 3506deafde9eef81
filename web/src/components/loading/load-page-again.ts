import { general } from "../../text/general.ts";
import { PATIENCE_MS, pause } from "./patience.ts";

const SINCE = "tembo.loads-again-since";
const ANSWER_LIMIT_MS = 10_000;

/** The page's own code is there. */
export function pageCame(): void {
  try {
    sessionStorage.removeItem(SINCE);
  } catch {
    // Nothing was kept where nothing may be.
  }
}

/**
 * The page's own code did not come. Most browsers do not ask for it again in the same page, so the page itself is loaded anew once its
 * server answers; after a minute in vain the page says so, and throws the cause.
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

/** When this page was first loaded in vain. Long ago where that cannot be kept, as nothing would end it. */
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
