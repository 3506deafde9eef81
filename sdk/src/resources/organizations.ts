import type { RequestOptions } from "../options.ts";
import type { OrganizationSecretQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Budget,
  Deleted,
  EgressSetting,
  EgressSettingBody,
  Organization,
  OrganizationCreateBody,
  OrganizationDeleted,
  OrganizationSecret,
  OrganizationSecretCreateBody,
  OrganizationSecretList,
  OrganizationSecretUpdateBody,
  OrganizationSettings,
  OrganizationSettingsUpdate,
  OrganizationUpdateBody,
  PermissionPolicy,
  PermissionPolicyUpdate,
  SecretBinding,
  SecretBindingBody,
} from "../types.ts";
import { OrganizationMembers } from "./members.ts";
import { OrganizationMailServer } from "./notifications.ts";

/** Organizations. `client.me.retrieve()` returns the ID as `orgId`. A key has access only to its own organization. */
export class OrganizationsResource {
  readonly members: OrganizationMembers;
  readonly secrets: OrganizationSecrets;
  readonly settings: OrganizationSettingsResource;
  readonly egress: OrganizationEgress;
  readonly budget: OrganizationBudget;
  readonly mailServer: OrganizationMailServer;
  readonly permissionPolicy: OrganizationPermissionPolicy;

  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.members = new OrganizationMembers(transport);
    this.secrets = new OrganizationSecrets(transport);
    this.settings = new OrganizationSettingsResource(transport);
    this.egress = new OrganizationEgress(transport);
    this.budget = new OrganizationBudget(transport);
    this.mailServer = new OrganizationMailServer(transport);
    this.permissionPolicy = new OrganizationPermissionPolicy(transport);
  }

  /** Creates an organization. Create a key for it with `client.apiKeys.create({ organizationId })`. */
  create(body: OrganizationCreateBody, options?: RequestOptions): APIPromise<Organization> {
    return this.#transport.json({ method: "POST", path: "/v1/organizations", body }, options);
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<Organization> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/organizations/${organizationId}` },
      options,
    );
  }

  update(
    organizationId: string,
    body: OrganizationUpdateBody,
    options?: RequestOptions,
  ): APIPromise<Organization> {
    const path = pathOf`/v1/organizations/${organizationId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Deletes the organization with its members, keys, secrets and integrations, and stops its running sessions. */
  delete(organizationId: string, options?: RequestOptions): APIPromise<OrganizationDeleted> {
    const path = pathOf`/v1/organizations/${organizationId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

/**
 * Secrets of an organization. Sessions receive them as environment variables, or Tembo adds them to outgoing requests.
 * No response contains a secret's value.
 */
export class OrganizationSecrets {
  readonly binding: SecretBindings;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.binding = new SecretBindings(transport);
  }

  /** Lists secrets, newest first. */
  list(
    organizationId: string,
    query?: OrganizationSecretQuery | null,
    options?: RequestOptions,
  ): PagePromise<OrganizationSecretList> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Stores a secret. The response does not contain its value. */
  create(
    organizationId: string,
    body: OrganizationSecretCreateBody,
    options?: RequestOptions,
  ): APIPromise<OrganizationSecret> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  /** Returns a secret without its value. */
  retrieve(
    organizationId: string,
    secretId: string,
    options?: RequestOptions,
  ): APIPromise<OrganizationSecret> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Changes the secret's key, its value or both. Each session uses the change starting with its next turn. */
  update(
    organizationId: string,
    secretId: string,
    body: OrganizationSecretUpdateBody,
    options?: RequestOptions,
  ): APIPromise<OrganizationSecret> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  delete(organizationId: string, secretId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

/**
 * Header injection rules of secrets. A secret with a rule never enters a sandbox. Instead, the server adds the secret
 * to a header of requests to the rule's hosts.
 */
export class SecretBindings {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, secretId: string, options?: RequestOptions): APIPromise<SecretBinding> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}/binding`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Creates or replaces the header injection rule of a secret. */
  update(
    organizationId: string,
    secretId: string,
    body: SecretBindingBody,
    options?: RequestOptions,
  ): APIPromise<SecretBinding> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}/binding`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }

  /** Deletes the rule. Sessions then receive the secret as an environment variable. */
  delete(organizationId: string, secretId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}/binding`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

export class OrganizationSettingsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the settings. Unset settings have their default values. */
  retrieve(organizationId: string, options?: RequestOptions): APIPromise<OrganizationSettings> {
    const path = pathOf`/v1/organizations/${organizationId}/settings`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Updates the settings that `body` contains. An empty string or null deletes a credential. */
  update(
    organizationId: string,
    body: OrganizationSettingsUpdate,
    options?: RequestOptions,
  ): APIPromise<OrganizationSettings> {
    const path = pathOf`/v1/organizations/${organizationId}/settings`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}

/** Network access of the organization's sandboxes. */
export class OrganizationEgress {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<EgressSetting> {
    const path = pathOf`/v1/organizations/${organizationId}/egress`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  update(
    organizationId: string,
    body: EgressSettingBody,
    options?: RequestOptions,
  ): APIPromise<EgressSetting> {
    const path = pathOf`/v1/organizations/${organizationId}/egress`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }
}

/** The organization's spending limits for models. */
export class OrganizationBudget {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<Budget> {
    const path = pathOf`/v1/organizations/${organizationId}/budget`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  update(organizationId: string, body: Budget, options?: RequestOptions): APIPromise<Budget> {
    const path = pathOf`/v1/organizations/${organizationId}/budget`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }
}

/** The organization's policy for agents' permission requests. */
export class OrganizationPermissionPolicy {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<PermissionPolicy> {
    const path = pathOf`/v1/organizations/${organizationId}/permission-policy`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Updates the fields that `body` contains. */
  update(
    organizationId: string,
    body: PermissionPolicyUpdate,
    options?: RequestOptions,
  ): APIPromise<PermissionPolicy> {
    const path = pathOf`/v1/organizations/${organizationId}/permission-policy`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}
