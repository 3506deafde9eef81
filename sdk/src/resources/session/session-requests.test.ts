import { assertRequests } from "../../testing/assert-requests.ts";

assertRequests([
  ["session.create", (c) => c.session.create({ prompt: "p" }), "POST /session/create", { prompt: "p" }],
  ["session.list", (c) => c.session.list({ page: 2, limit: 5 }), "GET /session/list?page=2&limit=5"],
  ["session.list without a query", (c) => c.session.list(), "GET /session/list"],
  ["session.search", (c) => c.session.search({ q: "a&b ü" }), "GET /session/search?q=a%26b+%C3%BC"],
  ["session.retrieve", (c) => c.session.retrieve("s1"), "GET /v1/sessions/s1"],
  ["session.stop", (c) => c.session.stop("s1"), "POST /session/s1/stop"],
  [
    "session.keepAlive",
    (c) => c.session.keepAlive("s1", 30),
    "POST /v1/sessions/s1/keep-alive",
    { minutes: 30 },
  ],
  ["session.retrieveKeepAlive", (c) => c.session.retrieveKeepAlive("s1"), "GET /v1/sessions/s1/keep-alive"],
  [
    "session.listEvents",
    (c) => c.session.listEvents("s1", { cursor: 3, limit: 1 }),
    "GET /v1/sessions/s1/events?cursor=3&limit=1",
  ],
  [
    "session.messages.create",
    (c) => c.session.messages.create("s1", { content: "more" }),
    "POST /session/s1/messages",
    { content: "more" },
  ],
  [
    "session.diffs.list",
    (c) => c.session.diffs.list("s1", { hasChanges: true }),
    "GET /v1/sessions/s1/diffs?hasChanges=true",
  ],
  ["session.diffs.retrieve", (c) => c.session.diffs.retrieve("s1", "d1"), "GET /v1/sessions/s1/diffs/d1"],
  ["task.create", (c) => c.task.create({ prompt: "p" }), "POST /task/create", { prompt: "p" }],
  ["task.list", (c) => c.task.list({ limit: 1 }), "GET /task/list?limit=1"],
  ["task.search", (c) => c.task.search({ q: "x" }), "GET /task/search?q=x"],
  [
    "sessions.create",
    (c) => c.sessions.create({ description: "p" }),
    "POST /v1/sessions",
    { description: "p" },
  ],
  [
    "sessions.list",
    (c) => c.sessions.list({ search: "x", state: "active" }),
    "GET /v1/sessions?search=x&state=active",
  ],
  [
    "sessions.list of several",
    (c) => c.sessions.list({ repositoryIds: ["a", "b"], states: ["queued"], harnesses: ["pi"] }),
    "GET /v1/sessions?repositoryIds=a&repositoryIds=b&states=queued&harnesses=pi",
  ],
  [
    "sessions.update",
    (c) => c.sessions.update("s1", { title: "t" }),
    "PATCH /v1/sessions/s1",
    { title: "t" },
  ],
  ["sessions.delete", (c) => c.sessions.delete("s1"), "DELETE /v1/sessions/s1"],
  ["sessions.fork", (c) => c.sessions.fork("s1"), "POST /v1/sessions/s1/fork", {}],
  ["sessions.sources.list", (c) => c.sessions.sources.list(), "GET /v1/sessions/sources"],
  ["sessions.sources.retrieve", (c) => c.sessions.sources.retrieve("x1"), "GET /v1/sessions/sources/x1"],
  [
    "sessions.events.list",
    (c) => c.sessions.events.list("s1", { limit: 2 }),
    "GET /v1/sessions/s1/events?limit=2",
  ],
  [
    "session.files.list",
    (c) => c.session.files.list("s1", { search: "a" }),
    "GET /v1/sessions/s1/files?search=a",
  ],
  ["session.files.retrieve", (c) => c.session.files.retrieve("s1", "f1"), "GET /v1/sessions/s1/files/f1"],
]);
