import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../testing/test-store.ts";
import { openVault } from "../../vault/open-vault.ts";
import { newId } from "../ids.ts";
import type { HarnessInfo } from "../ports/harness.ts";
import type { Ports } from "../ports/index.ts";
import { modelKeyOf } from "../secret/credential.ts";
import { findOrganization } from "./find-organization.ts";
import { setEgress } from "./set-egress.ts";
import { effectiveSettings } from "./settings.ts";
import { updateSettings } from "./update-settings.ts";

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
    harnesses: { list: () => [harness] } as unknown as Ports["harnesses"],
    settings: { defaultAgent: "claudeCode:opus" } as Ports["settings"],
  };
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

async function anOrganization(): Promise<string> {
  const id = newId();
  await t.store.organizations.insert({ id, name: "Other" });
  return id;
}

async function defaultsOf(id: string) {
  const settings = effectiveSettings(ports, await findOrganization(ports.store, id));
  return { agent: settings.defaultAgent, sandboxSize: settings.defaultSandboxSize };
}

const change = (id: string, settings: Record<string, unknown>, credentials: Record<string, string> = {}) =>
  updateSettings(ports, id, { settings, credentials });

test("settings lie over the defaults, and sessions take agent and size from them", async () => {
  const id = await anOrganization();
  const operators = { agent: "claudeCode:opus", sandboxSize: "small" };
  assert.deepEqual(await defaultsOf(id), operators);
  const organization = await change(id, { defaultAgent: "codex", defaultSandboxSize: "xl", draftPrs: true });
  const settings = effectiveSettings(ports, organization);
  assert.deepEqual([settings.draftPrs, settings.maxSolutions], [true, 1]);
  assert.deepEqual(await defaultsOf(id), { agent: "codex", sandboxSize: "xl" });
  await change(id, { defaultAgent: "", defaultSandboxSize: "small" });
  assert.deepEqual(await defaultsOf(id), operators);
  assert.deepEqual(await defaultsOf(await anOrganization()), operators);
});

test("an agent that is not known and a key with a space change nothing at all", async () => {
  const id = await anOrganization();
  await assert.rejects(change(id, { draftPrs: true, defaultAgent: "nope:x" }, { openaiApiKey: "sk" }), {
    code: "invalid_input",
    message: /"nope" is unknown/,
  });
  await assert.rejects(
    change(id, { draftPrs: true }, { openaiApiKey: "sk-good", anthropicApiKey: "sk secret" }),
    (error: Error) => /"anthropicApiKey" holds a space/.test(error.message) && !/secret/.test(error.message),
  );
  assert.deepEqual((await t.store.organizations.find(id))?.settings, {});
  assert.equal(await modelKeyOf(ports, id, "openai"), null);
});

test("credentials are kept sealed beside the settings, and an empty one is deleted", async () => {
  const id = await anOrganization();
  const account = '{"type": "service_account",\n"private_key": "x"}';
  const organization = await change(
    id,
    {},
    { anthropicApiKey: "sk-1", gcpVertexAiServiceAccountJson: account },
  );
  assert.deepEqual(organization.settings, {});
  assert.equal(await modelKeyOf(ports, id, "anthropic"), "sk-1");
  await change(id, {}, { anthropicApiKey: "" });
  assert.equal(await modelKeyOf(ports, id, "anthropic"), null);
});

test("egress is kept in lower case, and what means nothing is refused", async () => {
  const id = await anOrganization();
  const egress = await setEgress(ports, id, {
    preset: "custom",
    allow: ["API.example.com", "api.example.com"],
  });
  assert.deepEqual(egress, { preset: "custom", allow: ["api.example.com"] });
  assert.deepEqual((await t.store.organizations.find(id))?.egress, egress);
  const refused = (setting: Parameters<typeof setEgress>[2], message: RegExp) =>
    assert.rejects(setEgress(ports, id, setting), { code: "invalid_input", message });
  await refused({ preset: "none", allow: ["a.example"] }, /"none" allows nothing/);
  await refused({ preset: "open", allow: ["a.example"] }, /every public host/);
  await refused({ preset: "custom", allow: ["http://a.example/"] }, /egress rule/);
  assert.deepEqual((await t.store.organizations.find(id))?.egress, egress);
});
