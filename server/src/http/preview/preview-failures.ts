import { hashToken } from "../../core/accounts/index.ts";
import { parseHostLabel } from "../../core/turns/index.ts";
import { FailedAuthentications, networkOf } from "../admission/failed-authentications.ts";

/** Number of sessions whose limit one address can use up. */
const sessionsPerAddress = 10;

/** Client and preview host of a request. */
export interface PreviewClient {
  readonly address: string;
  readonly hostLabel: string;
}

/**
 * Counts invalid codes and grants. A hostile page can send them from the browser of a person, who shares an address with
 * others. It can send requests to every port of its own session, so that all ports of a session share a limit per
 * address. It can also navigate to any label, whether or not a preview has it. A higher limit therefore applies to the
 * address. Two kinds of clients are exempt: the last thousand sessions for which this process issued a link or found a valid grant are
 * exempt from the limit per address, and the last thousand valid tokens are exempt from the limit per session. Other server processes do not
 * know these exemptions. They may refuse a new link to an address that is already limited.
 */
export class PreviewFailures {
  readonly #perSession: FailedAuthentications;
  readonly #perAddress: FailedAuthentications;

  /** A `perMinute` of 0 means no limit. */
  constructor(perMinute: number) {
    this.#perSession = new FailedAuthentications(perMinute);
    this.#perAddress = new FailedAuthentications(sessionsPerAddress * perMinute);
  }

  /** Returns the tokens that may be looked up in the database. */
  admitted(client: PreviewClient, tokens: readonly string[]): readonly string[] {
    const isAddressAdmitted = this.#perAddress.refusal(client.address, sessionOf(client.hostLabel)) === null;
    return tokens.filter((token) => {
      const hash = hashToken(token).toString("hex");
      return isAddressAdmitted && this.#perSession.refusal(clientKey(client), hash) === null;
    });
  }

  noteBad(client: PreviewClient): void {
    this.#perSession.noteBad(clientKey(client));
    this.#perAddress.noteBad(client.address);
  }

  /** Exempts the token, and the hosts of its session from the limit of the address. */
  noteGood(hostLabel: string, token: string): void {
    this.#perSession.noteGood(hashToken(token).toString("hex"));
    this.noteLink(hostLabel);
  }

  /** Exempts the hosts of the session from the limit of the address, because somebody is about to open one. */
  noteLink(hostLabel: string): void {
    this.#perAddress.noteGood(sessionOf(hostLabel));
  }
}

/** The key contains no colon, so that it is not read as an address. */
function clientKey({ address, hostLabel }: PreviewClient): string {
  return `${sessionOf(hostLabel)} ${networkOf(address).replaceAll(":", ".")}`;
}

/** Returns the same label for all ports of a session. */
const sessionOf = (hostLabel: string) => parseHostLabel(hostLabel).sibling(0);
