import type { Operation } from "../operation.ts";
import { me } from "./me.ts";

/** Whoever asks. */
export const meOperations = {
  me: {
    method: "GET",
    path: "/me",
    tier: "npm-0.2.3",
    summary: "Whose key it is",
    status: 200,
    response: me,
  },
} as const satisfies Record<string, Operation>;
