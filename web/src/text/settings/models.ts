import { formatDuration } from "../../format/duration.ts";
import { namedDefault } from "../named-default.ts";

export const models = {
  about: "Choose which models sessions can use and which provider serves each model.",
  list: "Models",
  empty: "No models match your search.",
  search: "Search models",
  enable: (name: string) => `Enable ${name}`,
  provider: (name: string) => `Provider for ${name}`,
  familyOwn: namedDefault("Default"),
  providers: {
    TemboManagedInference: "Server's API key",
    BYOK: "Organization's API key",
  },
  keys: {
    title: "Provider keys",
    about:
      "Keys never enter a sandbox, and saved keys are never shown again. Saving a key replaces the current one.",
    /** Whose key sessions use. */
    setBy: { organization: "Organization's key", server: "Server's key", any: "Key set" },
    notSet: "No key",
    saved: "Key saved",
    removed: "Key removed",
    remove: "Remove",
    removeOf: (name: string) => `Remove the key for ${name}`,
    removeQuestion: (name: string) => `Remove the key for ${name}?`,
    removeConsequence: "Requests then use the server's key, if one is configured.",
    apiKey: "API key",
    test: "Test key",
    testOf: (name: string) => `Test the key for ${name}`,
    works: (model: string, ms: number) => `The key works. ${model} responded after ${formatDuration(ms)}.`,
  },
};
