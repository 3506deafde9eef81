import type { Readable } from "node:stream";
import type { GitService } from "./route.ts";

/** One exchange of git's smart HTTP protocol, as this side makes it with the repository itself. */
export interface GitCall {
  readonly service: GitService;
  readonly protocol: string | undefined;
  /** Null asks for what the repository offers. */
  readonly body: Readable | null;
  /** Where it is known. */
  readonly bodyBytes: number | undefined;
  readonly maxPackBytes: number;
}

export interface GitAnswer {
  readonly body: Readable;
  /** As the body is compressed, if it is. */
  readonly encoding: string | undefined;
}

export const contentTypeOf = ({ service, body }: GitCall) =>
  `application/x-${service}-${body === null ? "advertisement" : "result"}`;
