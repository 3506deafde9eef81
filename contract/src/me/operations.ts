import type { Operation } from "../operation.ts";
import { authContext, me } from "./me.ts";

/** The caller. */
export const meOperations = {
  me: {
    method: "GET",
    path: "/me",
    tier: "npm-0.2.3",
    summary: "Whose key it is",
    status: 200,
    response: me,
  },
  authContext: {
    method: "GET",
    path: "/auth/context",
    tier: "v1",
    summary: "Who the key's person is in its organization",
    status: 200,
    response: authContext,
  },
} as const satisfies Record<string, Operation>;
