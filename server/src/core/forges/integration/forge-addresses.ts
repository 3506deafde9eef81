import { AppError } from "../../base/index.ts";
import type { ConnectableForge } from "../forge/forge-kind.ts";

interface Addresses {
  /** URLs without a trailing slash. */
  readonly webUrl: string;
  readonly apiUrl: string;
}

/**
 * Derives a forge's URLs from the URL that people open in a browser. An API URL that the caller gives takes precedence.
 * Throws `invalid_input` if a URL is invalid, or if a URL that cannot be derived is missing.
 */
export function forgeAddresses(
  { label: forge, connection }: ConnectableForge["descriptor"],
  given: { readonly baseUrl?: string | undefined; readonly apiUrl?: string | undefined },
): Addresses {
  const { publicAddress: publicOne, apiPath } = connection;
  const webUrl = given.baseUrl === undefined ? publicOne?.webUrl : canonicalAddress("baseUrl", given.baseUrl);
  if (webUrl === undefined) {
    throw new AppError(
      "invalid_input",
      `${forge} is always self-hosted. Set "baseUrl" to the URL that people open in a browser.`,
      { field: "baseUrl" },
    );
  }
  if (given.apiUrl !== undefined) return { webUrl, apiUrl: canonicalAddress("apiUrl", given.apiUrl) };
  if (publicOne !== null && webUrl === publicOne.webUrl) return publicOne;
  if (apiPath !== null) return { webUrl, apiUrl: `${webUrl}${apiPath}` };
  throw new AppError(
    "invalid_input",
    `Tembo knows the ${forge} API only for ${publicOne?.webUrl}. Remove "baseUrl", or set "apiUrl" to the API's URL.`,
    { field: "baseUrl" },
  );
}

/** Normalizes a URL: no trailing slash, host in lower case, no default port. */
function canonicalAddress(field: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new AppError(
      "invalid_input",
      `"${field}" must be an http or https URL without a username or password.`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new AppError("invalid_input", `"${field}" must be a URL without "?" and "#".`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
