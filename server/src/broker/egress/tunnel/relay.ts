import type { OnReadOpts, Socket } from "node:net";

/** Carries what `from` says to `to`, as fast as `to` takes it; the end is carried too. */
export function relay(from: Socket, to: Socket): void {
  from.pipe(to);
}

/** Reads one socket into one buffer, over and over: nothing is allocated for what passes. */
export interface DirectReader {
  /** That the socket is opened with. */
  readonly onread: OnReadOpts;
  /** As `relay`. To be called before the socket has been read from: in the same tick as it says that it is connected. */
  relay(from: Socket, to: Socket): void;
  /** Ends the relay: from here on `from` is read as any socket is. */
  handBack(from: Socket): void;
}

export function createDirectReader(): DirectReader {
  let carry: (bytes: Buffer) => boolean = () => {
    throw new Error("A socket was read before it was known where its bytes go.");
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
        // Written at once, as a rule: then the buffer is free again. Else nothing is read into it until it has been.
        isPaused = to.writableLength > 0;
        return !isPaused;
      };
      relayEnd = () => to.end();
      from.once("end", relayEnd);
    },
    handBack(from) {
      from.off("end", relayEnd);
      // Copied, as the buffer is read into again.
      carry = (bytes) => from.push(Buffer.from(bytes));
    },
  };
}

/** Measured: from 64 KiB to this the door's work for a byte falls by two fifths, and beyond it hardly. What is not filled takes no memory. */
const bufferBytes = 512 * 1024;
