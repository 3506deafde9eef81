import type { RequestOptions } from "../options.ts";
import type { MemberQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  AddressConfirmBody,
  Deleted,
  MemberAccount,
  OrganizationMember,
  OrganizationMemberCreateBody,
  OrganizationMemberList,
  OrganizationMemberUpdateBody,
  SignInList,
} from "../types.ts";

/** Members of an organization and its pending invitations. */
export class OrganizationMembers {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists members, newest first. With `status: "pending"`, lists invitations. */
  list(
    organizationId: string,
    query?: MemberQuery | null,
    options?: RequestOptions,
  ): PagePromise<OrganizationMemberList> {
    const path = pathOf`/v1/organizations/${organizationId}/members`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Invites a member. A person then joins with a link from `client.users.invite`. For a program, create a key with
   * `client.apiKeys.create({ memberId })`.
   */
  create(
    organizationId: string,
    body: OrganizationMemberCreateBody,
    options?: RequestOptions,
  ): APIPromise<OrganizationMember> {
    const path = pathOf`/v1/organizations/${organizationId}/members`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  retrieve(
    organizationId: string,
    memberId: string,
    options?: RequestOptions,
  ): APIPromise<OrganizationMember> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Changes the member's role. */
  update(
    organizationId: string,
    memberId: string,
    body: OrganizationMemberUpdateBody,
    options?: RequestOptions,
  ): APIPromise<OrganizationMember> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /**
   * Removes the member and revokes the member's API keys and sign-ins immediately. Cancels an invitation that is not
   * accepted yet.
   */
  delete(organizationId: string, memberId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }

  /** Returns whether the email address is confirmed, and whether the organization manages the account. */
  retrieveAccount(
    organizationId: string,
    memberId: string,
    options?: RequestOptions,
  ): APIPromise<MemberAccount> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}/account`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /**
   * Confirms on the organization's behalf that the email address belongs to the member. Commits contain only confirmed
   * addresses.
   */
  confirmAddress(
    organizationId: string,
    memberId: string,
    body: AddressConfirmBody,
    options?: RequestOptions,
  ): APIPromise<MemberAccount> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}/verified-address`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }

  /** Lists the member's sign-ins to the organization, newest first. */
  listSignIns(organizationId: string, memberId: string, options?: RequestOptions): APIPromise<SignInList> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}/sign-ins`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Revokes one of the member's sign-ins to the organization. */
  endSignIn(
    organizationId: string,
    memberId: string,
    signInId: string,
    options?: RequestOptions,
  ): APIPromise<Deleted> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}/sign-ins/${signInId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }

  /** Revokes all of the member's sign-ins to the organization. The member's API keys keep working. */
  endSignIns(organizationId: string, memberId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/organizations/${organizationId}/members/${memberId}/sign-ins`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}
