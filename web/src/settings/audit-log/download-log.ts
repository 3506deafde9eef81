import type { AuditEventFilter } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { download } from "../../components/download.ts";

/** Downloads all matching events as JSON Lines, newest first. */
export async function downloadLog(filter: AuditEventFilter): Promise<void> {
  const lines: string[] = [];
  for await (const event of tembo.auditEvents.export(filter)) lines.push(`${JSON.stringify(event)}\n`);
  download("audit-log.jsonl", "application/x-ndjson", lines);
}
