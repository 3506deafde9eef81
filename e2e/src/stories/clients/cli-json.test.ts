import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildProgram, runTembo } from "../../../../cli/src/program.ts";
import { sessionIn, startFakeApi } from "../../../../cli/src/testing/fake-api.ts";
import { forgeProviders } from "../../../../cli/src/testing/forge-providers.ts";
import { createRecordingTerminal } from "../../../../cli/src/testing/recording-terminal.ts";
import { linuxMachine, testWorld } from "../../../../cli/src/testing/test-world.ts";
import { API_KEY, startWorld, type World } from "../../support/index.ts";

let world: World;
let folder: string;
/** ID of an idle session with a plan. */
let planned: string;

before(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "tembo-json-"));
  await writeFile(
    join(folder, "SKILL.md"),
    "---\nname: greet\ndescription: How to greet.\n---\nSay hello.\n",
  );
  await writeFile(slowScript(), "sleep 600\n");
  const { url } = await world.repository("json/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Plan. SCRIPT(read("a.txt"), say("# Write b\\n\\nFirst a, then b."))',
    repositories: [url],
    agentOptions: { mode: "planning" },
  });
  planned = session.id;
  await world.ended(planned);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await world.close();
});

/** Runs a command with `--json` in this process. Returns its parsed output. */
async function json(url: string, args: readonly string[], input = ""): Promise<unknown> {
  const terminal = createRecordingTerminal(null, input);
  const env = {
    TEMBO_BASE_URL: url,
    TEMBO_API_KEY: API_KEY,
    XDG_CONFIG_HOME: folder,
    PATH: process.env.PATH,
  };
  const status = await runTembo(["--json", ...args], {
    env,
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => ({
      runStart: async () => {},
      runServer: async () => {},
      runWorker: async () => {},
      runWorkerToken: async () => workerToken,
      listHarnesses: async () => [
        { name: "codex", displayName: "Codex", version: "1", defaultModel: "gpt", isInstalled: true },
      ],
      installHarness: async () => {},
      listMachines: async () => [],
      drainWorkers: async () => ({ machineId: "m", workerIds: [] }),
      listUnsavedSessions: async () => [],
      resetPersonPassword: async (_env, email) => ({ email, password: "generated" }),
      writeSupportBundle: async (_env, { file }) => ({ file, bytes: 1, contains: [], omits: [] }),
      printService: async () => "[Unit]\n",
      installService: async () => installedService,
      uninstallService: async () => installedService,
      listServices: async () => [{ unit: "tembo.service", state: "active", isEnabled: true }],
      planUpgrade: async () => upgradePlan,
      runUpgrade: async () => upgraded,
      runUpgradeBack: async () => ({ backup: "b.tar", version: null, migration: null, kept: null }),
      rotateMaster: async () => ({ rewrapped: 1, isResumed: false }),
      runBackup: async () => backupResult,
      runRestore: async () => backupResult,
    }),
    loadDoctor: async () => ({ runDoctor: async () => ({ checks: [], server: null }) }),
  });
  const what = `tembo ${args.join(" ")}`;
  assert.equal(status, 0, `${what}: ${terminal.notes.join("\n")}`);
  assert.equal(terminal.text(), "", `${what} prints more than JSON`);
  assert.ok(terminal.documents.length > 0, `${what} prints no JSON`);
  return terminal.documents[0];
}

const workerToken = { token: "tembo_join_x", expiresAt: "2026-01-02T03:04:05.678Z", url: null };
const installedService = { unit: "tembo.service", file: "/etc/systemd/system/tembo.service" };
const upgradePlan = {
  ...{ from: null, to: "0.2.0", dataDir: "/data", newestApplied: null, pending: ["0001-initial.sql"] },
  ...{ keepsPrevious: false, running: [] },
};
const upgraded = {
  ...{ backup: "b.tar", migrations: ["0001-initial.sql"], rows: { sessions: 1 }, database: "PostgreSQL" },
  durations: { backupMs: 1, migrationsMs: 1, verificationMs: 1 },
  ...{ keepsPrevious: false },
};
const backupResult = {
  ...{ file: "tembo.tar", bytes: 1, hasDatabase: true, hasMasterKey: false, blobs: null },
  omitted: { unreadable: 0, tooLong: 0, examples: [] },
};

type Ids = Record<string, string>;
type Program = ReturnType<typeof buildProgram>["program"];

interface Step {
  readonly run: (ids: Ids) => string[];
  /** Name under which an ID in the command's output is stored for later commands. */
  readonly as?: string;
  /** Field with that ID (default: `id` or `artifactId`). */
  readonly field?: string;
  readonly input?: string;
}

/** Commands in an order that works on a real server. */
const onAServer: readonly Step[] = [
  { run: () => ["login", "--profile", "one"], input: `${API_KEY}\n` },
  { run: () => ["whoami"] },
  { run: () => ["profile", "list"] },
  { run: () => ["profile", "use", "one"] },
  { run: () => ["logout"] },
  { run: () => ["doctor"] },
  { run: () => ["backup", "tembo.tar"] },
  { run: () => ["restore", "tembo.tar"] },
  { run: () => ["reset-password", "ada@example.com"] },
  { run: () => ["support-bundle"] },
  { run: () => ["service", "install", "--print"] },
  { run: () => ["service", "install", "worker"] },
  { run: () => ["service", "status"] },
  { run: () => ["service", "uninstall", "worker"] },
  { run: () => ["upgrade"] },
  { run: () => ["upgrade", "--back"] },
  { run: () => ["worker", "token"] },
  { run: () => ["worker", "list"] },
  { run: () => ["worker", "drain", "--wait"] },
  { run: () => ["harness", "list"] },
  { run: () => ["harness", "install", "codex"] },
  { run: () => ["model", "list"] },
  ...["enable", "disable"].map((word) => ({ run: () => ["model", word, "claude-opus-4-5"] })),
  { run: () => ["model", "route", "claude-opus-4-5", "default"] },
  { run: () => ["model", "enable", "claude-opus-4-5"] },
  { run: () => ["model", "test", "anthropic"] },
  { run: () => ["repo", "list"] },
  { run: () => ["repo", "set", "json/app", "--base", "default"] },
  { run: () => ["repo", "disable", "json/app"] },
  { run: () => ["repo", "enable", "json/app"] },
  { run: () => ["session", "create", "Later", "--draft", "--repo", "json/app"], as: "draft" },
  { run: () => ["session", "create", 'SCRIPT(say("Tried."))', "--attempts", "2"], as: "attempt" },
  { run: ({ attempt = "" }) => ["session", "attempts", attempt] },
  { run: ({ attempt = "" }) => ["session", "keep", attempt] },
  { run: () => ["session", "list"] },
  { run: () => ["session", "list", "--search", "Later"] },
  { run: () => ["open"] },
  { run: ({ planned = "" }) => ["session", "watch", planned] },
  ...["show", "diff", "files", "queue"].map((word) => ({
    run: ({ draft = "" }: Ids) => ["session", word, draft],
  })),
  { run: ({ draft = "" }) => ["session", "rename", draft, "Much later"] },
  { run: ({ draft = "" }) => ["session", "pin", draft] },
  { run: ({ draft = "" }) => ["session", "unpin", draft] },
  ...["archive", "unarchive"].map((word) => ({ run: ({ draft = "" }: Ids) => ["session", word, draft] })),
  { run: () => ["session", "list", "--archived"] },
  { run: ({ draft = "" }) => ["session", "keep-alive", draft, "0"] },
  { run: ({ planned = "" }) => ["session", "fork", planned], as: "fork" },
  { run: ({ fork = "" }) => ["session", "stop", fork] },
  { run: ({ fork = "" }) => ["session", "delete", fork] },
  { run: ({ planned = "" }) => ["plan", "show", planned], as: "plan" },
  { run: ({ planned = "" }) => ["plan", "edit", planned, '# b\n\nSCRIPT(say("Done."))'] },
  { run: ({ planned = "" }) => ["plan", "approve", planned] },
  { run: ({ draft = "" }) => ["session", "message", draft, 'SCRIPT(say("Begun."))'] },
  { run: () => ["permission", "policy", "show"] },
  { run: () => ["permission", "policy", "set", "--timeout", "60"] },
  { run: () => ["secret", "set", "TOKEN"], input: "value-of-it\n" },
  { run: () => ["secret", "list"] },
  { run: () => ["secret", "bind", "TOKEN", "--host", "a.example"] },
  { run: () => ["secret", "show", "TOKEN"] },
  { run: () => ["secret", "unbind", "TOKEN"] },
  { run: () => ["secret", "delete", "TOKEN"] },
  { run: () => ["skill", "add", folder] },
  { run: () => ["skill", "list"] },
  { run: () => ["skill", "list", "--source", "repository", "--repo", "json/app"] },
  { run: () => ["skill", "show", "greet"] },
  { run: () => ["skill", "remove", "greet"] },
  { run: () => ["mcp", "add", "files", "--env", "A=1", "mcp-files"] },
  { run: () => ["mcp", "list"] },
  { run: () => ["mcp", "set", "files", "--name", "docs", "--env", "B=2", "--remove-env", "A"] },
  { run: () => ["mcp", "show", "docs"] },
  { run: () => ["mcp", "remove", "docs"] },
  { run: () => ["egress", "set", "none"] },
  { run: () => ["egress", "show"] },
  { run: () => ["budget", "set", "--month-usd", "none"] },
  { run: () => ["budget", "show"] },
  { run: () => ["notification", "set", "end", "--email", "on"] },
  { run: () => ["notification", "quiet-hours"] },
  { run: () => ["notification", "show"] },
  { run: () => ["mail-server", "set", "127.0.0.1", "tembo@example.com", "--security", "none"] },
  { run: () => ["mail-server", "show"] },
  { run: () => ["mail-server", "delete"] },
  { run: () => ["status"] },
  { run: () => ["usage"] },
  { run: () => ["usage", "--by", "harness"] },
  { run: () => ["key", "create", "ci"], as: "key" },
  { run: () => ["key", "list"] },
  { run: () => ["user", "invite", "newcomer@example.com"] },
  { run: ({ key = "" }) => ["key", "rename", key, "other"] },
  { run: ({ key = "" }) => ["key", "revoke", key] },
  { run: () => ["key", "rotate-master"] },
  { run: () => ["settings", "get"] },
  { run: () => ["settings", "set", "draftPrs", "true"] },
  { run: () => ["settings", "unset", "draftPrs"] },
  { run: () => ["settings", "set", "openrouterApiKey"], input: "sk-or\n" },
  { run: () => ["settings", "set", "--user", "followUpBehavior", "steer"] },
  { run: () => ["settings", "get", "--user", "followUpBehavior"] },
  { run: () => ["member", "add", "ada@example.com"] },
  { run: () => ["member", "list"] },
  { run: () => ["member", "role", "ada@example.com", "admin"] },
  ...["confirm", "sign-ins", "sign-out"].map((word) => ({
    run: () => ["member", word, "admin@users.noreply.localhost"],
  })),
  { run: () => ["member", "remove", "ada@example.com"] },
  { run: () => ["audit"] },
  { run: () => ["agent", "create", "Old", 'SCRIPT(say("Updated."))', "--repo", "json/app"], as: "agent" },
  { run: () => ["agent", "create", "--copy-of", "Old"], as: "copy" },
  { run: ({ copy = "" }) => ["agent", "delete", copy] },
  { run: () => ["agent", "list"] },
  { run: () => ["agent", "show", "Old"] },
  { run: () => ["agent", "update", "Old", "Update two.", "--key", "old"] },
  ...["disable", "archive", "unarchive", "enable"].map((word) => ({ run: () => ["agent", word, "Old"] })),
  { run: () => ["agent", "schedule", "add", "Old", "0 9 * * 1"], as: "schedule" },
  { run: () => ["agent", "schedule", "list", "Old"] },
  { run: ({ schedule = "" }) => ["agent", "schedule", "set", "Old", schedule, "0 8 * * 1"] },
  { run: ({ schedule = "" }) => ["agent", "schedule", "remove", "Old", schedule] },
  { run: () => ["agent", "trigger", "kinds"] },
  { run: () => ["agent", "trigger", "add", "Old", "github.pull_request.opened"], as: "trigger" },
  { run: () => ["agent", "trigger", "list", "Old"] },
  { run: ({ trigger = "" }) => ["agent", "trigger", "set", "Old", trigger, "github.pull_request.opened"] },
  { run: ({ trigger = "" }) => ["agent", "trigger", "remove", "Old", trigger] },
  { run: () => ["agent", "policy", "Old", "--overlap", "queue", "--pause-after", "never"] },
  { run: () => ["agent", "templates"] },
  { run: () => ["agent", "templates", "securityScan"] },
  { run: () => ["agent", "revisions", "Old"] },
  { run: () => ["agent", "revisions", "Old", "1"] },
  { run: () => ["agent", "restore", "Old", "1"] },
  { run: () => ["agent", "run", "Old", "--payload", '{"package":"left-pad"}'] },
  { run: () => ["agent", "runs", "Old"] },
  {
    run: () => ["project", "create", "Web", "--repo", "json/app", "--machine", "--service", "db=sleep 600"],
    as: "project",
  },
  { run: () => ["session", "create", "Later", "--draft", "--project", "Web"], as: "served" },
  { run: ({ served = "" }) => ["session", "services", served] },
  { run: ({ served = "" }) => ["session", "logs", served, "db"] },
  { run: () => ["project", "list"] },
  { run: () => ["project", "show", "Web"] },
  { run: () => ["project", "update", "Web", "--description", "The web client."] },
  { run: () => ["project", "variable", "set", "Web", "NPM_TOKEN"], input: "value-of-it\n" },
  { run: () => ["project", "variable", "list", "Web"] },
  { run: () => ["project", "variable", "unset", "Web", "NPM_TOKEN"] },
  { run: () => ["project", "schedule", "add", "Web", "0 6 * * *"], as: "buildSchedule" },
  { run: () => ["project", "schedule", "list", "Web"] },
  {
    run: ({ buildSchedule = "" }) => [
      "project",
      "schedule",
      "set",
      "Web",
      buildSchedule,
      "--cron",
      "0 7 * * *",
    ],
  },
  ...["disable", "enable"].map((word) => ({
    run: ({ buildSchedule = "" }: Ids) => ["project", "schedule", word, "Web", buildSchedule],
  })),
  { run: () => ["project", "build", "Web", "--follow"] },
  { run: () => ["project", "builds", "Web"] },
  { run: () => ["project", "logs", "Web"] },
  { run: () => ["project", "build", "show", "Web"], as: "environment", field: "snapshotId" },
  { run: () => ["project", "snapshots", "Web"] },
  ...["pin", "unpin"].map((word) => ({
    run: ({ environment = "" }: Ids) => ["project", "snapshot", word, "Web", environment],
  })),
  { run: ({ environment = "" }) => ["project", "snapshot", "rename", "Web", environment, "First"] },
  { run: () => ["project", "snapshot", "delete", "Web", "First"] },
  { run: () => ["project", "defaults", "--size", "medium", "--project", "Web"] },
  { run: () => ["project", "update", "Web", "--setup-script", slowScript()] },
  { run: () => ["project", "build", "Web"] },
  { run: () => ["project", "cancel", "Web"] },
  { run: () => ["project", "delete", "Web"] },
  { run: () => ["artifact", "list", "--type", "Plan"] },
  { run: ({ plan = "" }) => ["artifact", "show", plan] },
  { run: ({ plan = "" }) => ["artifact", "download", plan, "--to", join(folder, "plan.md")] },
  { run: ({ draft = "" }) => ["artifact", "create", draft, join(folder, "plan.md")], as: "note" },
  { run: ({ note = "" }) => ["artifact", "delete", note] },
  { run: () => ["webhook", "create", "https://hooks.example.com/in", "--event", "session.*"], as: "webhook" },
  { run: () => ["webhook", "list"] },
  { run: ({ webhook = "" }) => ["webhook", "deliveries", webhook] },
  { run: ({ webhook = "" }) => ["webhook", "delete", webhook] },
  { run: () => ["pr", "list"] },
  { run: () => ["delivery", "list"] },
  { run: () => ["integration", "list"] },
  { run: () => ["completion", "bash"] },
];

