/**
 * Frame kinds of the protocol between a server and an agent. A frame consists of a 4-byte length (of the rest of the frame), a 1-byte kind,
 * a 4-byte stream number and a payload.
 */
export const frameKinds = {
  /** Opens a stream. The payload is the stream's header as JSON. */
  open: 1,
  data: 2,
  /** Ends the sender's direction of the stream. */
  end: 3,
  /** Closes the stream in both directions. */
  reset: 4,
  /** Extends the window. The 4-byte payload is the number of additional bytes that the receiver accepts. */
  window: 5,
  /** Shows that the sender is alive. */
  ping: 6,
} as const;

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

export interface Frame {
  readonly kind: FrameKind;
  readonly streamId: number;
  readonly payload: Buffer;
}

export const maxPayloadBytes = 64 * 1024;
const headBytes = 9;
const minLength = headBytes - 4;

const kinds: ReadonlySet<number> = new Set(Object.values(frameKinds));

export function encodeFrame(kind: FrameKind, streamId: number, payload: Buffer): Buffer {
  if (payload.length > maxPayloadBytes)
    throw new RangeError(`A frame holds at most ${maxPayloadBytes} bytes, not ${payload.length}.`);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(minLength + payload.length, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32BE(streamId, 5);
  return payload.length === 0 ? head : Buffer.concat([head, payload]);
}

/** Assembles frames from a connection's bytes. Throws as soon as a frame's header is invalid or its length exceeds the limit. */
export class FrameReader {
  #parts: Buffer[] = [];
  #length = 0;

  /** Returns the frames that are complete after these bytes. */
  take(bytes: Buffer): Frame[] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    if (this.#length < headBytes) return null;
    const joined = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [joined];
    const length = joined.readUInt32BE(0);
    const kind = joined.readUInt8(4);
    if (length < minLength || !kinds.has(kind)) throw new RangeError("The other side sent no frame.");
    if (length > minLength + maxPayloadBytes)
      throw new RangeError(`The other side sent a frame of ${length} bytes, which is too large.`);
    if (joined.length < 4 + length) return null;
    const rest = joined.subarray(4 + length);
    this.#parts = [rest];
    this.#length = rest.length;
    return {
      kind: kind as FrameKind,
      streamId: joined.readUInt32BE(5),
      payload: joined.subarray(headBytes, 4 + length),
    };
  }
}
