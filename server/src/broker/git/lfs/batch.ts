import type { GitBrokerRepository } from "../../../core/turns/index.ts";
import { Refusal } from "../read-body.ts";
import { readOnly } from "../route.ts";
import type { LfsTransfer } from "./transfers.ts";

export interface LfsObject {
  readonly oid: string;
  readonly size: number;
}

export interface LfsBatch {
  readonly operation: "download" | "upload";
  readonly objects: readonly LfsObject[];
}

const maxObjects = 1000;
const unusedAddress = "The forge returned a URL that Tembo does not accept.";

/**
 * Parses a batch request (git-lfs "docs/api/batch.md"). Throws a `Refusal` if the request is not valid, exceeds a limit or uploads to a
 * repository that is read-only in the session.
 */
export function readBatch(
  body: unknown,
  { pushBranch }: Pick<GitBrokerRepository, "pushBranch">,
  maxObjectBytes: number,
): LfsBatch {
  const { operation, objects, hash_algo: hash = "sha256" } = recordOf(body);
  if (operation !== "download" && operation !== "upload")
    throw new Refusal(422, "Only Git LFS downloads and uploads are supported here.");
  if (operation === "upload" && pushBranch === null) throw readOnly();
  if (hash !== "sha256" || !Array.isArray(objects) || objects.length > maxObjects)
    throw new Refusal(422, `Request at most ${maxObjects} objects at once, identified by SHA-256.`);
  return {
    operation,
    objects: objects.map((object) => {
      const { oid, size } = recordOf(object);
      if (typeof oid !== "string" || !/^[0-9a-f]{64}$/.test(oid) || !Number.isSafeInteger(size))
        throw new Refusal(422, "The request contains an object with an invalid OID or size.");
      if ((size as number) < 0 || (size as number) > maxObjectBytes)
        throw new Refusal(413, `A Git LFS object can have at most ${maxObjectBytes} bytes.`);
      return { oid, size: size as number };
    }),
  };
}

export interface LfsSource {
  readonly repository: GitBrokerRepository;
  /** True if the forge may direct the server to this URL. */
  isAllowed(href: URL): boolean;
}

/**
 * Returns the response to the client, with a URL of this proxy instead of each URL in the forge's response. Contains an error for each object
 * that the forge omits or rejects, or for which it returns a URL that is not allowed. Omits all other data.
 */
export function rewriteBatch(
  answer: unknown,
  asked: LfsBatch,
  { repository, isAllowed }: LfsSource,
  hrefOf: (transfer: LfsTransfer) => string,
): object {
  const { objects } = recordOf(answer);
  const kinds = asked.operation === "download" ? (["download"] as const) : (["upload", "verify"] as const);
  const found = Array.isArray(objects) ? objects.map(recordOf) : [];
  return {
    transfer: "basic",
    objects: asked.objects.map(({ oid, size }) => {
      const listed = found.find((object) => object.oid === oid);
      if (listed === undefined)
        return { oid, size, error: { code: 404, message: "The forge does not have this object." } };
      if (listed.error !== undefined) {
        const { code } = recordOf(listed.error);
        return {
          oid,
          size,
          error: { code: Number.isInteger(code) ? code : 502, message: "The forge rejected this object." },
        };
      }
      const actions: Record<string, object> = {};
      for (const kind of kinds) {
        const { href, header } = recordOf(recordOf(listed.actions)[kind]);
        if (href === undefined) continue;
        const url = typeof href === "string" ? URL.parse(href) : null;
        // Returns an error, because a client considers an upload without actions complete.
        if (url === null || !isAllowed(url))
          return { oid, size, error: { code: 502, message: unusedAddress } };
        const headers = storageHeaders(header);
        const transfer = { repository, kind, href: url, headers, oid, sizeBytes: size };
        actions[kind] = { href: hrefOf(transfer) };
      }
      return { oid, size, authenticated: true, actions };
    }),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Headers allowed in requests to object stores. The headers of Amazon, Microsoft and Google have these prefixes. All other headers are
 * dropped, in particular headers that metadata services of machines or networks accept as authorization ("Metadata-Flavor",
 * "X-aws-ec2-metadata-token").
 */
const storageHeader = /^(?:authorization|accept|content-type|content-md5|x-(?:amz|ms|goog)-[a-z0-9-]+)$/;

/** Returns the permitted headers with lowercase names. */
function storageHeaders(value: unknown): Record<string, string> {
  const entries = Object.entries(recordOf(value)).map(([name, text]) => [name.toLowerCase(), text] as const);
  const kept = entries.filter(([name, text]) => typeof text === "string" && storageHeader.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}
