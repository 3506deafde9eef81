import type { AuditEventFilter } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

/** Downloads all matching events as JSON Lines, newest first. */
export async function downloadLog(filter: AuditEventFilter): Promise<void> {
  const lines: string[] = [];
  for await (const event of tembo.auditEvents.export(filter)) lines.push(`${JSON.stringify(event)}\n`);
  const href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  Object.assign(document.createElement("a"), { href, download: "audit-log.jsonl" }).click();
  // A download that has started keeps the blob alive.
  setTimeout(() => URL.revokeObjectURL(href));
}
