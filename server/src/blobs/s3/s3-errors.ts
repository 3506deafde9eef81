import { AppError, rootReason, withReason } from "../../core/base/index.ts";

/** Parts of an error of the SDK. */
interface ServiceError {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export interface S3Place {
  readonly bucket: string;
  /** URL of the store, or null for AWS. */
  readonly endpoint: string | null;
}

export function statusOf(cause: unknown): number | null {
  return (cause as Partial<ServiceError> | null)?.$metadata?.httpStatusCode ?? null;
}

const wrongKeys =
  "Check TEMBO_S3_ACCESS_KEY_ID and TEMBO_S3_SECRET_ACCESS_KEY, or the role of this machine, and its permissions on the bucket.";

const fixes: ReadonlyMap<string, string> = new Map([
  ["NoSuchBucket", "Create the bucket, or correct its name in TEMBO_BLOBS."],
  ["InvalidAccessKeyId", wrongKeys],
  ["SignatureDoesNotMatch", wrongKeys],
  ["AccessDenied", wrongKeys],
  ["CredentialsProviderError", wrongKeys],
  ["RequestTimeTooSkewed", "Correct this machine's clock."],
  ["PermanentRedirect", "Set TEMBO_S3_REGION to the region of the bucket."],
  ["AuthorizationHeaderMalformed", "Set TEMBO_S3_REGION to the region of the bucket."],
]);

/**
 * Returns `internal` with what to change if the store refuses the request, or `unavailable` for every failure that may
 * pass. Returns an error of the product itself.
 */
export function explainS3Error(cause: unknown, { bucket, endpoint }: S3Place): unknown {
  if (cause instanceof AppError) return cause;
  const { name = "" } = cause as Partial<ServiceError>;
  const status = statusOf(cause);
  const isRefusal = status !== null && status >= 300 && status < 500 && ![408, 425, 429].includes(status);
  const where = `The blob store (bucket ${bucket} at ${endpoint ?? "AWS"})`;
  const fix = fixes.get(name) ?? (status === 403 ? wrongKeys : "");
  if (!isRefusal && fix === "") {
    const problem = withReason(`${where} does not respond`, rootReason(cause));
    return new AppError("unavailable", `${problem} Check TEMBO_S3_ENDPOINT and the network.`, { cause });
  }
  return new AppError("internal", `${withReason(`${where} rejected a request`, name)} ${fix}`.trimEnd(), {
    cause,
  });
}
