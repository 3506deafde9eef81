import { assertRequests } from "../../testing/assert-requests.ts";

assertRequests([
  ["repository.list", (c) => c.repository.list(), "GET /repository/list"],
  ["repositories.list", (c) => c.repositories.list({ search: "web" }), "GET /v1/repositories?search=web"],
  ["repositories.retrieve", (c) => c.repositories.retrieve("r1"), "GET /v1/repositories/r1"],
  [
    "repositories.create",
    (c) => c.repositories.create({ owner: "me", name: "web" }),
    "POST /v1/repositories",
    { owner: "me", name: "web" },
  ],
  [
    "repositories.update",
    (c) => c.repositories.update("r1", { enabled: true }),
    "PATCH /v1/repositories/r1",
    { enabled: true },
  ],
  [
    "integrations.list",
    (c) => c.integrations.list({ type: ["github", "gitlab"], enabled: true }),
    "GET /v1/integrations?type=github&type=gitlab&enabled=true",
  ],
  ["integrations.retrieve", (c) => c.integrations.retrieve("i1"), "GET /v1/integrations/i1"],
  [
    "integrations.create",
    (c) => c.integrations.create({ type: "gitlab", accessToken: "t" }),
    "POST /v1/integrations",
    { type: "gitlab", accessToken: "t" },
  ],
  [
    "integrations.update",
    (c) => c.integrations.update("i1", { settings: { enabled: false } }),
    "PATCH /v1/integrations/i1",
    { settings: { enabled: false } },
  ],
  ["integrations.delete", (c) => c.integrations.delete("i1"), "DELETE /v1/integrations/i1"],
  [
    "integrations.authorize",
    (c) => c.integrations.authorize("i1", { returnUrl: "http://a/b" }),
    "POST /v1/integrations/i1/authorize?returnUrl=http%3A%2F%2Fa%2Fb",
  ],
  ["integrations.test", (c) => c.integrations.test("i1"), "POST /v1/integrations/i1/test"],
  [
    "integrations.sync",
    (c) => c.integrations.sync("i1", { mode: "immediate" }),
    "POST /v1/integrations/i1/sync",
    { mode: "immediate" },
  ],
  ["integrations.sync without a mode", (c) => c.integrations.sync("i1"), "POST /v1/integrations/i1/sync", {}],
  ["integrations.syncAll", (c) => c.integrations.syncAll(), "POST /v1/integrations/sync", {}],
  ["integrations.syncStatus", (c) => c.integrations.syncStatus(), "GET /v1/integrations/sync/status"],
  ["integrations.rateLimit", (c) => c.integrations.rateLimit("i1"), "GET /v1/integrations/i1/rate-limit"],
  [
    "integrations.providers",
    (c) => c.integrations.providers({ limit: 2 }),
    "GET /v1/integrations/providers?limit=2",
  ],
  ["integrations.triggers", (c) => c.integrations.triggers(), "GET /v1/integrations/triggers"],
  [
    "integrations.settings.retrieve",
    (c) => c.integrations.settings.retrieve("i1"),
    "GET /v1/integrations/i1/settings",
  ],
  ["pullRequests.list", (c) => c.pullRequests.list({ state: "open" }), "GET /v1/pull-requests?state=open"],
  ["pullRequests.retrieve", (c) => c.pullRequests.retrieve("p1"), "GET /v1/pull-requests/p1"],
  [
    "deliveries.list",
    (c) => c.deliveries.list({ integrationId: "i1", status: "failed" }),
    "GET /v1/webhook-deliveries?integrationId=i1&status=failed",
  ],
  ["deliveries.retrieve", (c) => c.deliveries.retrieve("w1"), "GET /v1/webhook-deliveries/w1"],
  ["deliveries.replay", (c) => c.deliveries.replay("w1"), "POST /v1/webhook-deliveries/w1/replay"],
]);
