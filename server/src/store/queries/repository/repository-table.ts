import {
  defaultRepositorySettings,
  type Repository,
  type RepositorySettings,
} from "../../../core/forges/index.ts";
import { boolean, json, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const repositories = table(
  "repositories",
  {
    id: uuid,
    organizationId: uuid,
    forge: text.as<Repository["forge"]>(),
    integrationId: uuid.orNull(),
    externalId: text.orNull(),
    owner: text,
    name: text,
    connectedUrl: text.orNull(),
    description: text.orNull(),
    defaultBranch: text,
    isArchived: boolean,
    settings: json<Partial<RepositorySettings>>(),
    enabledAt: timestamp.orNull(),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  ["url_key", "vanished_at", "polled_until", "removed_at"],
);

export type RepositoryRow = RowOf<typeof repositories>;

export const toRepository = (row: RepositoryRow): Repository => ({
  ...row,
  settings: { ...defaultRepositorySettings, ...row.settings },
});
