import { S3Client } from "@aws-sdk/client-s3";
import type { S3Placement } from "../../core/base/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";

export type S3Options = Omit<S3Placement, "kind">;

export interface S3Limits {
  readonly connectMs: number;
  /** Maximum time from the start of a request to the start of its response. */
  readonly requestMs: number;
  /** Maximum time for which a connection may transfer nothing. */
  readonly silentMs: number;
  /** Maximum number of attempts for each request. */
  readonly attempts: number;
}

const defaultLimits: S3Limits = { connectMs: 10_000, requestMs: 120_000, silentMs: 30_000, attempts: 4 };

export interface S3Connection {
  readonly client: S3Client;
  close(): void;
}

/**
 * Creates the SDK's client on connections of the outbound module. These may reach the configured endpoint even at a
 * private address, and its subdomain with the bucket's name.
 */
export function connectS3(
  options: S3Options,
  outbound: Outbound,
  limits: Partial<S3Limits> = {},
): S3Connection {
  const { connectMs, requestMs, silentMs, attempts } = { ...defaultLimits, ...limits };
  const trusted =
    options.endpoint === null ? outbound : outbound.trusting(addressOf(options.endpoint, options));
  const [httpAgent, httpsAgent] = [trusted.createAgent("http:"), trusted.createAgent("https:")];
  const client = new S3Client({
    region: options.region,
    forcePathStyle: options.isPathStyle,
    maxAttempts: attempts,
    // By default, the SDK sends and expects checksums that older stores do not know. Each frame has a tag of its own.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(options.endpoint !== null && { endpoint: options.endpoint }),
    ...(options.credentials !== null && { credentials: options.credentials }),
    requestHandler: {
      ...{ httpAgent, httpsAgent, connectionTimeout: connectMs, requestTimeout: requestMs },
      ...{ throwOnRequestTimeout: true, socketTimeout: silentMs },
    },
  });
  const close = () => {
    client.destroy();
    httpAgent.destroy();
    httpsAgent.destroy();
  };
  return { client, close };
}

function addressOf(endpoint: string, { bucket, isPathStyle }: S3Options): string {
  const url = new URL(endpoint);
  if (!isPathStyle) url.hostname = `${bucket}.${url.hostname}`;
  return url.href;
}
