import type { EgressSetting } from "../../egress/egress-policy.ts";
import type { Organization } from "../../organization/organization.ts";
import type { PermissionPolicy } from "../../permission/permission-policy.ts";
import type { Budget } from "../../usage/usage.ts";

export interface OrganizationQueries {
  /** The first one made, or null in an empty database. */
  findFirst(): Promise<{ readonly id: string } | null>;
  insert(organization: { readonly id: string; readonly name: string }): Promise<void>;
  find(id: string): Promise<Organization | null>;
  setEgress(id: string, egress: EgressSetting): Promise<void>;
  setBudget(id: string, budget: Budget): Promise<void>;
  setPermissionPolicy(id: string, policy: PermissionPolicy): Promise<void>;
  /** Lays these over the stored ones; null takes one away. */
  mergeSettings(id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
}
