import { integer, text, textArray, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const stateChecks = table("state_checks", {
  name: text,
  checkedAt: timestamp,
  found: integer,
  fixed: integer,
  openItems: textArray,
  earlierItems: textArray,
  cursor: uuid.orNull(),
});
