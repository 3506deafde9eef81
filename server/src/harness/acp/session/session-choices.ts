import {
  RequestError,
  type SessionConfigOption,
  type SessionModeState,
  type SessionUpdate,
} from "@agentclientprotocol/sdk/unstable";
import type { HarnessProcess } from "../process/harness-process.ts";
import { cutTo } from "../updates/bounds.ts";
import type { ChoiceName, Wish } from "./decide-wishes.ts";

/** Part of the harness's response to opening a session that lists choices. */
export interface SessionState {
  readonly modes?: SessionModeState | null;
  readonly configOptions?: readonly SessionConfigOption[] | null;
  /** Models from harnesses that predate `configOptions`. */
  readonly models?: {
    readonly currentModelId: string;
    readonly availableModels: readonly { modelId: string }[];
  } | null;
}

/** Setting that can be changed, in any of the forms in which harnesses offer settings. */
interface Choosable {
  readonly by: "option" | "mode" | "model";
  readonly id: string;
  readonly category: string | null;
  readonly values: readonly string[];
  current: string;
}

const maxOptions = 100;
const maxValues = 1_000;
const maxValueChars = 1_000;
const maxReportedChars = 300;

/** Mode, model and other settings of an open session, with the offered and current values. Also changes these settings. */
export class SessionChoices {
  readonly #displayName: string;
  #options: Choosable[];
  readonly #legacy: readonly Choosable[];
  /** Values before the driver first changed them, by option ID. The driver restores a value when the caller no longer makes the choice. */
  readonly #before = new Map<string, string>();

  constructor(displayName: string, state: SessionState) {
    this.#displayName = displayName;
    this.#options = optionsOf(state.configOptions);
    this.#legacy = legacyOf(state);
  }

  /** Name of the current mode in the harness, or null if the harness has no modes. */
  get mode(): string | null {
    return this.#find("mode", ["mode"], [])?.current ?? null;
  }

  /** Returns the value of the option with this ID, or null if there is no such option. */
  valueOf(id: string): string | null {
    return this.#options.find((one) => one.id === id)?.current ?? null;
  }

  /** Records an update about choices. Returns the mode if it has changed, or null if it has not. */
  applyUpdate(update: SessionUpdate): string | null {
    const before = this.mode;
    if (update.sessionUpdate === "config_option_update") {
      this.#options = optionsOf(update.configOptions);
    } else if (update.sessionUpdate === "current_mode_update") {
      this.note(bounded(update.currentModeId));
    } else {
      return null;
    }
    return this.mode === before ? null : this.mode;
  }

  /** Records a mode to which the harness has switched by itself. */
  note(mode: string): void {
    const choosable = this.#find("mode", ["mode"], []);
    if (choosable) choosable.current = mode;
  }

  /**
   * Sets the first value that is offered, in order of preference. Returns null on success, if the harness's default is sufficient or if the
   * harness was started with the model. Otherwise, returns a sentence about the value that was not set. Throws if the connection fails.
   */
  async choose(process: HarnessProcess, sessionId: string, wish: Wish): Promise<string | null> {
    const found = this.#find(wish.name, wish.ids, wish.values);
    // A model that cannot be chosen here was set when the harness started.
    if (found === null) return wish.isDefault || wish.name === "model" ? null : this.#refusal(wish, null);
    const values = wish.values ?? [this.#before.get(found.id) ?? found.current];
    const value = values.find((candidate) => candidate === found.current || found.values.includes(candidate));
    if (value === found.current) return null;
    if (value === undefined) return wish.isDefault ? null : this.#refusal(wish, found);
    try {
      await this.#set(process, sessionId, found, value);
      return null;
    } catch (error) {
      if (!(error instanceof RequestError) || !process.isAlive) throw error;
      return this.#refusal(wish, found, error.message);
    }
  }

  async #set({ agent }: HarnessProcess, sessionId: string, found: Choosable, value: string): Promise<void> {
    if (!this.#before.has(found.id)) this.#before.set(found.id, found.current);
    if (found.by === "mode") await agent.request("session/set_mode", { sessionId, modeId: value });
    else if (found.by === "model") await agent.request("session/set_model", { sessionId, modelId: value });
    else {
      const request = { sessionId, configId: found.id, value };
      const response: SessionState | null = await agent.request("session/set_config_option", request);
      // Changing an option can change the values of other options.
      if (Array.isArray(response?.configOptions)) this.#options = optionsOf(response.configOptions);
    }
    found.current = value;
  }

  /**
   * Finds the setting by the protocol's category, then by a known ID, and then in the older form without options. Returns null if the harness
   * does not offer the setting.
   */
  #find(name: ChoiceName, ids: readonly string[], values: readonly string[] | null): Choosable | null {
    const category = categories[name];
    const byCategory = this.#options.find((one) => category !== null && one.category === category);
    const option = byCategory ?? this.#options.find((one) => ids.includes(one.id));
    if (option) return option;
    if (name === "mode") return this.#legacy.find(({ by }) => by === "mode") ?? null;
    if (name === "model") return this.#legacy.find(({ by }) => by === "model") ?? null;
    if (name !== "reasoningLevel") return null;
    // Some harnesses offer their reasoning levels as modes.
    return (
      this.#legacy.find((one) => one.by === "mode" && values?.some((v) => one.values.includes(v))) ?? null
    );
  }

  #refusal({ name, label, requested }: Wish, found: Choosable | null, reason?: string): string {
    const why = reason
      ? `rejects the ${label} ${requested} (${reason})`
      : `does not offer the ${label} ${requested}`;
    if (found === null) return `${this.#displayName} ${why} and uses its default.`;
    const offered = cutTo(maxReportedChars, found.values.join(", "));
    if (name === "model" && reason === undefined) {
      return `${this.#displayName} does not list the model ${requested} and may use ${found.current} instead. It lists: ${offered}.`;
    }
    return `${this.#displayName} ${why} and keeps ${found.current}. It offers: ${offered}.`;
  }
}

/** Categories of the settings. Speed options share a category with other options, so they are identified only by ID. */
const categories: Readonly<Record<ChoiceName, string | null>> = {
  mode: "mode",
  model: "model",
  reasoningLevel: "thought_level",
  speed: null,
  other: null,
};

function optionsOf(options: readonly SessionConfigOption[] | null | undefined): Choosable[] {
  const found: Choosable[] = [];
  for (const option of (options ?? []).slice(0, maxOptions)) {
    if (option.type !== "select") continue;
    const values = option.options.flatMap((entry) =>
      "options" in entry ? entry.options.map((inner) => inner.value) : [entry.value],
    );
    found.push({
      by: "option",
      id: bounded(option.id),
      category: typeof option.category === "string" ? option.category : null,
      values: values.slice(0, maxValues).map(bounded),
      current: bounded(option.currentValue),
    });
  }
  return found;
}

function legacyOf({ modes, models }: SessionState): Choosable[] {
  const found: Choosable[] = [];
  if (modes) {
    const values = modes.availableModes.slice(0, maxValues).map((mode) => bounded(mode.id));
    found.push({ by: "mode", id: "(modes)", category: null, values, current: bounded(modes.currentModeId) });
  }
  if (models) {
    const values = models.availableModels.slice(0, maxValues).map((model) => bounded(model.modelId));
    found.push({
      by: "model",
      id: "(models)",
      category: null,
      values,
      current: bounded(models.currentModelId),
    });
  }
  return found;
}

function bounded(value: unknown): string {
  return cutTo(maxValueChars, String(value));
}
