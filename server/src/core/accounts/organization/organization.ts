import type { Budget } from "../usage/usage.ts";
import type { EgressSetting } from "./egress-setting.ts";
import type { PermissionPolicy } from "./permission-policy.ts";

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Unique among the installation's. */
  readonly slug: string | null;
  /** Whether it keeps any: most sessions begin without a look at them. */
  readonly hasSecrets: boolean;
  readonly egress: EgressSetting;
  readonly budget: Budget;
  /** What is said to harnesses that ask. */
  readonly permissionPolicy: PermissionPolicy;
  /** The vendor's settings that were changed; the others have their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** Null until its name, slug or onboarding was changed. */
  readonly updatedAt: Date | null;
}
