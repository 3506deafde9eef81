import { Transform } from "node:stream";
import { pktLength } from "../../../host-git/pkt-line.ts";
import type { PushCommand, PushRequest } from "./push-request.ts";

/**
 * Maximum size of a report, which has one line per reference. The rest of a longer report is ignored. With side bands, the whole report is
 * ignored.
 */
const maxReportBytes = 256 * 1024;

/**
 * Passes on a receive-pack response unchanged. Before the response ends, calls `onDone` for each command that the response reports as successful
 * (gitprotocol-pack(5), "Reporting Status"). Ignores a report that cannot be parsed. The response fails if `onDone` rejects.
 */
export function watchReport(
  { commands, capabilities }: PushRequest,
  onDone: (command: PushCommand) => Promise<void>,
): Transform {
  const isBanded = capabilities.some((word) => word === "side-band-64k" || word === "side-band");
  const report = createLines(isBanded);
  const end = async () => {
    const lines = report.lines();
    if (!lines.includes("unpack ok")) return;
    for (const command of commands) if (lines.includes(`ok ${command.ref}`)) await onDone(command);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      report.add(chunk);
      done(null, chunk);
    },
    flush(done) {
      end().then(() => done(), done);
    },
  });
}

/** Collects the lines of the report, from the first band if the response uses side bands. */
function createLines(isBanded: boolean) {
  const outer = createPackets();
  const inner = createPackets();
  let bytes = 0;
  return {
    add(chunk: Buffer): void {
      outer.add(chunk, (packet) => {
        const payload = !isBanded ? packet : packet[0] === 1 ? packet.subarray(1) : null;
        if (payload === null) return;
        bytes += payload.length;
        if (bytes > maxReportBytes) inner.stop();
        else if (isBanded) inner.add(payload, () => {});
      });
    },
    lines(): string[] {
      return (isBanded ? inner : outer)
        .packets()
        .map((packet) => packet.toString("latin1").replace(/\n$/, ""));
    },
  };
}

/** Splits a byte stream into pkt-lines. Stops at malformed input. */
function createPackets() {
  let held: Buffer = Buffer.alloc(0);
  let isStopped = false;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  return {
    add(chunk: Buffer, onPacket: (packet: Buffer) => void): void {
      if (isStopped) return;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      while (held.length >= 4) {
        const length = pktLength(held.subarray(0, 4));
        if (length === null) {
          this.stop();
          return;
        }
        if (length > held.length) return;
        const end = Math.max(length, 4);
        const packet = held.subarray(4, end);
        held = held.subarray(end);
        if (packet.length === 0) continue;
        onPacket(packet);
        keptBytes += packet.length;
        if (keptBytes <= maxReportBytes) kept.push(packet);
      }
    },
    stop(): void {
      isStopped = true;
      held = Buffer.alloc(0);
      kept = [];
    },
    packets: () => kept,
  };
}
