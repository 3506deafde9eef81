import { systemClock } from "../../core/base/index.ts";
import type { ExchangeInput } from "../../core/forges/index.ts";
import { appManifest, convertManifestCode } from "./app-manifest.ts";
import type { GithubForgeOptions } from "./github-forge.ts";
import { authorizeUrl, exchangeCode } from "./oauth.ts";

/** Creates the setup through GitHub's own pages, either with an App that is created from a manifest or with OAuth. */
export function createGithubSetup({ log, clock = systemClock, fetch }: GithubForgeOptions) {
  return {
    authorizeUrl,
    exchangeCode: (input: ExchangeInput) => exchangeCode(input, fetch),
    appManifest,
    convertManifest: ({ apiUrl, code }: { readonly apiUrl: string; readonly code: string }) =>
      convertManifestCode(code, { apiUrl, log, clock, fetch }),
  };
}
