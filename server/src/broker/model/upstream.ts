import type { ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { ModelFamily } from "../../core/access/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import type { Route } from "./find-route.ts";
import type { GatewayTime } from "./gateway-time.ts";
import type { Refusal } from "./refusal.ts";

/** A request that was looked at, in the form of its family. */
export interface Asked {
  readonly method: string;
  readonly route: Route;
  readonly headers: OutgoingHttpHeaders;
  /** What `bytes` hold; null for a request without a body. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly bytes: Buffer;
  readonly model: string | null;
}

/** A request in the form of its provider. */
export interface Outgoing {
  readonly method: string;
  /** Path and query below the base URL. */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Buffer;
}

/** An answer as the family's clients read it. */
export interface Answer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What providers are reached with. */
export interface ProviderMeans {
  readonly time: GatewayTime;
  readonly outbound: Pick<Outbound, "trusting">;
}

/** A model provider, as requests are sent to it. */
export interface Upstream {
  readonly family: ModelFamily;
  readonly provider: string;
  /** True if its answers state their cost in US dollars. */
  readonly statesCost?: boolean;
  /** Returns the part of a request that makes this provider reach the network, apart from those of its family's protocol. Null if none does. */
  findReach?(body: object, model: string | null): string | null;
  /** A refusal for what the provider has no form for. */
  translate(asked: Asked): Outgoing | { readonly refusal: Refusal };
  /** Opens a request with the credential in it. Throws `CredentialRefused` when none can be had. */
  request(outgoing: Outgoing, signal: AbortSignal): Promise<ClientRequest>;
  receive(answer: Answer): Answer;
  /** The text without the credential, should the provider repeat it. */
  redact(text: string): string;
  /** Forgets idle connections. */
  close(): void;
}

/** Asking again would change nothing. */
export class CredentialRefused extends Error {
  override readonly name = "CredentialRefused";
}

export function redactAll(text: string, secrets: readonly (string | null)[]): string {
  return secrets.reduce<string>(
    (clean, secret) => (secret === null || secret === "" ? clean : clean.replaceAll(secret, "[key]")),
    text,
  );
}