/** Path of a setup script that runs until the build is canceled. */
const slowScript = () => join(folder, "slow.sh");

/** Commands that this test does not run, with the reason or the test that covers them. */
const elsewhere: Readonly<Record<string, string>> = {
  start: "runs until it is stopped",
  server: "runs until it is stopped",
  worker: "runs until it is stopped",
  mcp: "carries a protocol on its output",
  complete: "for shells alone",
  "repo add": "cli.test.ts",
  "session apply": "apply-session.test.ts",
  "session replay": "replay-session.test.ts",
  "session terminal": "cli-terminal.test.ts",
  "plan reject": "prints as plan approve does",
};

test("every command that prints data prints only one JSON document with --json", async (t) => {
  const ids: Ids = { planned };
  const seen = new Set<string>();
  for (const { run, as, field, input } of onAServer) {
    const args = run(ids);
    await t.test(args.slice(0, 4).join(" "), async () => {
      seen.add(commandOf(args));
      const answer = (await json(world.url, args, input)) as Record<string, unknown>;
      if (as !== undefined)
        ids[as] = String(field === undefined ? (answer.id ?? answer.artifactId) : answer[field]);
    });
  }
  for (const path of await withAForge()) seen.add(path);
  assert.deepEqual(
    leaves(buildProgram(testWorld()).program).filter((path) => !seen.has(path) && !(path in elsewhere)),
    [],
    "every command runs in this test or is listed as tested elsewhere",
  );
});

