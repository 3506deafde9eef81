import type { AuditEventFilter } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

/** Hands all matching events to the browser as a file of JSON lines. */
export async function downloadLog(filter: AuditEventFilter): Promise<void> {
  const lines: string[] = [];
  for await (const event of tembo.auditEvents.export(filter)) lines.push(`${JSON.stringify(event)}\n`);
  const href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  Object.assign(document.createElement("a"), { href, download: "audit-log.jsonl" }).click();
  // The download holds the address once it has begun.
  setTimeout(() => URL.revokeObjectURL(href));
}
