import { Transform } from "node:stream";
import { flush, pktLength, pktLine } from "../../host-git/pkt-line.ts";

/** Matches an absolute path with at least two segments, at a position where a path may begin. */
const path = /(?<=^|[\s'"(=:])\/[^\s/'"():]+(?:\/[^\s/'"():]*)+/gm;
const progress = 2;
const fatal = 3;
/** Maximum length of a line. A longer line is passed on in parts. */
const maxLineBytes = 16 * 1024;

export const withoutPaths = (text: string) => text.replaceAll(path, "(server path)");

/**
 * Removes this machine's paths from the messages that git sends to users alongside the data (gitprotocol-pack(5), "side-band";
 * gitprotocol-common(5), "ERR"). Git can split its messages anywhere, so this function first joins them into lines. As soon as it receives
 * bytes that are not a pkt-line, it passes on the rest of the stream unchanged.
 */
export function stripPaths(): Transform {
  let held: Buffer = Buffer.alloc(0);
  let words = "";
  let isRaw = false;
  const take = (push: (bytes: Buffer) => void, isEnd: boolean) => {
    const end = isEnd || words.length > maxLineBytes ? words.length : lastLineEnd(words);
    if (end === 0) return;
    push(
      pktLine(Buffer.concat([Buffer.of(progress), Buffer.from(withoutPaths(words.slice(0, end)), "latin1")])),
    );
    words = words.slice(end);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isRaw) return done(null, chunk);
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      while (held.length >= 4) {
        const length = pktLength(held.subarray(0, 4));
        if (length === null) {
          isRaw = true;
          break;
        }
        if (length > held.length) break;
        const packet = held.subarray(0, Math.max(length, 4));
        held = held.subarray(packet.length);
        if (packet[4] === progress) {
          words += packet.toString("latin1", 5);
          take((bytes) => this.push(bytes), false);
          continue;
        }
        if (packet.length === flush.length) take((bytes) => this.push(bytes), true);
        const isError = packet[4] === fatal || packet.toString("latin1", 4, 8) === "ERR ";
        this.push(isError ? pktLine(withoutPaths(packet.toString("latin1", 4))) : packet);
      }
      if (!isRaw) return done();
      take((bytes) => this.push(bytes), true);
      this.push(held);
      held = Buffer.alloc(0);
      done();
    },
    flush(done) {
      take((bytes) => this.push(bytes), true);
      this.push(held);
      done();
    },
  });
}

const lastLineEnd = (text: string) => Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
