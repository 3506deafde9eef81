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

/** Creates an Octokit instance without a credential. Each request has a timeout. Failed requests are retried if a retry is safe and can succeed. */
export function createOctokit({ apiUrl, clock, log, fetch }: OctokitOptions): Octokit {
  return new Octokit({
    baseUrl: apiUrl,
    userAgent: "tembo",
    log: silent,
    request: { fetch: patientFetch(boundedFetch(fetch), { clock, log }), log: silent },
  });
}

/** Prevents Octokit from logging deprecated routes to the console. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };
