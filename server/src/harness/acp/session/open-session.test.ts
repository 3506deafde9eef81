import assert from "node:assert/strict";
import { test } from "node:test";
import type { McpServer } from "../../../core/access/index.ts";
import { collect, idle, joinText, textPrompt } from "../../harness-contract.ts";
import { stubSpec } from "../../stub/spec.ts";
import { localSandbox } from "../../testing/local-sandbox.ts";
import { noticesIn, play, startStub } from "../../testing/start-stub.ts";

const mcpServers: readonly McpServer[] = [
  { transport: "stdio", name: "local", argv: ["/bin/tool", "--fast"], env: { KEY: "value" } },
  { transport: "http", name: "remote", url: "http://127.0.0.1:9/mcp", headers: { "x-session": "1" } },
  { transport: "sse", name: "older", url: "http://127.0.0.1:9/sse", headers: {} },
];
const inProtocol = [
  { name: "local", command: "/bin/tool", args: ["--fast"], env: [{ name: "KEY", value: "value" }] },
  {
    type: "http",
    name: "remote",
    url: "http://127.0.0.1:9/mcp",
    headers: [{ name: "x-session", value: "1" }],
  },
  { type: "sse", name: "older", url: "http://127.0.0.1:9/sse", headers: [] },
];

test("passes MCP servers in the protocol's format when a conversation opens", async () => {
  const updates = await play("mcp", { env: { STUB_CAN: "remote-mcp" }, given: { mcpServers } });
  assert.deepEqual(JSON.parse(joinText(updates)), inProtocol);
  assert.deepEqual(noticesIn(updates), []);
});

for (const STUB_START of ["", "load-only"]) {
  test(`passes MCP servers when a conversation resumes ${STUB_START}`, async () => {
    const sandbox = localSandbox();
    const env = { STUB_START, STUB_CAN: "remote-mcp" };
    const first = await startStub({ sandbox, env });
    await first.close();
    await using second = await startStub({ sandbox, env, conversationId: first.id, given: { mcpServers } });
    assert.equal(second.isResumed, true);
    assert.deepEqual(
      JSON.parse(joinText(await collect(second.prompt(textPrompt("mcp"), idle())))),
      inProtocol,
    );
  });
}

test("omits MCP servers that the harness cannot connect to, with a notice", async () => {
  const updates = await play("mcp", { given: { mcpServers } });
  assert.deepEqual(JSON.parse(joinText(updates)), inProtocol.slice(0, 1));
  assert.deepEqual(noticesIn(updates), [
    "Stub does not support the transport of these MCP servers, so they are not available: remote (http), older (sse).",
  ]);
});

test("omits MCP servers that the harness is known to ignore, regardless of what it reports", async () => {
  const { capabilities } = stubSpec();
  const spec = { capabilities: { ...capabilities, mcpTransports: [] } };
  const updates = await play("mcp", { env: { STUB_CAN: "remote-mcp" }, given: { mcpServers }, spec });
  assert.deepEqual(JSON.parse(joinText(updates)), []);
  assert.match(noticesIn(updates).join(), /local \(stdio\), remote \(http\), older \(sse\)/);
});

test("passes an image to a harness that accepts images, and otherwise omits it with a notice", async () => {
  const blocks = [...textPrompt("say a"), { type: "image", mediaType: "image/png", base64: "AAAA" }] as const;
  await using seeing = await startStub({ env: { STUB_CAN: "images" } });
  assert.equal(joinText(await collect(seeing.prompt(blocks, idle()))), "aimage image/png AAAA");
  await using blind = await startStub();
  const updates = await collect(blind.prompt(blocks, idle()));
  assert.equal(joinText(updates), "a");
  assert.deepEqual(noticesIn(updates), [
    "An image was left out of the prompt, because Stub does not accept images.",
  ]);
});
