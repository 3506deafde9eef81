import type { HarnessChoices } from "../../../core/turns/index.ts";
import type { LaunchSpec } from "../../launch-spec.ts";

export type ChoiceName = "mode" | "model" | "reasoningLevel" | "speed" | "other";

/** One thing to be chosen in a session. */
export interface Wish {
  readonly name: ChoiceName;
  /** The choice that it belongs to. */
  readonly of: keyof HarnessChoices;
  /** Of options that stand for it, beside those of its category. */
  readonly ids: readonly string[];
  /** The best first; null for what the harness began with. */
  readonly values: readonly string[] | null;
  /** For people: what is chosen, and what was asked for. */
  readonly label: string;
  readonly said: string;
  /** It is what a harness does anyway when it has nothing to choose. */
  readonly isDefault: boolean;
}

const usualIds = {
  mode: ["mode"],
  model: ["model"],
  reasoningLevel: ["thought_level", "effort", "reasoning_effort", "thinking"],
  speed: ["fast", "fast_mode", "fast-mode", "speed"],
} as const;

const usualSpeeds: Readonly<Record<HarnessChoices["speed"], readonly string[]>> = {
  normal: ["normal", "off", "false", "default"],
  fast: ["fast", "on", "true"],
  ultrafast: ["ultrafast"],
};

/**
 * What is to be set in a session, in order: what a model offers depends on the model. `isDecided`: somebody decides what it may do, so
 * that it builds in a mode in which it asks.
 */
export function decideWishes(spec: LaunchSpec, chosen: HarnessChoices, isDecided: boolean): Wish[] {
  const { mode, model, reasoningLevel, speed } = chosen;
  const own = spec.choices ?? {};
  const ids = (name: keyof typeof usualIds) => [...(own.ids?.[name] ?? []), ...usualIds[name]];
  const modes = mode === "build" && isDecided ? spec.modes.ask : spec.modes[mode];
  const wishes: Wish[] = [
    {
      name: "model",
      of: "model",
      ids: ids("model"),
      values: [spec.modelOption?.(model) ?? model],
      label: "model",
      said: model,
      isDefault: spec.takesModelAtStart ?? false,
    },
  ];
  if (modes.length > 0) {
    const said = modes.join(" or ");
    wishes.push({
      name: "mode",
      of: "mode",
      ids: ids("mode"),
      values: modes,
      label: "mode",
      said,
      isDefault: false,
    });
  }
  for (const [id, value] of Object.entries(own.modeOptions?.[mode] ?? {})) {
    wishes.push({
      name: "other",
      of: "mode",
      ids: [id],
      values: [value],
      label: id,
      said: value,
      isDefault: false,
    });
  }
  wishes.push({
    name: "reasoningLevel",
    of: "reasoningLevel",
    ids: ids("reasoningLevel"),
    values: reasoningLevel === null ? null : (own.reasoningValues?.[reasoningLevel] ?? [reasoningLevel]),
    label: "reasoning level",
    said: reasoningLevel ?? "",
    isDefault: reasoningLevel === null,
  });
  wishes.push({
    name: "speed",
    of: "speed",
    ids: ids("speed"),
    values: own.speedValues?.[speed] ?? usualSpeeds[speed],
    label: "speed",
    said: speed,
    isDefault: speed === "normal",
  });
  return wishes;
}
