import querystring from "node:querystring";
import { type Environment, listExtremes, type Machine, parseConfig } from "./config.ts";
import { knownVariables } from "./config-variables.ts";
import type { NamedValue } from "./core/base/index.ts";

/** Settings as a bug report may contain them. */
export interface SettingsOverview {
  /** States of all known variables. Contains the values of valid numbers and choices, which cannot be secrets, and no others. */
  readonly settings: Readonly<Record<string, string>>;
  /** Number of set variables that look like settings but are unknown. */
  readonly unknownCount: number;
  /** Values that `settings` does not contain, to remove them from other texts. */
  readonly hidden: readonly NamedValue[];
}

const minSecretLength = 4;

/** Describes the settings without their free text, because that may contain secrets. Pure. */
export function describeSettings(env: Environment, machine: Machine): SettingsOverview {
  const extremes = listExtremes(machine);
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== "");
  const values = new Map(set as [string, string][]);
  const isShown = (name: string) => extremes.has(name) && isValid(name, values.get(name)!, machine);
  const settings = knownVariables.map((name) => {
    if (!values.has(name)) return [name, "not set"] as const;
    return [name, isShown(name) ? values.get(name)! : "set, hidden"] as const;
  });
  const names = new Set(knownVariables);
  return {
    settings: Object.fromEntries(settings),
    unknownCount: [...values.keys()].filter((name) => name.startsWith("TEMBO_") && !names.has(name)).length,
    hidden: [...values]
      .filter(([name]) => (names.has(name) || name.startsWith("TEMBO_")) && !isShown(name))
      .flatMap(([key, value]) => [value, ...passwordsIn(value)].map((text) => ({ key, value: text })))
      .filter(({ value }) => value.length >= minSecretLength),
  };
}

function isValid(name: string, value: string, machine: Machine): boolean {
  try {
    parseConfig({ [name]: value }, machine);
    return true;
  } catch {
    return false;
  }
}

/** Returns the password in a URL, as written and decoded. */
function passwordsIn(value: string): string[] {
  const password = URL.parse(value)?.password ?? "";
  return password === "" ? [] : [password, querystring.unescape(password)];
}
