import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { errorBody, type Operation } from "@tembo/contract";
import { examples } from "@tembo/contract/openapi-examples";
import { createCheckedFetch } from "../checked-fetch.ts";
import { exampleBody, fillRequest, type PlainRequest } from "./fill-request.ts";
import { all, getIds, type Send } from "./get-ids.ts";
import { invalidRequests } from "./invalid-requests.ts";
import { seedWorld, type World } from "./world.ts";

const PREFIX = "/api/public-api";
const checked = createCheckedFetch();
let world: World;
let ids: World["ids"];

before(async () => {
  world = await seedWorld(examples.integrationCreate.accessToken);
  ({ ids } = world);
});
after(() => world.close());

async function sendAs(authorization: string | undefined, request: PlainRequest): Promise<Response> {
  const { method, path, headers, body } = request;
  return checked.fetch(`${world.served.url}${path}`, {
    method,
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(30_000),
  });
}
const send: Send = (request) => sendAs(`Bearer ${world.key}`, request);

/**
 * Response of a WebSocket route to an HTTP request without an upgrade. The tests in http/live/ cover the connections
 * themselves.
 */
const isSocket = { status: 400, message: /This is a WebSocket/ };
/** Operations whose example does not succeed in this world, with the expected status and message. */
const stated: Readonly<Record<string, { readonly status: number; readonly message: RegExp }>> = {
  mcpConnectionAuthorize: { status: 409, message: /runs a command in the sandbox/ },
  liveConnect: isSocket,
  sessionLiveConnect: isSocket,
  messageLiveConnect: isSocket,
  terminalConnect: isSocket,
  workspaceFileUpdate: { status: 409, message: /sandbox is not ready/ },
  terminalAuthorize: { status: 409, message: /sandbox/ },
  previewShareRedeem: { status: 410, message: /Ask the person who sent it/ },
  signInWelcome: { status: 410, message: /Ask for a new one/ },
  signInConfirm: { status: 403, message: /Sign in first/ },
  memberAddressConfirm: { status: 409, message: /no longer ada@example.com/ },
  signInPasswordUpdate: { status: 400, message: /no email address/ },
  repositoryDelete: { status: 409, message: /running turns use it/ },
  mcpConnectionTest: { status: 409, message: /runs a command in the sandbox/ },
};

/**
 * Returns the sort order of an operation. Operations that create resources run first, while the names in their examples
 * are free. Deletions run last, because the other operations need the resources.
 */
function turnOf({ method, path }: Operation): number {
  if (method === "DELETE") return 2;
  const makes = method === "POST" && all.some(([, one]) => one.path.startsWith(`${path}/{`));
  return makes ? 0 : 1;
}

/** Returns IDs for the path parameters. Operations that work only once per resource get a new resource. */
async function valuesFor(name: string, operation: Operation): Promise<Record<string, string>> {
  const isOnce = /^session(?:Plan(?:Update|Approve|Reject)|Delete)$/.test(name);
  const known = {
    ...ids,
    ...(isOnce && { sessionId: await world.plannedSession() }),
    ...(name === "projectDelete" && { projectId: await world.projectToDelete() }),
    ...(name === "memberSignInDelete" && (await world.memberWithSignIn())),
  };
  return getIds(operation, known, send);
}

/** Sends the request of an operation's example. Operations that delete their own caller use another organization. */
async function sendExample(name: string, operation: Operation): Promise<Response> {
  const takesCaller = name === "organizationDelete" || name === "userDelete";
  const other = takesCaller ? await world.otherOrganization() : null;
  const values = { cron: ids.cron!, path: ids.path!, ...(await valuesFor(name, operation)), ...other?.ids };
  const request = fillRequest(operation, values, exampleBody(name, operation, ids));
  return sendAs(`Bearer ${other?.key ?? world.key}`, { ...request, path: `${PREFIX}${request.path}` });
}

async function refusal(response: Response): Promise<string> {
  const body = errorBody.parse(await response.json());
  assert.equal(body.requestId, response.headers.get("x-request-id"));
  assert.match(body.error, /^["A-Z\d].*[.!?]$/s, "the error is a sentence");
  return body.error;
}

describe("every example succeeds, and its response matches the contract", () => {
  const inOrder = [...all].sort(([, one], [, other]) => turnOf(one) - turnOf(other));
  for (const [name, operation] of inOrder) {
    test(name, async () => {
      const response = await sendExample(name, operation);
      const expected = stated[name];
      if (expected !== undefined) {
        assert.equal(response.status, expected.status);
        assert.match(await refusal(response), expected.message);
        return;
      }
      const isJson = operation.response !== undefined;
      const text = isJson || !response.ok ? await response.clone().text() : "";
      assert.equal(response.status, operation.status, text);
      if (isJson) {
        const strict = operation.response!.safeParse(JSON.parse(text));
        assert.ok(strict.success, JSON.stringify(strict.error?.issues));
      } else if (operation.responseType !== "*/*") {
        const type = response.headers.get("content-type")!.split(";")[0];
        assert.equal(type, operation.responseType ?? "application/octet-stream");
      }
      await response.body?.cancel();
    });
  }

  test("checks at least one response of every JSON operation against a contract", () => {
    const json = all.filter(([name, { response }]) => response !== undefined && stated[name] === undefined);
    const unseen = json.filter(
      ([, { method, path, status }]) => !checked.counts.has(`${method} ${path} ${status}`),
    );
    assert.deepEqual(
      unseen.map(([name]) => name),
      [],
    );
  });
});

describe("every operation rejects what its schemas reject", () => {
  for (const [name, operation] of all) {
    test(name, async () => {
      const values = await valuesFor(name, operation);
      const body = exampleBody(name, operation, ids);
      const good = fillRequest(operation, values, body);
      const unknown = operation.isOpen ? [] : [undefined, "Bearer tembo_unknown", "Basic dXNlcjpwYXNz"];
      for (const authorization of unknown)
        assert.match(await refusal(await sendAs(authorization, good)), /key/);
      for (const path of [`${good.path.split("?")[0]}/x/y/z`, `/v0${good.path}`]) {
        const response = await send({ ...good, path });
        assert.equal(response.status, 404, path);
        await refusal(response);
      }
      const invalid = invalidRequests(operation, values, body);
      const everyName = Object.fromEntries(Object.keys(values).map((parameter) => [parameter, "x"]));
      const hasNarrowPath = operation.params?.safeParse(everyName).success === false;
      if (operation.body !== undefined || hasNarrowPath)
        assert.ok(invalid.length >= 5, `only ${invalid.length} invalid requests`);
      for (const request of invalid) {
        const response = await send(request);
        // Without authentication, the size limit of a request body is 8 KiB.
        const isTooLarge = operation.isOpen && (request.body?.length ?? 0) > 8 * 1024;
        assert.equal(
          response.status,
          isTooLarge ? 413 : 400,
          `${request.name}: ${await response.clone().text()}`,
        );
        await refusal(response);
      }
    });
  }
});
