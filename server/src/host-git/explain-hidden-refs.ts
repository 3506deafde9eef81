import { flush, pktLength, pktLine } from "./pkt-line.ts";

/** Maximum size of a report to rewrite. A longer report passes unchanged. */
const maxReportBytes = 256 * 1024;
/** Maximum size of a packet's payload. It also fits a `side-band` packet, which is shorter than a `side-band-64k` packet. */
const maxBandBytes = 995;
const reportBand = 1;
const refusal = /^ng (refs\/\S+) deny (?:updating|deleting) a hidden ref$/;

export interface ReportReader {
  /** Returns the bytes that can be sent now. */
  add(chunk: Buffer): Buffer;
  /** Returns the remaining bytes at the end of the response. */
  end(): Buffer;
}

/**
 * Replaces the reason in a `receive-pack` response that rejects a ref because of `receive.hideRefs` (gitprotocol-pack(5), "Reporting
 * Status"). The built-in forge protects branches with this setting, but git's own reason, "hidden ref", explains neither the cause nor the
 * fix. All other data passes unchanged.
 */
export function explainHiddenRefs(): ReportReader {
  let held: Buffer = Buffer.alloc(0);
  let report: Buffer = Buffer.alloc(0);
  let isRaw = false;
  const takeReport = () => {
    const bytes = toBands(explainReport(report));
    report = Buffer.alloc(0);
    return bytes;
  };
  return {
    add(chunk) {
      if (isRaw) return chunk;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const sent: Buffer[] = [];
      while (held.length >= 4) {
        const length = pktLength(held.subarray(0, 4));
        if (length === null || report.length > maxReportBytes) {
          isRaw = true;
          sent.push(toBands(report), held);
          held = report = Buffer.alloc(0);
          break;
        }
        if (length > held.length) break;
        const packet = held.subarray(0, Math.max(length, 4));
        held = held.subarray(packet.length);
        // An empty packet in the band keeps the connection alive.
        if (packet[4] === reportBand && packet.length > 5) {
          report = Buffer.concat([report, packet.subarray(5)]);
          continue;
        }
        if (packet.length === flush.length) sent.push(takeReport());
        sent.push(explainPacket(packet));
      }
      return Buffer.concat(sent);
    },
    end: () => Buffer.concat([takeReport(), held]),
  };
}

/** Returns the report's pkt-lines with replaced reasons, or the unchanged report if it cannot be parsed. */
function explainReport(report: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < report.length; ) {
    const length = pktLength(report.subarray(at, at + 4));
    const end = at + Math.max(length ?? 0, 4);
    if (length === null || end > report.length) return report;
    packets.push(explainPacket(report.subarray(at, end)));
    at = end;
  }
  return Buffer.concat(packets);
}

function explainPacket(packet: Buffer): Buffer {
  const ref = refusal.exec(packet.toString("latin1", 4).replace(/\n$/, ""))?.[1];
  if (ref === undefined) return packet;
  const why = ref.startsWith("refs/heads/")
    ? "protected branch: push to another branch and open a pull request, or ask an admin of the organization to remove the protection"
    : "reserved for the forge: push to a branch instead";
  return pktLine(`ng ${ref} ${why}\n`);
}

function toBands(bytes: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += maxBandBytes)
    packets.push(pktLine(Buffer.concat([Buffer.of(reportBand), bytes.subarray(at, at + maxBandBytes)])));
  return Buffer.concat(packets);
}
