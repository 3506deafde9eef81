import type { IncomingHttpHeaders } from "node:http";
import type { Protocol } from "./protocols/protocol.ts";

/**
 * A request that the server has received. User texts and tool results are truncated. `outcome` changes while the server
 * responds.
 */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly protocol: Protocol["name"] | undefined;
  readonly model: string;
  /**
   * True for background requests, such as title generation. The model responds to them immediately, without consuming a
   * step of the script.
   */
  readonly isBackground: boolean;
  readonly wantsStream: boolean;
  readonly cwd: string | undefined;
  readonly tools: readonly string[];
  /** Number of tool results since the script's message. This number is the reply's index in the script. */
  readonly replyIndex: number;
  readonly lastUserText: string;
  /** All user messages of the conversation. */
  readonly userTexts: readonly string[];
  /** The complete system prompt. */
  readonly systemText: string;
  /** Media types of the images in the conversation. */
  readonly pictures: readonly string[];
  readonly lastToolResult: string | undefined;
  outcome: "pending" | "answered" | "failed" | "cut" | "aborted";
}

export const maxRecorded = 1000;
const maxTextLength = 4000;

/** Creates a recorder that keeps the newest requests in order. */
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
