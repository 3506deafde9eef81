import { CommandError } from "./failure.ts";

/**
 * Returns the URL if it uses HTTP or HTTPS; otherwise throws `CommandError`. The server must not choose another scheme,
 * because git and browsers start programs for some schemes. `what` describes the URL, such as "push URL".
 */
export function requireHttpUrl(url: string, what: string): string {
  if (/^https?:\/\/[^-]/.test(url) && URL.canParse(url)) return url;
  throw new CommandError(
    `The server returned the ${what} ${JSON.stringify(url)}, which is not an HTTP or HTTPS URL.`,
  );
}
