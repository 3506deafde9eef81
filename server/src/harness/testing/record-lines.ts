import type { WireRecord } from "@tembo/contract";
import type { ProtocolLine } from "../../core/sessions/index.ts";

type Begin = Extract<WireRecord, { type: "begin" }>;

/** Records a protocol log in memory, in the product's storage format. */
export function recordLines(begin: Pick<Begin, "harness" | "cwd"> & Partial<Begin>) {
  const records: WireRecord[] = [
    {
      type: "begin",
      at: new Date().toISOString(),
      turnId: "turn",
      turnNumber: 1,
      attempt: 1,
      messageId: "message",
      model: "stub-small",
      mode: "build",
      conversationId: null,
      ...begin,
    },
  ];
  const record = ({ direction, text }: ProtocolLine) => {
    records.push({ type: "line", at: new Date().toISOString(), direction, text });
  };
  return { records, record };
}
