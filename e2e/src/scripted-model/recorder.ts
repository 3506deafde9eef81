import type { IncomingHttpHeaders } from "node:http";
import type { Protocol } from "./protocols/protocol.ts";

/** What the server remembers of a request; texts are shortened, and `outcome` changes while it is answered. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly protocol: Protocol["name"] | undefined;
  readonly model: string;
  /** Asked beside the work (titles, topics): answered at once, never a step of the script. */
  readonly isBackground: boolean;
  readonly wantsStream: boolean;
  readonly cwd: string | undefined;
  readonly tools: readonly string[];
  /** Tool results since the script's message: the place of the reply in the script. */
  readonly replyIndex: number;
  readonly lastUserText: string;
  /** Everything people said in the conversation. */
  readonly userTexts: readonly string[];
  /** The system prompt, whole. */
  readonly systemText: string;
  /** Media types of the pictures in the conversation. */
  readonly pictures: readonly string[];
  readonly lastToolResult: string | undefined;
  outcome: "pending" | "answered" | "failed" | "cut" | "aborted";
}

export const maxRecorded = 1000;
const maxTextLength = 4000;

/** Keeps the newest requests, in order. */
export function createRecorder(onRequest: (request: RecordedRequest) => void) {
  const requests: RecordedRequest[] = [];
  return {
    requests: requests as readonly RecordedRequest[],
    record(request: RecordedRequest): RecordedRequest {
      requests.push(request);
      if (requests.length > maxRecorded) requests.shift();
      onRequest(request);
      return request;
    },
  };
}

export function shorten(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}...` : text;
}
