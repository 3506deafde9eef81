import { flush, pktLine } from "../../../host-git/pkt-line.ts";
import type { PushRequest } from "./push-request.ts";

const maxReasonLength = 400;

/**
 * Returns the response with which receive-pack rejects every reference, or null if the client did not request a report. Every git version of the
 * last fifteen years requests one. The client prints "! [remote rejected] ref (reason)".
 */
export function reportRefusal(
  push: PushRequest,
  reasonFor: (ref: string) => string,
): { readonly contentType: string; readonly body: Buffer } | null {
  const asked = new Set(push.capabilities);
  if (!asked.has("report-status") && !asked.has("report-status-v2")) return null;
  const report = Buffer.concat([
    pktLine("unpack ok\n"),
    ...push.commands.map(({ ref }) => pktLine(`ng ${ref} ${oneLine(reasonFor(ref))}\n`)),
    flush,
  ]);
  const body = asked.has("side-band-64k")
    ? Buffer.concat([...inBands(report, 65_515), flush])
    : asked.has("side-band")
      ? Buffer.concat([...inBands(report, 995), flush])
      : report;
  return { contentType: "application/x-git-receive-pack-result", body };
}

function inBands(report: Buffer, maxBytes: number): Buffer[] {
  const bands: Buffer[] = [];
  for (let at = 0; at < report.length; at += maxBytes)
    bands.push(pktLine(Buffer.concat([Buffer.from([1]), report.subarray(at, at + maxBytes)])));
  return bands;
}

const oneLine = (reason: string) => reason.replaceAll(/\s+/g, " ").trim().slice(0, maxReasonLength);
