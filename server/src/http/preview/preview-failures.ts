import { hashToken } from "../../core/accounts/index.ts";
import { FailedAuthentications, networkOf } from "../admission/failed-authentications.ts";

/** Number of preview hosts whose limit one address can use up. */
const hostsPerAddress = 10;

/** Client and preview host of a request. */
export interface PreviewClient {
  readonly address: string;
  readonly hostLabel: string;
}

/**
 * Counts invalid codes and grants. A hostile page can send them from the browser of a person, who shares an address with
 * others. The limit is therefore per address and preview host, because a page can send requests only to the hosts of
 * its own session, and a higher limit applies to the address. Tokens that were valid recently are exempt.
 */
export class PreviewFailures {
  readonly #perHost: FailedAuthentications;
  readonly #perAddress: FailedAuthentications;

  /** A `perMinute` of 0 means no limit. */
  constructor(perMinute: number) {
    this.#perHost = new FailedAuthentications(perMinute);
    this.#perAddress = new FailedAuthentications(hostsPerAddress * perMinute);
  }

  /** Returns the tokens that may be looked up in the database. */
  admitted(client: PreviewClient, tokens: readonly string[]): readonly string[] {
    return tokens.filter((token) => {
      const hash = hashToken(token).toString("hex");
      return (
        this.#perHost.refusal(clientKey(client), hash) === null &&
        this.#perAddress.refusal(client.address, hash) === null
      );
    });
  }

  noteBad(client: PreviewClient): void {
    this.#perHost.noteBad(clientKey(client));
    this.#perAddress.noteBad(client.address);
  }

  noteGood(token: string): void {
    const hash = hashToken(token).toString("hex");
    this.#perHost.noteGood(hash);
    this.#perAddress.noteGood(hash);
  }
}

/** The key contains no colon, so that it is not read as an address. */
function clientKey({ address, hostLabel }: PreviewClient): string {
  return `${hostLabel} ${networkOf(address).replaceAll(":", ".")}`;
}
