import { type PermissionKind, permissionKinds } from "@tembo/contract/permission-kinds";
import {
  getOrganization,
  type PermissionDecision,
  type PermissionPolicy,
  type PermissionRule,
} from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

export interface PermissionPolicyChange {
  readonly rules?: { readonly [K in PermissionKind]?: PermissionRule | undefined } | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly onTimeout?: PermissionDecision | undefined;
}

/**
 * Maximum timeout of a permission request. A request also expires when its turn ends, and the default time limit of a
 * turn is shorter.
 */
const maxTimeoutSeconds = 86_400;

/**
 * Changes the given fields of the policy. The change applies to turn attempts that start afterward. Throws
 * `invalid_input` if the timeout is not between a second and a day, or `not_found` if the organization does not exist.
 */
export async function setPermissionPolicy(
  ports: Pick<SessionsPorts, "store">,
  organizationId: string,
  change: PermissionPolicyChange,
): Promise<PermissionPolicy> {
  const { timeoutSeconds } = change;
  if (timeoutSeconds !== undefined && !(timeoutSeconds >= 1 && timeoutSeconds <= maxTimeoutSeconds)) {
    throw new AppError("invalid_input", `"timeoutSeconds" must be from 1 to ${maxTimeoutSeconds}.`, {
      field: "timeoutSeconds",
    });
  }
  return ports.store.transaction(async (tx) => {
    // Two admins may change different rules at the same time.
    await tx.organizations.lock(organizationId);
    const { permissionPolicy: before } = await getOrganization(tx, organizationId);
    const policy: PermissionPolicy = {
      rules: rulesAfter(before.rules, change.rules),
      timeoutSeconds: timeoutSeconds ?? before.timeoutSeconds,
      onTimeout: change.onTimeout ?? before.onTimeout,
    };
    await tx.organizations.setPermissionPolicy(organizationId, policy);
    return policy;
  });
}

function rulesAfter(
  before: PermissionPolicy["rules"],
  change: PermissionPolicyChange["rules"],
): PermissionPolicy["rules"] {
  const rules = { ...before };
  for (const kind of permissionKinds) rules[kind] = change?.[kind] ?? before[kind];
  return rules;
}
