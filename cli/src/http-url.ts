import { CommandError } from "./failure.ts";

/**
 * Returns the URL in its normal form if it uses HTTP or HTTPS; otherwise throws `CommandError`. The server must not
 * choose another scheme, because git and browsers start programs for some schemes. The normal form has no spaces and
 * quotes, which Windows would pass to the browser as separate arguments. `what` describes the URL, such as "push URL".
 */
export function requireHttpUrl(url: string, what: string): string {
  const normal = URL.canParse(url) ? new URL(url).href : "";
  if (/^https?:\/\/[^-]/.test(normal)) return normal;
  throw new CommandError(
    `The server returned the ${what} ${JSON.stringify(url)}, which is not an HTTP or HTTPS URL.`,
  );
}
