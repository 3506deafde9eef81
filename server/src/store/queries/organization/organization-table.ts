import type { EgressSetting, Organization, PermissionPolicy } from "../../../core/accounts/index.ts";
import { defaultPermissionPolicy } from "../../../core/sessions/index.ts";
import { bigint, json, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const organizations = table(
  "organizations",
  {
    id: uuid,
    name: text,
    slug: text.orNull(),
    createdAt: timestamp,
    updatedAt: timestamp.orNull(),
    egress: json<EgressSetting>(),
    settings: json<Readonly<Record<string, unknown>>>(),
    sessionBudget: bigint.orNull().named("session_budget_microusd"),
    monthBudget: bigint.orNull().named("month_budget_microusd"),
    permissionPolicy: json<PermissionPolicy>().orNull(),
  },
  ["onboarding", "deleted_at", "has_insights"],
);

export type OrganizationRow = RowOf<typeof organizations> & { readonly hasSecrets: boolean };

export const toOrganization = ({ sessionBudget, monthBudget, ...row }: OrganizationRow): Organization => ({
  ...row,
  budget: { perSessionMicroUsd: sessionBudget, perMonthMicroUsd: monthBudget },
  permissionPolicy: row.permissionPolicy ?? defaultPermissionPolicy,
});
