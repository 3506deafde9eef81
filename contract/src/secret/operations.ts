import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import { organizationParams } from "../organization/organization.ts";
import * as secret from "./secret.ts";

/** Secrets of an organization. */
export const secretOperations = {
  organizationSecretList: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/secrets",
    tier: "v1",
    summary: "List the secrets of the organization, newest first, without their values",
    params: organizationParams,
    query: secret.organizationSecretListQuery,
    status: 200,
    response: secret.organizationSecretList,
  },
  organizationSecretCreate: {
    method: "POST",
    path: "/v1/organizations/{organizationId}/secrets",
    tier: "v1",
    summary: "Keep a secret; its value is never shown",
    params: organizationParams,
    body: secret.organizationSecretCreateBody,
    status: 201,
    response: secret.organizationSecret,
  },
  organizationSecretRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}",
    tier: "v1",
    summary: "Retrieve a secret, without its value",
    params: secret.organizationSecretParams,
    status: 200,
    response: secret.organizationSecret,
  },
  organizationSecretUpdate: {
    method: "PATCH",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}",
    tier: "v1",
    summary: "Change the key or the value of a secret",
    params: secret.organizationSecretParams,
    body: secret.organizationSecretUpdateBody,
    status: 200,
    response: secret.organizationSecret,
  },
  secretBindingUpdate: {
    method: "PUT",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}/binding",
    tier: "tembo",
    summary: "Keep a secret out of sandboxes, and send it to hosts in a header instead",
    params: secret.organizationSecretParams,
    body: secret.secretBinding,
    status: 200,
    response: secret.secretBinding,
  },
  secretBindingRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}/binding",
    tier: "tembo",
    summary: "Retrieve where a secret is sent",
    params: secret.organizationSecretParams,
    status: 200,
    response: secret.secretBinding,
  },
  secretBindingDelete: {
    method: "DELETE",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}/binding",
    tier: "tembo",
    summary: "Make a bound secret an environment variable again",
    params: secret.organizationSecretParams,
    status: 200,
    response: deleted,
  },
  organizationSecretDelete: {
    method: "DELETE",
    path: "/v1/organizations/{organizationId}/secrets/{secretId}",
    tier: "v1",
    summary: "Delete a secret",
    params: secret.organizationSecretParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
