import assert from "node:assert/strict";
import { test } from "node:test";
import { toAuditNames } from "./to-audit-names.ts";

const setting = (name: string, label: string) => ({ name, label, kind: "secret" as const });

test("maps models, the settings of providers and the keys of harnesses to display names", () => {
  const { models, credentials } = toAuditNames(
    {
      models: [{ name: "claude-opus-4-5", label: "Claude Opus 4.5" }],
      providers: [
        { label: "Anthropic", settings: [setting("anthropicApiKey", "API key")] },
        {
          label: "Amazon Bedrock",
          settings: [setting("bedrockKeyId", "Access key ID"), setting("bedrockRegion", "Region")],
        },
      ],
    },
    [
      { displayName: "Cursor CLI", harness: { apiKeySetting: "cursorApiKey", commands: null } },
      { displayName: "Claude Code", harness: { apiKeySetting: null, commands: null } },
    ],
  );
  assert.deepEqual(Object.fromEntries(models), { "claude-opus-4-5": "Claude Opus 4.5" });
  assert.deepEqual(Object.fromEntries(credentials), {
    anthropicApiKey: "Anthropic",
    bedrockKeyId: "Amazon Bedrock (Access key ID)",
    bedrockRegion: "Amazon Bedrock (Region)",
    cursorApiKey: "Cursor CLI",
  });
});

test("contains no names while the catalogs load", () => {
  const { models, credentials } = toAuditNames(undefined, undefined);
  assert.deepEqual([models.size, credentials.size], [0, 0]);
});
