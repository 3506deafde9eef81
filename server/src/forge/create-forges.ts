import type { ForgeAdapter } from "../core/forges/index.ts";
import type { Ports } from "../core/ports.ts";
import { localKind } from "./local/descriptor.ts";
import type { ForgeMeans } from "./plug-in.ts";
import { forgePlugIns } from "./plug-ins.ts";

/** All kinds of forges. The built-in forge is last. */
export const forgeKinds: Ports["forgeKinds"] = [...forgePlugIns.map(({ kind }) => kind), localKind];

/** Creates an adapter for each kind of forge. */
export function createForges(local: ForgeAdapter, means: ForgeMeans): Ports["forges"] {
  const others = forgePlugIns.map(({ kind, create }) => [kind.descriptor.name, create(means)] as const);
  return { ...Object.fromEntries(others), local };
}

/** Creates the setup for each kind of forge. A setup obtains a credential from the forge. */
export function createForgeSetups(means: ForgeMeans): Ports["forgeSetups"] {
  return Object.fromEntries(
    forgePlugIns.map(({ kind, createSetup }) => [kind.descriptor.name, createSetup(means)]),
  );
}
