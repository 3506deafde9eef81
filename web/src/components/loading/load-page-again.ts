import { general } from "../../text/general.ts";

const COUNT = "tembo.loaded-again";
const AGAIN_MS = 2_000;
/** A minute's worth. */
const MOST_ATTEMPTS = 30;

/** The page's own code is there. */
export const pageCame = () => sessionStorage.removeItem(COUNT);

/**
 * The page's own code did not come. Most browsers do not ask for it again in the same page, so the page itself is loaded anew once its
 * server answers; after some attempts in vain the page says so, and throws the cause.
 */
export async function loadPageAgain(cause: unknown): Promise<never> {
  for (let attempt = Number(sessionStorage.getItem(COUNT)) + 1; attempt <= MOST_ATTEMPTS; attempt++) {
    sessionStorage.setItem(COUNT, String(attempt));
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (await isServed()) {
      location.reload();
      return new Promise(() => {});
    }
  }
  pageCame();
  document.getElementById("root")!.textContent = general.partMissing;
  throw cause;
}

async function isServed(): Promise<boolean> {
  const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" }).catch(
    () => null,
  );
  return response?.ok === true;
}
