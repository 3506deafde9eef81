import assert from "node:assert/strict";
import { stdioServer } from "../../support/hosts/mcp-server.ts";
import { ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "MCP stdio",
    does: "uses the session tools and an MCP server in its sandbox",
    async run(bench) {
      const { world, harness } = bench;
      const app = await bench.repository("app", { "teller.cjs": stdioServer });
      const name = `teller-${harness}`;
      await world.client.mcpConnections.create({
        type: "stdio",
        name,
        command: "node",
        args: ["teller.cjs"],
        env: { FLAVOUR: "vanilla-pod" },
      });
      const events = await work(bench, {
        script: `mcp("tembo", "set_title", {"title": "Named by ${harness}"}), mcp("${name.toLowerCase()}", "tell", {"name": "FLAVOUR"})`,
        mcpServers: [name],
        repositories: [app.url],
      });
      assert.deepEqual(
        ofType(events, "tool.called").map(({ eventData }) => [eventData.tool, eventData.status]),
        [["set_title", "completed"]],
      );
      assert.match(resultsOf(events).join("\n"), /It is \[secret/);
    },
  },
  {
    name: "MCP remote",
    does: "uses a remote MCP server with a credential that is added outside the sandbox",
    async run(bench) {
      const { world, harness, mcpServer } = bench;
      const name = `greeter-${harness}`;
      await world.client.mcpConnections.create({
        type: "remote",
        name,
        serverUrl: mcpServer.url,
        headers: { authorization: `Bearer ${mcpServer.token}` },
      });
      const events = await work(bench, {
        script: `mcp("${name.toLowerCase()}", "greet", {"name": "${harness}"})`,
        mcpServers: [name],
        repositories: [],
      });
      assert.match(resultsOf(events).join("\n"), new RegExp(`Hello ${harness}`));
      assert.ok(mcpServer.calls.includes(harness));
      assert.ok(!JSON.stringify(events).includes(mcpServer.token));
    },
  },
];

async function work(
  { world, harness }: Bench,
  session: { readonly script: string; readonly mcpServers: string[]; readonly repositories: string[] },
) {
  const { script, mcpServers, repositories } = session;
  const { id } = await world.client.session.create({
    prompt: `Use the servers. SCRIPT(${script}, say("They were used."))`,
    agent: harness,
    mcpServers,
    repositories,
  });
  const events = await world.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return events;
}
