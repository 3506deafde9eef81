import type { ForgeAdapter, ForgeOwner } from "../../../core/forges/index.ts";
import { findMethod, passCalls } from "./call.ts";
import { connectElsewhere, type ElsewhereOptions } from "./local-forge-elsewhere.ts";

export interface ShareOptions extends Omit<ElsewhereOptions, "url"> {
  readonly machineId: string;
  /** Returns the machine that has the repositories, or null if no server has started yet. */
  readonly findOwner: () => Promise<ForgeOwner | null>;
}

/** Time for which a machine uses the URL that it has read. */
const ownerAgeMs = 10_000;

/** Returns the built-in forge, whose methods run on the machine that has the repositories. */
export function shareForge(local: ForgeAdapter, options: ShareOptions): ForgeAdapter {
  const findOther = createFindOther(options);
  return {
    ...local,
    connect: (connection) => {
      const here = local.connect(connection);
      const choose = async () => {
        const url = await findOther();
        return url === null ? here : connectElsewhere({ ...options, url }, connection);
      };
      return passCalls(async (method, args) => findMethod(await choose(), method)!(...(args as never[])));
    },
  };
}

/** Returns a function that finds the URL of another machine with the repositories, or null if this machine has them. */
function createFindOther({ machineId, findOwner, clock }: ShareOptions): () => Promise<string | null> {
  let known: { readonly url: string | null; readonly at: number } | null = null;
  return async () => {
    const now = clock.now().getTime();
    if (known !== null && now - known.at < ownerAgeMs) return known.url;
    const owner = await findOwner();
    const url = owner === null || owner.machineId === machineId ? null : owner.url;
    // An owner may still be recorded while this machine starts.
    if (owner !== null) known = { url, at: now };
    return url;
  };
}
