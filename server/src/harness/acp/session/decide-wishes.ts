import type { HarnessChoices } from "../../../core/turns/index.ts";
import type { LaunchSpec } from "../../launch-spec.ts";

export type ChoiceName = "mode" | "model" | "reasoningLevel" | "speed" | "other";

/** Setting to change in a session. */
export interface Wish {
  readonly name: ChoiceName;
  /** The caller's choice that this setting implements. */
  readonly of: keyof HarnessChoices;
  /** IDs of options that represent the setting, in addition to those in its category. */
  readonly ids: readonly string[];
  /** Values in order of preference, or null for the value with which the harness started. */
  readonly values: readonly string[] | null;
  /** Texts for users, which describe the setting and the requested value. */
  readonly label: string;
  readonly requested: string;
  /** True if a harness that does not offer the setting already behaves as requested. */
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
 * Returns the settings to apply in a session. Their order matters, because a session's options depend on its model. If `isDecided` is true,
 * a caller decides about permissions, so a build runs in a mode that requests them.
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
      requested: model,
      isDefault: spec.takesModelAtStart ?? false,
    },
  ];
  if (modes.length > 0) {
    const requested = modes.join(" or ");
    wishes.push({
      name: "mode",
      of: "mode",
      ids: ids("mode"),
      values: modes,
      label: "mode",
      requested,
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
      requested: value,
      isDefault: false,
    });
  }
  wishes.push({
    name: "reasoningLevel",
    of: "reasoningLevel",
    ids: ids("reasoningLevel"),
    values: reasoningLevel === null ? null : (own.reasoningValues?.[reasoningLevel] ?? [reasoningLevel]),
    label: "reasoning level",
    requested: reasoningLevel ?? "",
    isDefault: reasoningLevel === null,
  });
  wishes.push({
    name: "speed",
    of: "speed",
    ids: ids("speed"),
    values: own.speedValues?.[speed] ?? usualSpeeds[speed],
    label: "speed",
    requested: speed,
    isDefault: speed === "normal",
  });
  return wishes;
}
