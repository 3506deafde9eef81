import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openScene, plainSession, type Scene } from "../../../testing/scene.ts";
import { someTime } from "../../../testing/test-store.ts";
import { hashToken } from "../../accounts/index.ts";
import { newId } from "../../base/index.ts";
import { createSession, prepareSession, storeSession } from "./create-session.ts";
import { forkSession } from "./fork-session.ts";
import { makeSession } from "./make-session.ts";
import type { SessionOrigin } from "./session-request.ts";

let scene: Scene;
let keyId: string;
const infos: Readonly<Record<string, unknown>>[] = [];

before(async () => {
  scene = await openScene({
    log: { info: (fields: object, message: string) => void infos.push({ message, ...fields }) },
  });
  keyId = newId();
  const { t } = scene;
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert(
    {
      ...{ id: keyId, organizationId: t.organizationId, userId: t.userId },
      ...{ name: null, tokenPreview: "tembo_…", ...times },
    },
    hashToken(keyId),
  );
});
beforeEach(() => {
  infos.length = 0;
});
after(() => scene.drop());

const author = { name: "Ada", email: "ada@example.com", login: "ada", avatarUrl: null };
const forgeOrigin = (): SessionOrigin => {
  const repositoryId = newId();
  const url = "https://forge.example/acme/app/issues/5";
  return {
    ...{ kind: "forge", author, messageId: newId() },
    source: { kind: "issue", repositoryId, number: 5, url, title: "It breaks" },
    messageSource: {
      ...{ kind: "comment", integrationId: null, repositoryId, thread: { kind: "issue", number: 5 } },
      ...{ replyTo: null, comments: [], url },
    },
  };
};

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const request = { id: "proxy-7", traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
const agentId = newId();

test("logs the creation of a session with its agent and its requester, but without the prompt", async () => {
  const { t, ports } = scene;
  const nobody = { sentByUserId: null, sentByKeyId: null };
  const person = { sentByUserId: t.userId, sentByKeyId: keyId };
  const requested = { requestId: "proxy-7", traceId };
  const expected: readonly (readonly [SessionOrigin, object])[] = [
    [
      { kind: "key", keyId, request },
      { source: "api", ...person, ...requested },
    ],
    [
      { kind: "key", keyId, request: null },
      { source: "api", ...person },
    ],
    [
      { kind: "agentRun", run: { agentId, cause: "schedule", startedByKeyId: null, request: null } },
      { source: "schedule", ...nobody, agentId },
    ],
    [
      {
        ...{ kind: "agentRun", run: { agentId, cause: "webhook", startedByKeyId: keyId, request } },
        startedByUserId: t.userId,
      },
      { source: "webhook", ...person, agentId, ...requested },
    ],
    [
      { kind: "session", ownerKeyId: keyId, author, request },
      { source: "session", ...nobody, ...requested },
    ],
    [forgeOrigin(), { source: "comment", ...nobody, sentByLogin: "ada" }],
  ];
  for (const [origin, fields] of expected) {
    infos.length = 0;
    const { session } = await createSession(ports, t.organizationId, {
      ...{ ...plainSession, origin, prompt: "Open sesame." },
    });
    const { harness, model, provider } = session;
    assert.deepEqual(infos, [
      {
        ...{ message: "a session was created", organizationId: t.organizationId, sessionId: session.id },
        ...{ harness, model, provider, projectId: null, repositories: [], isDraft: false },
        ...fields,
      },
    ]);
    assert.doesNotMatch(JSON.stringify(infos), /sesame/);
    assert.match(session.prompt, /sesame/, "control");
  }
});

test("logs a repeated request, a fork and a draft once each", async () => {
  const { t, ports } = scene;
  const wanted = { ...plainSession, origin: { kind: "key", keyId, request }, id: newId() } as const;
  const make = () => makeSession(ports, t.organizationId, { ...wanted, isDraft: true, request: { a: 1 } });
  const { id } = await make();
  await make();
  const fork = await forkSession(ports, t.organizationId, id, {
    ...{ prompt: "Go.", title: null, isDraft: false, sender: { keyId, request } },
  });
  assert.deepEqual(
    infos.map(({ message, sessionId, isDraft, requestId }) => [message, sessionId, isDraft, requestId]),
    [
      ["a session was created", id, true, "proxy-7"],
      ["a session was created", fork.id, false, "proxy-7"],
    ],
  );
});

test("logs nothing for a session that is not stored", async () => {
  const { t, ports } = scene;
  const refused = new Error("Not now.");
  const create = async (isRefused: boolean) => {
    const created = await prepareSession(ports, t.organizationId, plainSession);
    await storeSession(ports, created, async (_tx, write) => {
      await write();
      if (isRefused) throw refused;
    });
  };
  await assert.rejects(create(true), refused);
  assert.deepEqual(infos, []);
  await create(false);
  assert.equal(infos.length, 1, "control");
});
