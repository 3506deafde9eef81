import type { Budget } from "../usage/usage.ts";
import type { EgressSetting } from "./egress-setting.ts";
import type { Organization } from "./organization.ts";
import type { PermissionPolicy } from "./permission-policy.ts";

export interface OrganizationQueries {
  /** The first one made, or null in an empty database. */
  findFirst(): Promise<{ readonly id: string } | null>;
  insert(organization: {
    readonly id: string;
    readonly name: string;
    readonly slug?: string | null;
  }): Promise<void>;
  /** Held until the transaction ends: what is counted of it is counted by one at a time. */
  lock(id: string): Promise<void>;
  /** Lays `onboarding` over the stored one. Throws `conflict` when the slug is taken. */
  update(
    id: string,
    change: Pick<Organization, "name" | "slug"> & { readonly onboarding: Readonly<Record<string, unknown>> },
  ): Promise<void>;
  /** Deletes secrets, credentials, MCP connections and what waits. Returns the sessions that a turn of is queued or runs. */
  markDeleted(id: string): Promise<string[]>;
  find(id: string): Promise<Organization | null>;
  setEgress(id: string, egress: EgressSetting): Promise<void>;
  setBudget(id: string, budget: Budget): Promise<void>;
  setPermissionPolicy(id: string, policy: PermissionPolicy): Promise<void>;
  /** Lays these over the stored ones; null takes one away. */
  mergeSettings(id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
}
