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

/** What an organization keeps and allows. The id is `orgId` of `client.me.retrieve()`: a key knows its own organization alone. */
export class OrganizationsResource {
  readonly members: OrganizationMembers;
  readonly secrets: OrganizationSecrets;
  readonly settings: OrganizationSettingsResource;
  readonly egress: OrganizationEgress;
  readonly budget: OrganizationBudget;
  readonly permissionPolicy: OrganizationPermissionPolicy;

  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.members = new OrganizationMembers(transport);
    this.secrets = new OrganizationSecrets(transport);
    this.settings = new OrganizationSettingsResource(transport);
    this.egress = new OrganizationEgress(transport);
    this.budget = new OrganizationBudget(transport);
    this.permissionPolicy = new OrganizationPermissionPolicy(transport);
  }

  /** A key of it is made with `client.apiKeys.create({ organizationId })`. */
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

  /** With its people, keys, secrets and integrations; what runs is stopped. */
  delete(organizationId: string, options?: RequestOptions): APIPromise<OrganizationDeleted> {
    const path = pathOf`/v1/organizations/${organizationId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

/** Values that sessions have as environment variables, or that are sent for them. No answer holds a value. */
export class OrganizationSecrets {
  readonly binding: SecretBindings;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.binding = new SecretBindings(transport);
  }

  /** Newest first. */
  list(
    organizationId: string,
    query?: OrganizationSecretQuery | null,
    options?: RequestOptions,
  ): PagePromise<OrganizationSecretList> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  create(
    organizationId: string,
    body: OrganizationSecretCreateBody,
    options?: RequestOptions,
  ): APIPromise<OrganizationSecret> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  retrieve(
    organizationId: string,
    secretId: string,
    options?: RequestOptions,
  ): APIPromise<OrganizationSecret> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Another key, another value, or both; sessions see it from their next turn on. */
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

/** A bound secret is in no sandbox: it is sent in a header to its hosts, from outside. */
export class SecretBindings {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, secretId: string, options?: RequestOptions): APIPromise<SecretBinding> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}/binding`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Binds a secret, or binds it otherwise. */
  update(
    organizationId: string,
    secretId: string,
    body: SecretBindingBody,
    options?: RequestOptions,
  ): APIPromise<SecretBinding> {
    const path = pathOf`/v1/organizations/${organizationId}/secrets/${secretId}/binding`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }

  /** Makes it an environment variable again. */
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

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<OrganizationSettings> {
    const path = pathOf`/v1/organizations/${organizationId}/settings`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Changes what is named; a provider's key is deleted by an empty text. */
  update(
    organizationId: string,
    body: OrganizationSettingsUpdate,
    options?: RequestOptions,
  ): APIPromise<OrganizationSettings> {
    const path = pathOf`/v1/organizations/${organizationId}/settings`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}

/** What sandboxes of the organization may reach. */
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

/** What may be spent on models. */
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

/** What is said to agents that ask before they do something. */
export class OrganizationPermissionPolicy {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<PermissionPolicy> {
    const path = pathOf`/v1/organizations/${organizationId}/permission-policy`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Changes what is named. */
  update(
    organizationId: string,
    body: PermissionPolicyUpdate,
    options?: RequestOptions,
  ): APIPromise<PermissionPolicy> {
    const path = pathOf`/v1/organizations/${organizationId}/permission-policy`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}
