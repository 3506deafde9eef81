import type { ForgeCheck, ForgeChecks, LocalCheck } from "../../../core/forges/index.ts";
import { type Connection, inRepository } from "./guard.ts";

export function checks(connection: Connection): ForgeChecks {
  const { records } = connection.context;
  return {
    checkResults: (repository, sha) =>
      inRepository(connection, repository, async (place) =>
        (await records.checks.latest(place.repository.id, sha)).map(describe),
      ),

    jobLog: (repository, check, maxBytes) =>
      inRepository(connection, repository, async (place) => {
        if (check.kind !== "job") return null;
        const found = await records.checks.find(place.repository.id, Number(check.id));
        return found === null || found.log === null ? null : cutToEnd(found.log, maxBytes);
      }),
  };
}

const states: Readonly<Record<string, ForgeCheck["state"]>> = {
  success: "passed",
  neutral: "passed",
  pending: "pending",
  skipped: "skipped",
  cancelled: "cancelled",
};

function describe(check: LocalCheck): ForgeCheck {
  const isPending = check.kind === "job" && check.completedAt === null;
  return {
    id: String(check.id),
    kind: check.kind,
    name: check.name,
    state: isPending ? "pending" : (states[check.state] ?? "failed"),
    url: check.url,
    summary: check.summary,
  };
}

/** Returns the end of a string without splitting a character. */
function cutToEnd(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let start = Math.max(0, bytes.length - maxBytes);
  while (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start++;
  return bytes.toString("utf8", start);
}
