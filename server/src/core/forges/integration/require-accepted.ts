import { AppError } from "../../base/index.ts";
import type { ConnectableForge } from "../forge/forge-kind.ts";

type Given = Readonly<Record<string, unknown>>;

/** Throws `invalid_input` for a credential, or a field of a credential, that this kind of forge does not accept. */
export function requireAccepted({ descriptor }: ConnectableForge, given: Given): void {
  const { credentials, setupMethods } = descriptor.connection;
  const isGiven = (field: string) => given[field] !== undefined;
  const refused = allCredentials.find((one) => isGiven(one) && !credentials.includes(one));
  if (refused !== undefined)
    throw new AppError(
      "invalid_input",
      `${descriptor.label} does not accept "${refused}". Send ${credentials.length === 1 ? "" : "exactly one of "}${credentials.map((one) => `"${one}"`).join(", ")}.`,
      { field: refused },
    );
  const takesUsername = setupMethods.some(({ fields }) => fields.some(({ name }) => name === "username"));
  if (isGiven("username") && !takesUsername)
    throw new AppError("invalid_input", `${descriptor.label} does not use a username. Remove "username".`, {
      field: "username",
    });
}

const allCredentials = ["accessToken", "oauth", "app", "appManifest"] as const;
