import type { ReservedPlaces } from "../../../core/turns/index.ts";
import type { Sql } from "../sql.ts";

/** Lists the turns that machines have, and the memory that they may use, by machine and organization. */
export const listReservedPlaces = (sql: Sql) =>
  sql.rows<ReservedPlaces & { readonly organizationId: string }>(
    `select machine_id as "machineId", organization_id as "organizationId", count(*)::integer as turns,
       sum(memory_bytes)::float8 as bytes
     from turn_placements where machine_id is not null group by machine_id, organization_id`,
    [],
  );
