import { assertRequests } from "../testing/assert-requests.ts";

assertRequests([
  ["models.list", (c) => c.models.list({ cursor: "m0" }), "GET /v1/models?cursor=m0"],
  [
    "models.update",
    (c) => c.models.update("z-ai/glm", { enabled: false }),
    "PATCH /v1/models/z-ai%2Fglm",
    { enabled: false },
  ],
  ["runtimes.list", (c) => c.runtimes.list({ limit: 3 }), "GET /v1/runtimes?limit=3"],
]);
