import type { Logger } from "../../server/src/core/base/index.ts";
import { type Forge, type ForgeConnection, renewAlone } from "../../server/src/core/forges/index.ts";
import { forgePlugIns } from "../../server/src/forge/plug-ins.ts";
import { createOutbound } from "../../server/src/outbound/outbound.ts";

export const verifiableForges = forgePlugIns.map(({ kind }) => kind.descriptor.name);

/**
 * Connects to the forge through the product's own adapter, with the token. Sends logged warnings and errors, without
 * their fields, to `complain`.
 */
export function connectForge(
  forge: string,
  {
    webUrl,
    apiUrl,
    token,
    username,
  }: Pick<ForgeConnection, "webUrl" | "apiUrl"> & {
    readonly token: string;
    readonly username: string | null;
  },
  complain: (line: string) => void,
): Forge {
  const log: Logger = {
    info() {},
    warn: (_fields, message) => complain(message),
    error: (_fields, message) => complain(message),
  };
  // Trusts these URLs, because the user who runs the command supplies them.
  const { fetch } = createOutbound({ log, privateHosts: [] }).trusting(webUrl).trusting(apiUrl);
  const plugIn = forgePlugIns.find(({ kind }) => kind.descriptor.name === forge);
  if (plugIn === undefined) throw new Error(`Unknown forge "${forge}".`);
  return plugIn.create({ log, fetch }).connect({
    webUrl,
    apiUrl,
    credential: { type: "token", token, username },
    renew: renewAlone,
  });
}
