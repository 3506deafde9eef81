import type {
  Budget as BudgetView,
  EgressSetting as EgressView,
  OrganizationSecret,
  OrganizationSettings,
  SecretBinding as SecretBindingView,
} from "@tembo/contract";
import type { Secret, SecretBinding } from "../../../core/access/index.ts";
import {
  type Budget,
  type EgressSetting,
  effectiveSettings,
  type Organization,
} from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";

export function secretView({ id, key, createdAt, updatedAt }: Secret): OrganizationSecret {
  return { id, key, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

export function bindingView({ hosts, header, prefix }: SecretBinding): SecretBindingView {
  return { hosts: [...hosts], header, prefix };
}

export function settingsView(
  ports: Pick<Ports, "settings">,
  organization: Organization,
): OrganizationSettings {
  return { organizationId: organization.id, settings: effectiveSettings(ports, organization) };
}

export function egressView({ preset, allow }: EgressSetting): EgressView {
  return { preset, allow: [...allow] };
}

const microPerUsd = 1_000_000;

export function budgetView({ perSessionMicroUsd, perMonthMicroUsd }: Budget): BudgetView {
  const usd = (micro: number | null) => (micro === null ? null : micro / microPerUsd);
  return { perSessionUsd: usd(perSessionMicroUsd), perMonthUsd: usd(perMonthMicroUsd) };
}

export function budgetOf({ perSessionUsd, perMonthUsd }: BudgetView): Budget {
  const micro = (usd: number | null) => (usd === null ? null : Math.round(usd * microPerUsd));
  return { perSessionMicroUsd: micro(perSessionUsd), perMonthMicroUsd: micro(perMonthUsd) };
}
