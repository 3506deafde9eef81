import { type EgressDenial, formatHostPort } from "../core/access/index.ts";

/** Reason for rejecting a request. `message` is for the program in the sandbox. Many clients show only `phrase`. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** Reason phrase for the status line, as one line of ASCII text. */
  readonly phrase: string;

  constructor(status: number, phrase: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.status = status;
    this.phrase = phrase;
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, "Bad Request", message);
}

/** Returns a refusal that contains the destination and explains how to allow it. */
export function deniedRefusal({ host, port, reason }: EgressDenial): Refusal {
  const place = formatHostPort(host, port);
  if (reason === "notAllowed") {
    return new Refusal(
      403,
      `Tembo does not allow egress to ${place}`,
      `This sandbox cannot reach ${place}. To allow it, a person can add "${place}" to the egress allowlist of the organization, and of the session if it has its own.`,
    );
  }
  return new Refusal(
    403,
    `Tembo allows egress only to public addresses, not to ${place}`,
    `${place} is not a public address, or resolves to one that is not. If it is on a private network, the operator of Tembo can add "${place}" to TEMBO_PRIVATE_HOSTS. Tembo never allows link-local and metadata addresses.`,
  );
}
