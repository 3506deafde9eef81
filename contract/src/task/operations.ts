import type { Operation } from "../operation.ts";
import { sessionOperations } from "../session/operations.ts";
import { taskList, taskSearch } from "../session/session.ts";

const { sessionCreate, sessionList, sessionSearch } = sessionOperations;

/** Operations on sessions under their earlier name, for the published SDK 0.2.3. */
export const taskOperations = {
  taskCreate: { ...sessionCreate, path: "/task/create", tier: "npm-0.2.3" },
  taskList: { ...sessionList, path: "/task/list", tier: "npm-0.2.3", response: taskList },
  taskSearch: { ...sessionSearch, path: "/task/search", tier: "npm-0.2.3", response: taskSearch },
} as const satisfies Record<string, Operation>;
