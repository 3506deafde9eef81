import { assertRequests } from "../testing/assert-requests.ts";

const body = { name: "Shop", sizes: ["micro" as const] };
const variables = { secrets: [{ key: "TOKEN", value: "sesame-1" }] };

assertRequests([
  ["projects.list", (c) => c.projects.list({ defaultOnly: true }), "GET /v1/projects?defaultOnly=true"],
  ["projects.create", (c) => c.projects.create(body), "POST /v1/projects", body],
  ["projects.retrieve", (c) => c.projects.retrieve("p1"), "GET /v1/projects/p1"],
  [
    "projects.update",
    (c) => c.projects.update("p1", { refresh: true }),
    "PATCH /v1/projects/p1",
    { refresh: true },
  ],
  ["projects.delete", (c) => c.projects.delete("p1"), "DELETE /v1/projects/p1"],
  [
    "projects.updateDefaults",
    (c) => c.projects.updateDefaults({ projectId: "p1", sandboxSize: "small" }),
    "PUT /v1/projects/defaults",
    { projectId: "p1", sandboxSize: "small" },
  ],
  ["projects.builds.list", (c) => c.projects.builds.list("p1"), "GET /v1/projects/p1/builds"],
  ["projects.builds.create", (c) => c.projects.builds.create("p1"), "POST /v1/projects/p1/builds", {}],
  [
    "projects.builds.retrieve",
    (c) => c.projects.builds.retrieve("p1", "b1"),
    "GET /v1/projects/p1/builds/b1",
  ],
  [
    "projects.builds.cancel",
    (c) => c.projects.builds.cancel("p1", "b1"),
    "POST /v1/projects/p1/builds/b1/cancel",
  ],
  [
    "projects.environmentVariables.list",
    (c) => c.projects.environmentVariables.list("p1"),
    "GET /v1/projects/p1/environment-variables",
  ],
  [
    "projects.environmentVariables.create",
    (c) => c.projects.environmentVariables.create("p1", variables),
    "POST /v1/projects/p1/environment-variables",
    variables,
  ],
  [
    "projects.environmentVariables.delete",
    (c) => c.projects.environmentVariables.delete("p1", "TOKEN"),
    "DELETE /v1/projects/p1/environment-variables/TOKEN",
  ],
  ["projects.schedules.list", (c) => c.projects.schedules.list("p1"), "GET /v1/projects/p1/schedules"],
  [
    "projects.schedules.create",
    (c) => c.projects.schedules.create("p1", { cron: "@daily" }),
    "POST /v1/projects/p1/schedules",
    { cron: "@daily" },
  ],
  [
    "projects.schedules.retrieve",
    (c) => c.projects.schedules.retrieve("p1", "s1"),
    "GET /v1/projects/p1/schedules/s1",
  ],
  [
    "projects.schedules.update",
    (c) => c.projects.schedules.update("p1", "s1", { enabled: false }),
    "PATCH /v1/projects/p1/schedules/s1",
    { enabled: false },
  ],
  [
    "projects.schedules.delete",
    (c) => c.projects.schedules.delete("p1", "s1"),
    "DELETE /v1/projects/p1/schedules/s1",
  ],
  ["projects.snapshots.list", (c) => c.projects.snapshots.list("p1"), "GET /v1/projects/p1/snapshots"],
  [
    "projects.snapshots.retrieve",
    (c) => c.projects.snapshots.retrieve("p1", "n1"),
    "GET /v1/projects/p1/snapshots/n1",
  ],
  [
    "projects.snapshots.update",
    (c) => c.projects.snapshots.update("p1", "n1", { pinned: true }),
    "PATCH /v1/projects/p1/snapshots/n1",
    { pinned: true },
  ],
  [
    "projects.snapshots.delete",
    (c) => c.projects.snapshots.delete("p1", "n1"),
    "DELETE /v1/projects/p1/snapshots/n1",
  ],
]);
