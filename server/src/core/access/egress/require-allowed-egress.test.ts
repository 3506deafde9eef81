import assert from "node:assert/strict";
import { test } from "node:test";
import type { EgressPreset, EgressSetting } from "../../accounts/organization/egress-setting.ts";
import { requireAllowedEgress } from "./require-allowed-egress.ts";

const setting = (preset: EgressPreset, ...allow: string[]): EgressSetting => ({ preset, allow });

test("accepts session egress that equals or narrows the organization's", () => {
  const pairs: [EgressSetting, EgressSetting | null][] = [
    [setting("none"), null],
    [setting("none"), setting("none")],
    [setting("custom", "a.example"), setting("custom", "a.example")],
    [setting("registries"), setting("registries")],
    [setting("open"), setting("registries", "a.example")],
    [setting("open"), setting("open")],
  ];
  for (const [organization, session] of pairs) requireAllowedEgress(organization, session);
});

test("rejects session egress that the organization does not allow, and names the excess hosts", () => {
  const refused: [EgressSetting, EgressSetting, RegExp][] = [
    [setting("none"), setting("open"), /is "open", but the organization's preset is "none"/],
    [setting("registries"), setting("open"), /preset is "registries"/],
    [setting("none"), setting("custom", "a.example"), /does not allow: a\.example\. Remove/],
    [
      setting("custom", "a.example:443"),
      setting("custom", "a.example"),
      /does not allow: a\.example:80\. Remove/,
    ],
    [
      setting("custom", "a.example"),
      setting("registries"),
      /(?:[\w.*-]+, ){4}[\w.*-]+ and \d+ more\. Remove/,
    ],
  ];
  for (const [organization, session, message] of refused) {
    assert.throws(() => requireAllowedEgress(organization, session), { code: "invalid_input", message });
  }
});
