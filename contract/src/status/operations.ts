import type { Operation } from "../operation.ts";
import { status } from "./status.ts";

export const statusOperations = {
  statusRetrieve: {
    method: "GET",
    path: "/v1/status",
    tier: "tembo",
    summary: "Retrieve the state of the installation",
    description:
      "Returns processes, machines, queues, storage and keys, for operators. Requires an admin. Admins of other organizations than the first one receive only the figures of their own organization.",
    status: 200,
    response: status,
  },
} as const satisfies Record<string, Operation>;
