import type { FeatureFile } from "../../layer/images.ts";
import type { FeatureUsers, ParsedFeature } from "../base-files.ts";

/** Feature of a dev container with the options that one user of it chose. Everything in it is untrusted. */
export interface Feature extends ParsedFeature {
  /** Text that is equal for equal content and options. */
  readonly key: string;
  /** Name in the file that uses it. */
  readonly name: string;
  /** Name without a version. */
  readonly resource: string;
  /** Name that always means the same content, or null for a folder of the repository. */
  readonly pinned: string | null;
  readonly files: readonly FeatureFile[];
  /** Values of all options, by name of their environment variable. */
  readonly variables: Readonly<Record<string, string>>;
  /** Keys of the features that must be installed before. */
  readonly needs: readonly string[];
}

/** Features to install on an image, in this order. */
export interface Installation {
  readonly features: readonly Feature[];
  readonly users: FeatureUsers;
}

/** Returns the name of a feature without its tag and digest. Pure. */
export const withoutVersion = (name: string): string => name.replace(/@[^/]*$/, "").replace(/:[^/:]*$/, "");
