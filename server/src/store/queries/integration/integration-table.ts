import type { Integration, IntegrationSync, SetupState } from "../../../core/forges/index.ts";
import { boolean, bytes, json, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const integrations = table("integrations", {
  id: uuid,
  organizationId: uuid,
  forge: text.as<Integration["forge"]>(),
  displayName: text,
  webUrl: text,
  apiUrl: text,
  account: json<NonNullable<Integration["account"]>>().orNull(),
  settings: json<Integration["settings"]>(),
  enabledAt: timestamp.orNull(),
  lastSyncedAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const setupStates = table("setup_states", {
  hash: bytes.named("state_hash"),
  integrationId: uuid,
  purpose: text.as<SetupState["purpose"]>(),
  returnUrl: text.orNull(),
  expiresAt: timestamp,
  userId: uuid,
  browserHash: bytes.orNull(),
});

export const integrationSyncs = table("integration_syncs", {
  id: uuid,
  integrationId: uuid,
  enablesNew: boolean,
  requestedAt: timestamp,
  endedAt: timestamp.orNull(),
  succeeded: boolean.orNull(),
  outcome: text.orNull(),
});

type SetupStateRow = RowOf<typeof setupStates>;

export const toState = ({ userId, browserHash, ...row }: SetupStateRow): SetupState => ({
  ...row,
  beginner: { userId, browserHash },
});

export const fromState = ({ beginner, ...state }: SetupState): SetupStateRow => ({ ...state, ...beginner });

export const toSync = ({
  endedAt,
  succeeded,
  outcome,
  ...row
}: RowOf<typeof integrationSyncs>): IntegrationSync => ({
  ...row,
  state:
    endedAt === null
      ? { status: "requested" }
      : { status: succeeded ? "succeeded" : "failed", endedAt, outcome: outcome ?? "" },
});
