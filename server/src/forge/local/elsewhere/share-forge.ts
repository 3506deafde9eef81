import { AppError } from "../../../core/base/index.ts";
import type { ForgeAdapter, ForgeOwner } from "../../../core/forges/index.ts";
import { findMethod, passCalls } from "./call.ts";
import { connectElsewhere, type ElsewhereOptions } from "./local-forge-elsewhere.ts";

export interface ShareOptions extends Omit<ElsewhereOptions, "url"> {
  readonly machineId: string;
  /** Returns the machine that has the repositories, or null if no server has recorded it yet. */
  readonly findOwner: () => Promise<ForgeOwner | null>;
  /** Returns the reason why this machine cannot be the first owner, or null. */
  readonly problemOfOwning: () => Promise<string | null>;
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

/**
 * Returns a function that finds the URL of another machine with the repositories, or null if this machine has them. Throws
 * `unavailable` if they are on another machine whose URL is not known.
 */
function createFindOther({
  machineId,
  findOwner,
  problemOfOwning,
  clock,
}: ShareOptions): () => Promise<string | null> {
  let known: { readonly url: string | null; readonly at: number } | null = null;
  return async () => {
    const now = clock.now().getTime();
    if (known !== null && now - known.at < ownerAgeMs) return known.url;
    const owner = await findOwner();
    if (owner === null) {
      // This machine may be starting, so that it is not recorded yet.
      const problem = await problemOfOwning();
      if (problem !== null) throw new AppError("unavailable", problem);
      return null;
    }
    const url = owner.machineId === machineId ? null : owner.url;
    known = { url, at: now };
    return url;
  };
}
