import type { Queries } from "../../../core/ports.ts";
import type { ProjectVariable } from "../../../core/sessions/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { projectVariables } from "./project-table.ts";

export function projectVariableQueries(sql: Sql): Queries["projectVariables"] {
  return {
    async list(projectId) {
      return sql.rows<ProjectVariable>(
        `select ${projectVariables.columns} from project_variables where project_id = $1 order by key`,
        [projectId],
      );
    },

    async save(variable) {
      const { scope, updatedAt } = variable;
      await sql.rows(query`
        insert into project_variables (${projectVariables.names}) values (${projectVariables.values(variable)})
        on conflict (project_id, key) do update set ${projectVariables.set({ scope, updatedAt })}`);
    },

    async delete(projectId, key) {
      await sql.rows("delete from project_variables where project_id = $1 and key = $2", [projectId, key]);
    },
  };
}
