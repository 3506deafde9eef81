import { AppError } from "../../base/index.ts";
import type { Integration } from "./integration.ts";

interface Addresses {
  /** Both without a trailing slash. */
  readonly webUrl: string;
  readonly apiUrl: string;
}

/** Where the public ones are; of what is self-hosted, only where below its address the API is. */
const known: Readonly<
  Record<Integration["forge"], { readonly public: Addresses | null; readonly apiPath: string | null }>
> = {
  github: {
    public: { webUrl: "https://github.com", apiUrl: "https://api.github.com" },
    apiPath: "/api/v3",
  },
  gitlab: {
    public: { webUrl: "https://gitlab.com", apiUrl: "https://gitlab.com/api/v4" },
    apiPath: "/api/v4",
  },
  bitbucket: {
    public: { webUrl: "https://bitbucket.org", apiUrl: "https://api.bitbucket.org/2.0" },
    apiPath: null,
  },
  gitea: { public: null, apiPath: "/api/v1" },
};

/** Where a forge is, from the address that people open. Throws `invalid_input` when that is none, or is needed and missing. */
export function forgeAddresses(
  forge: Integration["forge"],
  given: { readonly baseUrl?: string | undefined; readonly apiUrl?: string | undefined },
): Addresses {
  const { public: publicOne, apiPath } = known[forge];
  const webUrl = given.baseUrl === undefined ? publicOne?.webUrl : canonicalAddress("baseUrl", given.baseUrl);
  if (webUrl === undefined) {
    throw new AppError(
      "invalid_input",
      `Every ${forge} is self-hosted: give the address that people open as "baseUrl".`,
      { field: "baseUrl" },
    );
  }
  if (given.apiUrl !== undefined) return { webUrl, apiUrl: canonicalAddress("apiUrl", given.apiUrl) };
  if (publicOne !== null && webUrl === publicOne.webUrl) return publicOne;
  if (apiPath !== null) return { webUrl, apiUrl: `${webUrl}${apiPath}` };
  throw new AppError(
    "invalid_input",
    `Only ${publicOne?.webUrl} is known for ${forge}: leave "baseUrl" out, or say where the API is with "apiUrl".`,
    { field: "baseUrl" },
  );
}

/** One text for one address: no trailing slash, host in lower case, no port that the scheme implies. */
function canonicalAddress(field: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new AppError("invalid_input", `"${field}" takes an http or https address without a user name.`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw new AppError("invalid_input", `"${field}" takes an address without "?" and "#".`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
