import type { PermissionPolicy } from "@tembo-io/sdk";

type Rules = PermissionPolicy["rules"];
export type PresetName = keyof typeof presets;

const allowed: Rules = {
  read: "allow",
  edit: "allow",
  delete: "allow",
  move: "allow",
  search: "allow",
  execute: "allow",
  think: "allow",
  fetch: "allow",
  other: "allow",
  leavePlan: "allow",
};

/** Rules that an admin can choose by name. Thinking changes nothing, so no preset asks about it. */
export const presets = {
  askAlways: {
    read: "ask",
    edit: "ask",
    delete: "ask",
    move: "ask",
    search: "ask",
    execute: "ask",
    think: "allow",
    fetch: "ask",
    other: "ask",
    leavePlan: "ask",
  },
  askRisky: { ...allowed, delete: "ask", execute: "ask", fetch: "ask", other: "ask", leavePlan: "ask" },
  automatic: allowed,
} as const satisfies Record<string, Rules>;

/** Returns the preset with the same rules, or null if they are custom. */
export function presetOf(rules: Rules): PresetName | null {
  const names = Object.keys(presets) as PresetName[];
  const kinds = Object.keys(allowed) as (keyof Rules)[];
  return names.find((name) => kinds.every((kind) => presets[name][kind] === rules[kind])) ?? null;
}
