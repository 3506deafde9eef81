import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { type HarnessInfo, providerCredentialOf, setEgress, updateSettings } from "../../access/index.ts";
import { decideDepth } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import { getOrganization } from "./get-organization.ts";
import { effectiveSettings } from "./settings.ts";

let t: TestStore;
let ports: Parameters<typeof updateSettings>[0] & Pick<Ports, "settings">;
const folder = mkdtempSync(join(tmpdir(), "tembo-settings-"));
const harness = { name: "codex", defaultModel: "gpt" } as HarnessInfo;

before(async () => {
  t = await openTestStore();
  const { vault } = await openVault({
    file: join(folder, "master.key"),
    usedKeyIds: () => t.store.secrets.masterKeyIds(),
  });
  ports = {
    store: t.store,
    clock: t.clock,
    vault,
    modelProviders,
    harnesses: { list: () => [harness] } as unknown as Ports["harnesses"],
    settings: { defaultAgent: "claudeCode:opus" } as Ports["settings"],
  };
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

async function defaultsOf(id: string) {
  const settings = effectiveSettings(ports, await getOrganization(ports.store, id));
  return { agent: settings.defaultAgent, sandboxSize: settings.defaultSandboxSize };
}

const change = (id: string, settings: Record<string, unknown>, credentials: Record<string, string> = {}) =>
  updateSettings(ports, id, { settings, credentials });

test("merges organization settings over the defaults, and applies the agent and sandbox size to sessions", async () => {
  const id = await t.addOrganization();
  const operators = { agent: "claudeCode:opus", sandboxSize: "small" };
  assert.deepEqual(await defaultsOf(id), operators);
  const organization = await change(id, { defaultAgent: "codex", defaultSandboxSize: "xl", draftPrs: true });
  const settings = effectiveSettings(ports, organization);
  assert.deepEqual([settings.draftPrs, settings.maxSolutions], [true, 1]);
  assert.equal(decideDepth(settings.cloneDepth), null, "the effective setting is the depth that applies");
  assert.deepEqual(await defaultsOf(id), { agent: "codex", sandboxSize: "xl" });
  await change(id, { defaultAgent: "", defaultSandboxSize: "small" });
  assert.deepEqual(await defaultsOf(id), operators);
  assert.deepEqual(await defaultsOf(await t.addOrganization()), operators);
});

test("rejects an unknown agent or a key that contains a space, without changing any setting", async () => {
  const id = await t.addOrganization();
  await assert.rejects(change(id, { draftPrs: true, defaultAgent: "nope:x" }, { openaiApiKey: "sk" }), {
    code: "invalid_input",
    message: /"nope" is unknown/,
  });
  await assert.rejects(
    change(id, { draftPrs: true }, { openaiApiKey: "sk-good", anthropicApiKey: "sk secret" }),
    (error: Error) =>
      /"anthropicApiKey" contains a space/.test(error.message) && !/secret/.test(error.message),
  );
  assert.deepEqual((await t.store.organizations.find(id))?.settings, {});
  assert.equal(await providerCredentialOf(ports, id, "openai"), null);
});

test("seals credentials separately from the settings, and deletes a credential that is set to an empty value", async () => {
  const id = await t.addOrganization();
  const account = JSON.stringify({
    client_email: "tembo@project.iam.example",
    project_id: "project",
    private_key: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n",
  });
  const organization = await change(
    id,
    {},
    { anthropicApiKey: "sk-1", gcpVertexAiServiceAccountJson: account },
  );
  assert.deepEqual(organization.settings, {});
  assert.deepEqual(await providerCredentialOf(ports, id, "anthropic"), { apiKey: "sk-1" });
  assert.deepEqual(await providerCredentialOf(ports, id, "vertex"), {
    serviceAccountJson: account,
    project: "project",
    location: "global",
  });
  await change(id, {}, { anthropicApiKey: "" });
  assert.equal(await providerCredentialOf(ports, id, "anthropic"), null);
});

test("rejects invalid provider settings without revealing the value", async () => {
  const id = await t.addOrganization();
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["awsBedrockRegion", "us-east-1.elsewhere.example/", /not an AWS region/],
    ["awsBedrockRegion", "Virginia", /not an AWS region/],
    ["gcpVertexAiLocation", "us@elsewhere.example", /not a Google Cloud location/],
    ["gcpVertexAiProject", "../../secret", /not a Google Cloud project ID/],
    ["gcpVertexAiServiceAccountJson", "elsewhere", /"client_email" and "private_key"/],
    ["gcpVertexAiServiceAccountJson", '{"client_email":"elsewhere"}', /"client_email" and "private_key"/],
  ];
  for (const [name, value, message] of wrong) {
    await assert.rejects(
      change(id, {}, { [name]: value }),
      (error: Error) => message.test(error.message) && !error.message.includes(value),
      name,
    );
  }
  await change(id, {}, { awsBedrockRegion: "ap-southeast-2", gcpVertexAiLocation: "us-east5" });
  assert.equal(await providerCredentialOf(ports, id, "bedrock"), null, "a region is not a credential");
});

test("normalizes egress hosts to lower case and rejects contradictory settings", async () => {
  const id = await t.addOrganization();
  const egress = await setEgress(ports, id, {
    preset: "custom",
    allow: ["API.example.com", "api.example.com"],
  });
  assert.deepEqual(egress, { preset: "custom", allow: ["api.example.com"] });
  assert.deepEqual((await t.store.organizations.find(id))?.egress, egress);
  const refused = (setting: Parameters<typeof setEgress>[2], message: RegExp) =>
    assert.rejects(setEgress(ports, id, setting), { code: "invalid_input", message });
  await refused({ preset: "none", allow: ["a.example"] }, /"none" allows no hosts/);
  await refused({ preset: "open", allow: ["a.example"] }, /every public host/);
  await refused({ preset: "custom", allow: ["http://a.example/"] }, /host "http/);
  assert.deepEqual((await t.store.organizations.find(id))?.egress, egress);
});
