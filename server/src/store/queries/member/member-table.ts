import type { Role } from "../../../core/accounts/index.ts";
import { text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const members = table(
  "members",
  {
    id: uuid,
    organizationId: uuid,
    userId: uuid.orNull(),
    email: text,
    role: text.as<Role>(),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  ["verified_email"],
);
