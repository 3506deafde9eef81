import type { Operation } from "../operation.ts";
import { organizationParams } from "../organization/organization.ts";
import * as policy from "../permission/permission-policy.ts";
import * as plan from "../plan/plan.ts";
import { sessionParams } from "../session/session.ts";
import { askListQuery } from "./ask.ts";
import * as permission from "./permission.ts";
import * as question from "./question.ts";

/** Decisions that people make during the work of a session and after its planning. */
export const decisionOperations = {
  organizationPermissionPolicyRetrieve: {
    method: "GET",
    path: "/v1/organizations/{organizationId}/permission-policy",
    tier: "tembo",
    summary: "Retrieve what is said to agents that ask before they do something",
    params: organizationParams,
    status: 200,
    response: policy.permissionPolicy,
  },
  organizationPermissionPolicyUpdate: {
    method: "PATCH",
    path: "/v1/organizations/{organizationId}/permission-policy",
    tier: "tembo",
    summary: "Change what is said to agents that ask, from the next turn of each session on",
    params: organizationParams,
    body: policy.permissionPolicyUpdate,
    status: 200,
    response: policy.permissionPolicy,
  },
  sessionPermissionList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/permissions",
    tier: "tembo",
    summary: "List what agents of a session asked to be allowed, newest first",
    params: sessionParams,
    query: askListQuery,
    status: 200,
    response: permission.permissionList,
  },
  sessionPermissionAnswer: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/permissions/{permissionId}",
    tier: "tembo",
    summary: "Allow or deny what an agent asks for",
    params: permission.permissionParams,
    body: permission.permissionAnswerBody,
    status: 200,
    response: permission.permission,
  },
  sessionQuestionList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/questions",
    tier: "tembo",
    summary: "List the questions that agents of a session asked, newest first",
    params: sessionParams,
    query: askListQuery,
    status: 200,
    response: question.questionList,
  },
  sessionQuestionAnswer: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/questions/{questionId}",
    tier: "tembo",
    summary: "Answer a question of an agent",
    params: question.questionParams,
    body: question.questionAnswerBody,
    status: 200,
    response: question.question,
  },
  sessionPlanRetrieve: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/plan",
    tier: "tembo",
    summary: "Retrieve the newest plan of a session",
    params: sessionParams,
    status: 200,
    response: plan.plan,
  },
  sessionPlanUpdate: {
    method: "PATCH",
    path: "/v1/sessions/{sessionId}/plan",
    tier: "tembo",
    summary: "Edit the newest plan of a session",
    params: sessionParams,
    body: plan.planUpdateBody,
    status: 200,
    response: plan.plan,
  },
  sessionPlanApprove: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/plan/approve",
    tier: "tembo",
    summary: "Have the newest plan of a session carried out",
    params: sessionParams,
    body: plan.planApproveBody,
    status: 200,
    response: plan.plan,
  },
  sessionPlanReject: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/plan/reject",
    tier: "tembo",
    summary: "Send the newest plan of a session back with what is wrong with it",
    params: sessionParams,
    body: plan.planRejectBody,
    status: 200,
    response: plan.plan,
  },
} as const satisfies Record<string, Operation>;
