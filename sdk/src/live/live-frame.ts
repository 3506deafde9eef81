import { APIConnectionError, errorOfCode, TemboError } from "../errors.ts";
import type { SessionEvent } from "../types.ts";

/**
 * A frame that the server sends on `/v1/live`. docs/guides/live.md describes all frames. A frame without an `id`
 * concerns the whole connection.
 */
export type LiveFrame =
  | { readonly type: "heartbeat"; readonly id?: undefined }
  | { readonly type: "ready"; readonly id?: undefined }
  | { readonly type: "ready"; readonly id: string; readonly lastEventId?: number }
  | { readonly type: "event"; readonly id: string; readonly event: SessionEvent }
  | { readonly type: "change"; readonly id: string }
  | { readonly type: "error"; readonly id?: string; readonly code?: string; readonly error: string };

export function readFrame(data: unknown): LiveFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(String(data));
  } catch (cause) {
    throw new APIConnectionError(
      "The live connection received a frame that is not JSON. Check that the base URL points to a Tembo server.",
      cause,
    );
  }
  if (typeof frame === "object" && frame !== null && "type" in frame) return frame as LiveFrame;
  throw new APIConnectionError(
    "The live connection received a frame without a type. Check that the base URL points to a Tembo server.",
  );
}

/**
 * Returns the error for a rejected subscription. Its class is the one that a rejected request with this code throws, or
 * `TemboError` if no status belongs to the code.
 */
export function errorOfFrame({ code, error }: Extract<LiveFrame, { type: "error" }>): TemboError {
  return errorOfCode(code, error) ?? new TemboError(error);
}