/** Runs the remaining commands on a fake server. Its responses require a forge or a pending question. */
async function withAForge(): Promise<string[]> {
  const integration = { id: "i1", type: "gitlab", displayName: "Ours", enabledAt: null };
  const pullRequest = {
    id: "0199c0de-0000-7000-8000-000000000001",
    number: 1,
    title: "Fix",
    state: "open",
    url: "http://x/1",
    codeRepository: null,
    diff: {
      additions: 1,
      deletions: 0,
      data: "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -0,0 +1 @@\n+1\n",
    },
  };
  await using api = await startFakeApi({
    "GET /v1/integrations/providers": forgeProviders,
    "POST /v1/integrations": { integration, authorizationUrl: null },
    "GET /v1/integrations": { items: [integration], nextCursor: null },
    "GET /v1/integrations/i1": integration,
    "PATCH /v1/integrations/i1": integration,
    "DELETE /v1/integrations/i1": { id: "i1", deleted: true },
    "POST /v1/integrations/i1/authorize": { authorizationUrl: "http://x/authorize" },
    "POST /v1/integrations/i1/test": { healthy: true, message: "Reached." },
    "POST /v1/integrations/i1/sync": { queued: true },
    "GET /v1/integrations/i1/settings": { lastSync: null },
    "GET /v1/webhook-deliveries/d1": { id: "d1" },
    "POST /v1/webhook-deliveries/d1/replay": { id: "d2" },
    "POST /v1/webhooks/w1/deliveries/d1/replay": { id: "d2" },
    [`GET /v1/pull-requests/${pullRequest.id}`]: pullRequest,
    [`GET /v1/pull-requests/${pullRequest.id}/status`]: { checks: { state: "none", failed: [] } },
    [`POST /v1/pull-requests/${pullRequest.id}/merge`]: pullRequest,
    [`POST /v1/pull-requests/${pullRequest.id}/close`]: pullRequest,
    [`POST /v1/pull-requests/${pullRequest.id}/comments`]: { id: "c1", url: "http://x/1#c1" },
    "GET /v1/sessions/s1": sessionIn("completed"),
    "DELETE /v1/repositories/r1": { id: "r1", deleted: true },
    "PATCH /v1/messages/m1": { id: "m1" },
    "DELETE /v1/messages/m1": { id: "m1" },
    "POST /v1/sessions/s1/permissions/p1": { kind: "execute", title: "ls" },
    "POST /v1/sessions/s1/questions/q1": { id: "q1" },
    "GET /v1/mcp-connections": { items: [{ id: "c1", name: "docs", type: "remote" }], nextCursor: null },
    "POST /v1/mcp-connections/c1/authorize": { connection: {}, authorizationUrl: null },
    "POST /v1/mcp-connections/c1/test": { success: true },
    "GET /me": { orgId: "o1", userId: "u1" },
    "POST /v1/users/u1/notifications/test": { sentTo: ["ada@example.com"] },
  });
  const lines = [
    ["integration", "add", "gitlab"],
    ["integration", "show", "i1"],
    ["integration", "set", "i1", "--name", "Other"],
    ["integration", "authorize", "i1"],
    ["integration", "test", "i1"],
    ["integration", "sync", "i1"],
    ["integration", "remove", "i1"],
    ["repo", "remove", "r1"],
    ["delivery", "show", "d1"],
    ["delivery", "replay", "d1"],
    ["webhook", "replay", "w1", "d1"],
    ["pr", "show", pullRequest.id],
    ["pr", "diff", pullRequest.id],
    ["pr", "merge", pullRequest.id],
    ["pr", "close", pullRequest.id],
    ["pr", "comment", pullRequest.id, "--body", "Hm."],
    ["session", "queue", "edit", "m1", "Other words"],
    ["session", "queue", "move", "m1", "--to", "1"],
    ["session", "queue", "steer", "m1"],
    ["session", "queue", "delete", "m1"],
    ["session", "permit", "s1", "p1", "allow"],
    ["session", "answer", "s1", "q1", "Yes"],
    ["mcp", "authorize", "docs"],
    ["mcp", "test", "docs"],
    ["notification", "test", "email"],
  ];
  for (const line of lines) await json(api.url, line, "token\n");
  return lines.map(commandOf);
}

/** Returns the longest prefix of the arguments that is a command. */
function commandOf(args: readonly string[]): string {
  const known = new Set(leaves(buildProgram(testWorld()).program));
  for (let length = Math.min(3, args.length); length > 0; length--) {
    const path = args.slice(0, length).join(" ");
    if (known.has(path)) return path;
  }
  throw new Error(`No command: ${args.join(" ")}`);
}

/** Groups that are commands themselves. */
const actsItself = new Set(["mcp", "worker"]);

/** Returns the commands that have an action. */
function leaves(command: Program, path: readonly string[] = []): string[] {
  return command.commands.flatMap((below) => {
    const here = [...path, below.name()];
    const isLeaf =
      below.commands.length === 0 || below.registeredArguments.length > 0 || actsItself.has(below.name());
    return [...(isLeaf ? [here.join(" ")] : []), ...leaves(below, here)];
  });
}
