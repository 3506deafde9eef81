import type { Queries } from "../core/ports.ts";
import type { BuildState, FollowedLog } from "../core/sessions/index.ts";
import { followPages } from "./follow-pages.ts";
import type { Listener } from "./listener.ts";
import type { Sql } from "./queries/sql.ts";

const pageLength = 100;

/** Implements `SessionsStore.followBuildLog`. */
export function followBuildLog(
  {
    sql,
    builds,
    listener,
  }: { readonly sql: Sql; readonly builds: Queries["projectBuilds"]; readonly listener: Listener },
  { buildId, afterSeq, signal }: { buildId: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<FollowedLog, void, undefined> {
  let seq = afterSeq;
  return followPages<FollowedLog>(listener, [buildId], signal, async () => {
    // Reads the status first: no entry is appended after the end of a build.
    const [build] = await sql.rows<{ status: BuildState["status"]; hasEnded: boolean }>(
      `select status, ended_at is not null as "hasEnded" from project_builds where id = $1`,
      [buildId],
    );
    const entries = await builds.readLog(buildId, seq, pageLength);
    seq = entries.at(-1)?.seq ?? seq;
    const items = entries.map((entry) => ({ kind: "log" as const, ...entry }));
    if (entries.length === pageLength) return { items, next: "read" };
    if (build?.hasEnded !== true) return { items, next: build === undefined ? "end" : "wait" };
    return { items: [...items, { kind: "end", status: build.status }], next: "end" };
  });
}
