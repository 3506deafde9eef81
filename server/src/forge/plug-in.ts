import type { Logger } from "../core/base/index.ts";
import type { ConnectableForge, ExchangeInput, ForgeAdapter, ForgeSetup } from "../core/forges/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";

export interface ForgeMeans {
  readonly log: Logger;
  /** Fetch function for all requests to forges. */
  readonly fetch: OutboundFetch;
}

/** Everything that a forge's folder contributes to Tembo. `plug-ins.ts` registers it. */
export interface ForgePlugIn {
  readonly kind: ConnectableForge;
  create(means: ForgeMeans): ForgeAdapter;
  /** Creates the forge's setup, which obtains a credential from the forge. */
  createSetup(means: ForgeMeans): ForgeSetup;
}

/** Wraps an OAuth setup to add the scopes that the adapter needs, because the core does not know these scopes. */
export function withScopes(
  oauth: Pick<ForgeSetup, "authorizeUrl"> & {
    exchangeCode(input: ExchangeInput, fetch: OutboundFetch): ReturnType<ForgeSetup["exchangeCode"]>;
  },
  scopes: readonly string[],
): ForgePlugIn["createSetup"] {
  return ({ fetch }) => ({
    authorizeUrl: (input) => oauth.authorizeUrl({ ...input, scopes }),
    exchangeCode: (input) => oauth.exchangeCode(input, fetch),
  });
}
