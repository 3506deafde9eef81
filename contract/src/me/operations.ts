import type { Operation } from "../operation.ts";
import { authContext, me } from "./me.ts";

export const meOperations = {
  me: {
    method: "GET",
    path: "/me",
    tier: "npm-0.2.3",
    summary: "Retrieve the owner of the API key",
    status: 200,
    response: me,
  },
  authContext: {
    method: "GET",
    path: "/auth/context",
    tier: "v1",
    summary: "Retrieve the caller's user, organization and role",
    status: 200,
    response: authContext,
  },
} as const satisfies Record<string, Operation>;
