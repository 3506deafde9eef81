import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import { organizationParams } from "../organization/organization.ts";
import { signInList } from "../sign-in/sign-in.ts";
import * as member from "./member.ts";

/** The people of an organization. */
export const memberOperations = {
  memberList: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/members",
    tier: "v1",
    summary: "List the people of the organization, or who was invited, newest first",
    params: organizationParams,
    query: member.memberListQuery,
    status: 200,
    response: member.memberList,
  },
  memberCreate: {
    method: "POST",
    path: "/v1/organizations/{organizationId}/members",
    tier: "v1",
    summary: "Invite a person, who joins with the first API key that is made for them",
    params: organizationParams,
    body: member.memberCreateBody,
    status: 201,
    response: member.organizationMember,
  },
  memberRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/members/{memberId}",
    tier: "v1",
    summary: "Retrieve a person of the organization, or an invitation",
    params: member.memberParams,
    status: 200,
    response: member.organizationMember,
  },
  memberUpdate: {
    method: "PATCH",
    path: "/v1/organizations/{organizationId}/members/{memberId}",
    tier: "v1",
    summary: "Change a role",
    params: member.memberParams,
    body: member.memberUpdateBody,
    status: 200,
    response: member.organizationMember,
  },
  memberAccountRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/members/{memberId}/account",
    tier: "tembo",
    summary: "Tell whether a person's address is confirmed, and whether the organization manages the account",
    params: member.memberParams,
    status: 200,
    response: member.memberAccount,
  },
  memberAddressConfirm: {
    method: "PUT",
    path: "/v1/organizations/{organizationId}/members/{memberId}/verified-address",
    tier: "tembo",
    summary: "Confirm for the organization that an address is the person's",
    params: member.memberParams,
    body: member.addressConfirmBody,
    status: 200,
    response: member.memberAccount,
  },
  memberSignInList: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/members/{memberId}/sign-ins",
    tier: "tembo",
    summary: "List a person's sign-ins to the organization, newest first",
    params: member.memberParams,
    status: 200,
    response: signInList,
  },
  memberSignInDeleteAll: {
    method: "DELETE",
    path: "/v1/organizations/{organizationId}/members/{memberId}/sign-ins",
    tier: "tembo",
    summary: "End a person's sign-ins to the organization",
    params: member.memberParams,
    status: 200,
    response: deleted,
  },
  memberDelete: {
    method: "DELETE",
    path: "/v1/organizations/{organizationId}/members/{memberId}",
    tier: "v1",
    summary: "Remove a person with their keys, or take an invitation back",
    params: member.memberParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
