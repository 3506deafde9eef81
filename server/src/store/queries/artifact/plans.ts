import type { Queries } from "../../../core/ports.ts";
import type { Plan, PlanDecision } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { type ArtifactRow, artifactColumns, toArtifact } from "./artifacts.ts";

const columns = `${artifactColumns}, plans.is_asked_for, plans.state, plans.comment, plans.message_id, plans.decided_at`;
const joined = "plans join artifacts on artifacts.id = plans.artifact_id";

export function planQueries(sql: Sql): Queries["plans"] {
  const findOne = async (where: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<PlanRow>(`select ${columns} from ${joined} where ${where}`, values);
    return row === undefined ? null : toPlan(row);
  };

  return {
    async save(lease, { artifact, isAskedFor }) {
      // The turn's plan keeps its id: what is new of it is its text.
      await sql.rows("select save_plan($1, $2, $3, $4, $5, $6, $7, $8, $9)", [
        lease.sessionId,
        lease.turnId,
        lease.attempt,
        artifact.id,
        artifact.title,
        artifact.outputType,
        artifact.content,
        isAskedFor,
        artifact.createdAt,
      ]);
    },

    latest: (sessionId) =>
      // By turn: ids of one millisecond have no order.
      findOne(
        "plans.session_id = $1 order by (select number from turns where turns.id = plans.turn_id) desc limit 1",
        [sessionId],
      ),
    find: (sessionId, artifactId) =>
      findOne("plans.session_id = $1 and plans.artifact_id = $2", [sessionId, artifactId]),
    ofTurn: (turnId) => findOne("plans.turn_id = $1", [turnId]),

    async decide(artifactId, decision) {
      await sql.rows(
        `update plans set state = $2, comment = $3, message_id = $4, decided_at = $5
         where artifact_id = $1 and state = 'proposed'`,
        [
          artifactId,
          decision.state,
          decision.state === "rejected" ? decision.comment : null,
          decision.messageId,
          decision.decidedAt,
        ],
      );
    },
  };
}

interface PlanRow extends ArtifactRow {
  is_asked_for: boolean;
  state: PlanDecision["state"];
  comment: string | null;
  message_id: string | null;
  decided_at: Date | null;
}

const toPlan = (row: PlanRow): Plan => ({
  artifact: toArtifact(row),
  isAskedFor: row.is_asked_for,
  decision: toDecision(row),
});

/** The table's checks promise what the exclamation marks assume. */
function toDecision(row: PlanRow): PlanDecision {
  if (row.state === "proposed") return { state: "proposed" };
  const made = { messageId: row.message_id!, decidedAt: row.decided_at! };
  return row.state === "approved"
    ? { state: "approved", ...made }
    : { state: "rejected", comment: row.comment!, ...made };
}
