import type { Budget } from "../usage/usage.ts";
import type { EgressSetting } from "./egress-setting.ts";
import type { Organization } from "./organization.ts";
import type { PermissionPolicy } from "./permission-policy.ts";

export interface OrganizationQueries {
  /** Returns the oldest organization, or null in an empty database. */
  findFirst(): Promise<{ readonly id: string } | null>;
  insert(organization: {
    readonly id: string;
    readonly name: string;
    readonly slug?: string | null;
  }): Promise<void>;
  /**
   * Locks the organization until the transaction ends. Callers that check a limit take this lock, so that concurrent
   * transactions cannot exceed the limit.
   */
  lock(id: string): Promise<void>;
  /**
   * Updates an organization and merges `onboarding` into the stored answers. Throws `conflict` if the slug is taken.
   */
  update(
    id: string,
    change: Pick<Organization, "name" | "slug"> & { readonly onboarding: Readonly<Record<string, unknown>> },
  ): Promise<void>;
  /**
   * Marks the organization as deleted. Deletes its secrets, credentials, MCP connections, webhooks and queued messages.
   * Archives its projects and cancels their builds.
   * Returns the IDs of the sessions that have a queued or running turn.
   */
  markDeleted(id: string): Promise<string[]>;
  find(id: string): Promise<Organization | null>;
  setEgress(id: string, egress: EgressSetting): Promise<void>;
  setBudget(id: string, budget: Budget): Promise<void>;
  setPermissionPolicy(id: string, policy: PermissionPolicy): Promise<void>;
  /** Merges the changes into the stored settings. A null value removes its setting. */
  mergeSettings(id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
}
