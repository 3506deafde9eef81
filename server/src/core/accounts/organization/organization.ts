import type { Budget } from "../usage/usage.ts";
import type { EgressSetting } from "./egress-setting.ts";
import type { PermissionPolicy } from "./permission-policy.ts";

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Unique in the installation. */
  readonly slug: string | null;
  /** True if the organization has any `Secret`. */
  readonly hasSecrets: boolean;
  readonly egress: EgressSetting;
  readonly budget: Budget;
  /** Policy for answering permission requests from harnesses. */
  readonly permissionPolicy: PermissionPolicy;
  /** Settings that the organization has changed. Absent settings have their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** Time of the last change to the name, slug or onboarding answers, or null if there was none. */
  readonly updatedAt: Date | null;
}
