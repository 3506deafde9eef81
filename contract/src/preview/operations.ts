import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import * as preview from "./preview.ts";

const shares = "/v1/sessions/{sessionId}/previews/{previewId}/shares";

/** Operations for ports of a session's sandbox that people open in a browser. */
export const previewOperations = {
  previewList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/previews",
    tier: "tembo",
    summary: "List a session's previews, by port",
    params: sessionParams,
    status: 200,
    response: preview.previewList,
  },
  previewCreate: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/previews",
    tier: "tembo",
    summary: "Publish a port of the session's sandbox",
    description:
      "Returns the existing preview if the port is already published, with its name changed if one is given.",
    params: sessionParams,
    body: preview.previewCreateBody,
    status: 200,
    response: preview.preview,
  },
  previewOpen: {
    method: "POST",
    path: "/v1/previews/open",
    tier: "tembo",
    summary: "Create a link that opens a preview in the caller's browser",
    body: preview.previewOpenBody,
    secretAnswer: "repeatable",
    status: 200,
    response: preview.previewLink,
  },
  previewShareList: {
    method: "GET",
    path: shares,
    tier: "tembo",
    summary: "List a preview's share links, newest first",
    description: "Omits expired links.",
    params: preview.previewParams,
    status: 200,
    response: preview.previewShareList,
  },
  previewShareCreate: {
    method: "POST",
    path: shares,
    tier: "tembo",
    summary: "Create a share link, with which people without an account can open the preview",
    params: preview.previewParams,
    body: preview.previewShareCreateBody,
    secretAnswer: "shownOnce",
    status: 201,
    response: preview.previewShareWithUrl,
  },
  previewShareDelete: {
    method: "DELETE",
    path: `${shares}/{previewShareId}`,
    tier: "tembo",
    summary: "Revoke a share link",
    params: preview.previewShareParams,
    status: 200,
    response: deleted,
  },
  previewShareRedeem: {
    method: "POST",
    path: "/v1/previews/redeem",
    tier: "tembo",
    summary: "Exchange the token of a share link for a link that opens the preview",
    isOpen: true,
    body: preview.previewShareRedeemBody,
    secretAnswer: "repeatable",
    status: 200,
    response: preview.previewLink,
  },
  previewDelete: {
    method: "DELETE",
    path: "/v1/sessions/{sessionId}/previews/{previewId}",
    tier: "tembo",
    summary: "Remove a preview and its share links",
    params: preview.previewParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
