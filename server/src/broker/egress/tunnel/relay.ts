import type { OnReadOpts, Socket } from "node:net";

/** Copies bytes from `from` to `to`, with backpressure. Also passes on the end. */
export function relay(from: Socket, to: Socket): void {
  from.pipe(to);
}

/** Reads a socket into one reused buffer, so that no memory is allocated for the data. */
export interface DirectReader {
  /** Option with which the socket is opened. */
  readonly onread: OnReadOpts;
  /** Works like the function `relay`. Call it before the socket is read: in the same tick as its `connect` event. */
  relay(from: Socket, to: Socket): void;
  /** Ends the relay. From then on, `from` is read like any other socket. */
  handBack(from: Socket): void;
}

export function createDirectReader(): DirectReader {
  let carry: (bytes: Buffer) => boolean = () => {
    throw new Error("A socket was read before its destination was set.");
  };
  let relayEnd = () => {};
  return {
    onread: {
      buffer: Buffer.allocUnsafeSlow(bufferBytes),
      callback: (length, buffer) => carry((buffer as Buffer).subarray(0, length)),
    },
    relay(from, to) {
      let isPaused = false;
      carry = (bytes) => {
        to.write(bytes, () => {
          if (!isPaused) return;
          isPaused = false;
          from.resume();
        });
        // The bytes are usually written immediately, which frees the buffer. Otherwise reading pauses until they are
        // written.
        isPaused = to.writableLength > 0;
        return !isPaused;
      };
      relayEnd = () => to.end();
      from.once("end", relayEnd);
    },
    handBack(from) {
      from.off("end", relayEnd);
      // A copy, because the buffer is reused.
      carry = (bytes) => from.push(Buffer.from(bytes));
    },
  };
}

/**
 * Size of the buffer. Compared with 64 KiB, it reduces the measured CPU time per byte by two fifths; larger sizes
 * hardly help. Unused pages take no memory.
 */
const bufferBytes = 512 * 1024;
