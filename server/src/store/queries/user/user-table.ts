import type { User } from "../../../core/accounts/index.ts";
import { json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const users = table(
  "users",
  {
    id: uuid,
    email: text.orNull(),
    name: text.orNull(),
    onboarding: json<NonNullable<User["onboarding"]>>().orNull(),
    settings: json<User["settings"]>(),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  ["deleted_at", "managed_by"],
);
