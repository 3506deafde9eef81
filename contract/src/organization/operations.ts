import type { Operation } from "../operation.ts";
import { egressSetting } from "../sandbox/sandbox.ts";
import * as organization from "./organization.ts";

/** What an organization sets and allows. */
export const organizationOperations = {
  organizationSettingsRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/settings",
    tier: "v1",
    summary: "Retrieve the settings of the organization, with defaults for what is not set",
    params: organization.organizationParams,
    status: 200,
    response: organization.organizationSettings,
  },
  organizationSettingsUpdate: {
    method: "PATCH",
    path: "/v1/organizations/{organizationId}/settings",
    tier: "v1",
    summary: "Change settings of the organization",
    params: organization.organizationParams,
    body: organization.organizationSettingsUpdate,
    status: 200,
    response: organization.organizationSettings,
  },
  organizationEgressRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/egress",
    tier: "tembo",
    summary: "Retrieve what sandboxes of the organization may reach",
    params: organization.organizationParams,
    status: 200,
    response: egressSetting,
  },
  organizationEgressUpdate: {
    method: "PUT",
    path: "/v1/organizations/{organizationId}/egress",
    tier: "tembo",
    summary: "Set what sandboxes of the organization may reach",
    params: organization.organizationParams,
    body: egressSetting,
    status: 200,
    response: egressSetting,
  },
  organizationBudgetRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/budget",
    tier: "tembo",
    summary: "Retrieve what may be spent on models",
    params: organization.organizationParams,
    status: 200,
    response: organization.budget,
  },
  organizationBudgetUpdate: {
    method: "PUT",
    path: "/v1/organizations/{organizationId}/budget",
    tier: "tembo",
    summary: "Set what may be spent on models",
    params: organization.organizationParams,
    body: organization.budget,
    status: 200,
    response: organization.budget,
  },
} as const satisfies Record<string, Operation>;
