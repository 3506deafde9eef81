import type { Readable } from "node:stream";
import type { GitService } from "./route.ts";

/** Request of git's smart HTTP protocol that the proxy sends to a repository. */
export interface GitCall {
  readonly service: GitService;
  readonly protocol: string | undefined;
  /** Body of the request, or null to request the ref advertisement. */
  readonly body: Readable | null;
  /** Length of the body, if known. */
  readonly bodyBytes: number | undefined;
  readonly maxPackBytes: number;
}

export interface GitAnswer {
  readonly body: Readable;
  /** Encoding of the body, if it is compressed. */
  readonly encoding: string | undefined;
}

export const contentTypeOf = ({ service, body }: GitCall) =>
  `application/x-${service}-${body === null ? "advertisement" : "result"}`;
