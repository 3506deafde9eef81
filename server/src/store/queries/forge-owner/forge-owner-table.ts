import { text, uuid } from "../column.ts";
import { table } from "../table.ts";

export const forgeOwner = table("forge_owner", { machineId: uuid, url: text }, ["is_only"]);
