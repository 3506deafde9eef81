import { AppError } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import type { ForgeAdapter } from "./forge.ts";
import type { ConnectableForge, ForgeKind } from "./forge-kind.ts";
import type { ForgeName } from "./forge-name.ts";

type KindPorts = Pick<ForgesPorts, "forgeKinds">;

/** Returns the kinds of forge that can be connected, in order of registration. */
export function connectableForges({ forgeKinds }: KindPorts): readonly ConnectableForge[] {
  return forgeKinds.filter((kind): kind is ConnectableForge => kind.descriptor.connection !== null);
}

/**
 * Returns a kind of forge that can be connected. For any other name, throws `invalid_input` with the accepted names.
 */
export function getConnectableForge(ports: KindPorts, name: ForgeName): ConnectableForge {
  const all = connectableForges(ports);
  const found = all.find(({ descriptor }) => descriptor.name === name);
  if (found !== undefined) return found;
  throw new AppError(
    "invalid_input",
    `Unknown forge ${JSON.stringify(name)}. Use one of: ${all.map(({ descriptor }) => descriptor.name).join(", ")}.`,
    { field: "type" },
  );
}

/** Finds a kind of forge, or returns null if it is not registered. */
export function findForgeKind({ forgeKinds }: KindPorts, name: ForgeName): ForgeKind | null {
  return forgeKinds.find(({ descriptor }) => descriptor.name === name) ?? null;
}

/** Returns the adapter for a kind of forge. Throws `not_found` if the kind is no longer registered. */
export function getForgeAdapter({ forges }: Pick<ForgesPorts, "forges">, name: ForgeName): ForgeAdapter {
  const adapter = forges[name];
  if (adapter !== undefined) return adapter;
  throw new AppError(
    "not_found",
    `This server does not support the forge ${JSON.stringify(name)}. Start a version of Tembo that supports it, or delete its integration.`,
  );
}

/** Returns the prefixes for mentions of Tembo on this kind of forge, the preferred prefix first. */
export function mentionPrefixes(ports: KindPorts, name: ForgeName | undefined): readonly ("@" | "/")[] {
  const kind = name === undefined ? null : findForgeKind(ports, name);
  return kind?.descriptor.connection?.mentionPrefixes ?? ["@"];
}
