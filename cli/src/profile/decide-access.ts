import { CommandError, MissingError, UsageError } from "../failure.ts";
import type { Profile, Profiles } from "./profile-file.ts";

/** Settings that select the server and the key. A setting is undefined if it is not set. */
export interface AccessOptions {
  readonly urlOption: string | undefined;
  readonly keyOption: string | undefined;
  readonly profileOption: string | undefined;
  readonly urlVariable: string | undefined;
  readonly keyVariable: string | undefined;
  readonly profileVariable: string | undefined;
}

export interface Access {
  /** URL of the server, or undefined for the client's default. */
  readonly url: string | undefined;
  readonly apiKey: string;
  /** Source of the API key. */
  readonly source: "option" | "variable" | { readonly profile: string };
}

/**
 * Selects the server and the key. The command line takes precedence over the environment, and both take precedence over
 * the current profile. A profile's key is never sent to another server. Calls `read` only if a profile is needed.
 * Throws `CommandError` if no key is known, the selected profile does not exist or the profile belongs to another
 * server.
 */
export function decideAccess(given: AccessOptions, read: () => Profiles): Access {
  const url = given.urlOption ?? given.urlVariable;
  if (given.keyOption) return { url, apiKey: given.keyOption, source: "option" };
  if (given.profileOption !== undefined) return profileAccess(given.profileOption, read(), given.urlOption);
  if (given.keyVariable) return { url, apiKey: given.keyVariable, source: "variable" };
  if (given.profileVariable !== undefined) return profileAccess(given.profileVariable, read(), url);
  const { current, profiles } = read();
  if (current !== null) return profileAccess(current, { current, profiles }, url);
  throw new CommandError(
    "No API key is configured.",
    'run "tembo login", or set TEMBO_API_KEY to an API key for the server ("tembo start" prints the first key).',
    { code: "unauthenticated" },
  );
}

function profileAccess(name: string, { profiles }: Profiles, url: string | undefined): Access {
  const profile = Object.hasOwn(profiles, name) ? (profiles[name] as Profile) : undefined;
  if (profile === undefined) {
    throw new MissingError(
      `Profile ${JSON.stringify(name)} was not found.`,
      `run "tembo login --profile ${name}"; "tembo profile list" lists profiles.`,
    );
  }
  if (url !== undefined && withoutSlash(url) !== withoutSlash(profile.url)) {
    throw new UsageError(
      `The API key in profile ${name} is for ${profile.url}, not for ${url}.`,
      `omit --url and TEMBO_BASE_URL, or run "tembo login --url ${url} --profile ANOTHER".`,
    );
  }
  return { url: profile.url, apiKey: profile.apiKey, source: { profile: name } };
}

const withoutSlash = (url: string) => url.trim().replace(/\/+$/, "");
