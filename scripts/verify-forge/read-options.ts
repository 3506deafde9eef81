import { parseArgs } from "node:util";
import { AppError } from "../../server/src/core/base/index.ts";
import { forgeAddresses, getConnectableForge } from "../../server/src/core/forges/index.ts";
import { forgeKinds } from "../../server/src/forge/create-forges.ts";
import { verifiableForges } from "./connect-forge.ts";

export interface VerifyOptions {
  readonly forge: string;
  /** Owner of the repository. For a nested group, the full path, as in "acme/tools". */
  readonly owner: string;
  readonly name: string;
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly username: string | null;
  /** True with `--yes`, which skips the confirmation. */
  readonly isAgreed: boolean;
}

export const usage = `npm run verify:forge -- FORGE --repo OWNER/NAME [--url URL] [--api-url URL] [--username NAME] [--yes]
FORGE is one of ${verifiableForges.join(", ")}. Set the token in TEMBO_VERIFY_TOKEN, or enter it at the prompt.`;

/** Parses the command-line arguments. Throws `invalid_input` with a message that explains what to change. */
export function readOptions(args: readonly string[]): VerifyOptions {
  const { positionals, values } = parse(args);
  const forge = verifiableForges.find((known) => known === positionals[0]);
  if (forge === undefined || positionals.length !== 1) {
    const given =
      positionals.length === 0 ? "No forge specified" : `Unknown forge "${positionals.join(" ")}"`;
    throw new AppError("invalid_input", `${given}. Use one of: ${verifiableForges.join(", ")}.`);
  }
  const repository = /^([^/\s]+(?:\/[^/\s]+)*)\/([^/\s]+)$/.exec(values.repo ?? "");
  if (repository === null) {
    throw new AppError(
      "invalid_input",
      "No repository specified. Pass --repo OWNER/NAME. The command creates a branch and a pull request there.",
    );
  }
  const [, owner = "", name = ""] = repository;
  const addresses = addressesOf(forge, values);
  return {
    forge,
    owner,
    name,
    ...addresses,
    username: values.username ?? null,
    isAgreed: values.yes,
  };
}

/** Returns the forge's URLs. The `--url` option corresponds to the API's `baseUrl` field. */
function addressesOf(forge: string, values: ReturnType<typeof parse>["values"]) {
  try {
    const { descriptor } = getConnectableForge({ forgeKinds }, forge);
    return forgeAddresses(descriptor, { baseUrl: values.url, apiUrl: values["api-url"] });
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const words = cause.message.replaceAll('"baseUrl"', "--url").replaceAll('"apiUrl"', "--api-url");
    throw new AppError(cause.code, words, { cause });
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        repo: { type: "string" },
        url: { type: "string" },
        "api-url": { type: "string" },
        username: { type: "string" },
        yes: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    // The message does not repeat the arguments, because an argument may be the token.
    throw new AppError(
      "invalid_input",
      "The arguments are not valid. An option is unknown, or its value is missing.",
      { cause },
    );
  }
}
