import type { HarnessCapabilities } from "../../core/access/index.ts";
import type { LaunchContext, LaunchSpec, ProgramTraits } from "../launch-spec.ts";
import { wordsOfModelError } from "./model-error.ts";

/** ACP agent that is already installed on this machine. */
export interface ProgramOptions
  extends Pick<LaunchSpec, "name" | "displayName" | "modelFamily" | "defaultModel"> {
  /**
   * Command. The first element is an absolute path or a name in the standard folders. In the other elements, `{model}` and `{modelUrl}` are
   * replaced with the model's name and the gateway's URL.
   */
  readonly argv: readonly [string, ...string[]];
  /** Environment variables, in which the same placeholders are replaced. */
  readonly env?: Readonly<Record<string, string>>;
  /** Host paths that the sandbox mounts in addition to the program. */
  readonly readOnlyPaths?: readonly string[];
  /** Instructions for installing a missing program. */
  readonly fix: string;
  readonly ways?: ProgramTraits;
}

/** Minimal capabilities, because Tembo knows only that the program implements the protocol. */
const capabilities: HarnessCapabilities = {
  canSteer: false,
  asksPermission: true,
  takesImages: false,
  mcpTransports: ["stdio"],
  reasoningLevels: [],
  speeds: ["normal"],
  readsRuleFiles: [],
  takesInstructions: false,
  skillFolders: null,
};

export function programSpec(options: ProgramOptions): LaunchSpec {
  const { name, displayName, modelFamily, defaultModel, argv, readOnlyPaths = [], fix, ways = {} } = options;
  const { streamJson, capabilities: known, env: usual, ...rest } = ways;
  const env = { ...usual, ...options.env };
  const [program, ...args] = argv;
  return {
    name,
    displayName,
    version: "own",
    source: { type: "program", program, readOnlyPaths, fix, ways },
    entry: "",
    defaultModel,
    modelFamily,
    capabilities: { ...capabilities, ...known },
    argv: (context) => [program, ...args.map((arg) => fill(arg, context))],
    env: (context) =>
      Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value, context)])),
    modes: { build: [], ask: [], plan: streamJson ? [] : ["plan"] },
    takesModelAtStart: [...argv, ...Object.values(env)].some((part) => part.includes("{model}")),
    lateUpdatesMs: 200,
    modelErrorIn: wordsOfModelError,
    ...rest,
  };
}

function fill(text: string, { model, modelUrl }: LaunchContext): string {
  return text.replaceAll(/\{(model|modelUrl)\}/g, (_, name) => (name === "model" ? model : modelUrl));
}
