import { Octokit } from "@octokit/core";
import type { Clock, Logger } from "../../../core/base/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { patientFetch } from "./patient-fetch.ts";

export interface OctokitOptions {
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch: OutboundFetch;
}

/** Octokit without a credential of its own. Every request ends, and is asked again where that may help. */
export function createOctokit({ apiUrl, clock, log, fetch }: OctokitOptions): Octokit {
  return new Octokit({
    baseUrl: apiUrl,
    userAgent: "tembo",
    log: silent,
    request: { fetch: patientFetch(boundedFetch(fetch), { clock, log }), log: silent },
  });
}

/** Octokit tells of deprecated routes on the console. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };
