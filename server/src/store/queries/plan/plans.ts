import type { Queries } from "../../../core/ports.ts";
import { type PlanRow, planColumns, toPlan } from "../artifact/artifact-table.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";

const joined = "plans join artifacts on artifacts.id = plans.artifact_id";

export function planQueries(sql: Sql): Queries["plans"] {
  const findOne = async (where: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<PlanRow>(`select ${planColumns} from ${joined} where ${where}`, values);
    return row === undefined ? null : toPlan(row);
  };

  return {
    async save(lease, { artifact, isAskedFor }) {
      // The turn's plan keeps its ID. Only its content changes.
      const { id, title, outputType, content, createdAt } = artifact;
      await sql.rows(query`select save_plan(${lease.sessionId}, ${lease.turnId}, ${lease.attempt},
        ${id}, ${title}, ${outputType}, ${content}, ${isAskedFor}, ${createdAt})`);
    },

    latest: (sessionId) =>
      // Orders by turn, because IDs created in the same millisecond have no order.
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
