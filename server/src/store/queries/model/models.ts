import type { ModelChoice } from "../../../core/access/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

export function modelQueries(sql: Sql): Queries["models"] {
  return {
    async choices(organizationId) {
      const rows = await sql.rows<ChoiceRow>(
        "select model, is_enabled, provider from organization_models where organization_id = $1 order by model",
        [organizationId],
      );
      return rows.map(toChoice);
    },

    async saveChoice(organizationId, { model, isEnabled, provider }) {
      await sql.rows(
        `insert into organization_models (organization_id, model, is_enabled, provider) values ($1, $2, $3, $4)
         on conflict (organization_id, model) do update set is_enabled = excluded.is_enabled, provider = excluded.provider`,
        [organizationId, model, isEnabled, provider],
      );
    },
  };
}

interface ChoiceRow {
  model: string;
  is_enabled: boolean;
  provider: string | null;
}

const toChoice = ({ model, is_enabled: isEnabled, provider }: ChoiceRow): ModelChoice => ({
  model,
  isEnabled,
  provider,
});
