import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { sessionSubmodules } from "./session-submodules.ts";
import type { TurnContext } from "./turn-context.ts";

const connected = "https://github.com/acme/lib";
let scene: Scene;

before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

const noticesOf = async (sessionId: string) =>
  (await scene.eventsOf(sessionId)).flatMap(({ data }) => (data.type === "notice" ? [data.message] : []));

/**
 * Creates a turn with one repository that has these submodules. Only `lib` is connected, and the session already
 * contains it.
 */
async function turnWith(paths: Readonly<Record<string, string>>, number = 1): Promise<TurnContext> {
  const context = await scene.working();
  const text = Object.entries(paths).map(
    ([path, url]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
  );
  const repository = {
    id: "app",
    forge: "github",
    owner: "acme",
    name: "app",
    url: "https://github.com/acme/app",
  };
  const store = {
    events: context.ports.store.events,
    repositories: {
      findByPath: async () => null,
      findByConnectedUrl: async (_: string, key: string) =>
        key.endsWith("acme/lib") ? { ...repository, enabledAt: new Date() } : null,
    },
  };
  const changed = {
    ...context,
    turn: { ...context.turn, number },
    checkouts: [{ repository, use: { directory: "app", targetBranch: "main" } }],
    ports: {
      ...context.ports,
      store,
      git: { readFile: async () => ({ kind: "text", text: text.join("") }) },
    },
  };
  return changed as unknown as TurnContext;
}

const never = new AbortController().signal;

test("reports submodules of unconnected repositories once, by path", async () => {
  const context = await turnWith({ lib: connected, "vendor/x": "git@example.com:x/y.git" });
  await sessionSubmodules(context, never);
  await sessionSubmodules(context, never);
  const [notice, ...others] = await noticesOf(context.session.id);
  assert.match(notice ?? "", /^app: No connected repository has these submodules: vendor\/x\. Connect/);
  assert.deepEqual(others, []);
});

test("reports nothing when every submodule is connected, or in a later turn", async () => {
  const whole = await turnWith({ lib: connected });
  await sessionSubmodules(whole, never);
  assert.deepEqual(await noticesOf(whole.session.id), []);
  const later = await turnWith({ "vendor/x": "git@example.com:x/y.git" }, 2);
  await sessionSubmodules(later, never);
  assert.deepEqual(await noticesOf(later.session.id), []);
});

test("reports a .gitmodules file that is too large and continues", async () => {
  const context = await turnWith({ lib: connected });
  const git = { ...context.ports.git, readFile: async () => ({ kind: "tooLarge" }) as const };
  const changed = { ...context, ports: { ...context.ports, git } };
  assert.deepEqual(await sessionSubmodules(changed, never), []);
  const [notice] = await noticesOf(context.session.id);
  assert.match(notice ?? "", /^app: \.gitmodules is larger than 64 KiB/);
});

test("names at most five submodules and counts the others", async () => {
  const paths = Object.fromEntries(
    Array.from({ length: 7 }, (_, n) => [`m${n}`, `https://example.com/x/${n}`]),
  );
  const context = await turnWith(paths);
  await sessionSubmodules(context, never);
  assert.match((await noticesOf(context.session.id))[0] ?? "", /: m0, m1, m2, m3, m4 and 2 more\./);
});
