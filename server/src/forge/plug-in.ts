import type { Logger } from "../core/base/index.ts";
import type { ConnectableForge, ExchangeInput, ForgeAdapter, ForgeSetup } from "../core/forges/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";

export interface ForgeMeans {
  readonly log: Logger;
  /** Every request to a forge goes through it. */
  readonly fetch: OutboundFetch;
}

/** Everything that a forge's folder adds to the product. `plug-ins.ts` registers it. */
export interface ForgePlugIn {
  readonly kind: ConnectableForge;
  create(means: ForgeMeans): ForgeAdapter;
  /** The forge's set-up page, which issues a credential. */
  createSetup(means: ForgeMeans): ForgeSetup;
}

/** The set-up by OAuth with the scopes that the adapter needs. The core leaves the scopes to it. */
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
