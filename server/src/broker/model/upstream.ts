import type { ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { ModelFamily } from "../../core/access/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import type { Route } from "./find-route.ts";
import type { GatewayTime } from "./gateway-time.ts";
import type { Refusal } from "./refusal.ts";

/** Inspected request, in its family's format. */
export interface Asked {
  readonly method: string;
  readonly route: Route;
  readonly headers: OutgoingHttpHeaders;
  /** Parsed content of `bytes`, or null for a request without a body. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly bytes: Buffer;
  readonly model: string | null;
}

/** Request in the provider's format. */
export interface Outgoing {
  readonly method: string;
  /** Path and query, relative to the base URL. */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Buffer;
}

/** Response in the format that the family's clients expect. */
export interface Answer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface ProviderMeans {
  readonly time: GatewayTime;
  readonly outbound: Pick<Outbound, "trusting">;
}

export interface Upstream {
  readonly family: ModelFamily;
  readonly provider: string;
  /** True if responses state their cost in US dollars. */
  readonly statesCost?: boolean;
  /**
   * Returns, as text for users, an extension of this provider in a request that accesses the network or data stored in the account, or null if
   * there is none. `ReachRules` cover the family's own fields.
   */
  findReach?(body: object, model: string | null): string | null;
  /** Converts a request to the provider's format, or returns a refusal for a request that the provider does not support. */
  translate(asked: Asked): Outgoing | { readonly refusal: Refusal };
  /**
   * Opens a request with the credential. Throws `CredentialRefused` if the credential is rejected or unusable. Also throws if no access token
   * can be obtained for another reason.
   */
  request(outgoing: Outgoing, signal: AbortSignal): Promise<ClientRequest>;
  receive(answer: Answer): Answer;
  /** Removes the credential from the text, in case the provider's response repeats it. */
  redact(text: string): string;
  close(): void;
}

/** Thrown if the credential is rejected or unusable. A retry cannot succeed. */
export class CredentialRefused extends Error {
  override readonly name = "CredentialRefused";
}

export function redactAll(text: string, secrets: readonly (string | null)[]): string {
  return secrets.reduce<string>(
    (clean, secret) => (secret === null || secret === "" ? clean : clean.replaceAll(secret, "[key]")),
    text,
  );
}
