import type { ModelFamily } from "../core/ports/harness.ts";

/** All that the driver must know of one harness; nothing else in the product knows it by name. */
export interface LaunchSpec {
  /** As in the API: `claudeCode`. */
  readonly name: string;
  readonly displayName: string;
  /** Pinned exactly: npm quietly takes an older version when engines differ and none is given. */
  readonly package: { readonly name: string; readonly version: string };
  /** The file that must exist after installing, relative to the installation. */
  readonly entry: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  argv(context: { readonly nodeBinary: string; readonly installDir: string }): readonly [string, ...string[]];
  /** `model` is any string a user wrote, also one the harness has never heard of. */
  env(context: { readonly modelUrl: string; readonly model: string }): Readonly<Record<string, string>>;
  /** Value of the `mode` option in which the harness never asks; null leaves its default. */
  readonly mode: string | null;
  /** How long after a prompt's result a title may still come. */
  readonly lateUpdatesMs: number;
  /** The model service's own words when the failure of a prompt was the model's, null when it was the harness's. */
  modelErrorIn(error: PromptError): string | null;
}

/** A JSON-RPC error that answered `session/prompt`. */
export interface PromptError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
