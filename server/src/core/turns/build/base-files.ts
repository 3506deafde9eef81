import type { ProjectUser } from "../../sessions/index.ts";

/** Maximum number of features that a file names, and that a dev container uses with those that they depend on. */
export const maxFeatures = 30;

/** Parses untrusted files that describe the system of a build. */
export interface BaseFiles {
  /**
   * Parses a Dockerfile up to the stage that is built. Throws `invalid_input` if it has no such stage, or reads more than
   * 20 images.
   */
  parseDockerfile(text: string, options: DockerfileOptions): Promise<ParsedDockerfile>;
  /**
   * Parses a devcontainer.json, which is JSON with comments. `path` is its path in the repository. Throws `invalid_input` if
   * it is malformed, or uses something that this server does not support.
   */
  parseDevcontainer(text: string, path: string): Devcontainer;
  /** Parses the devcontainer-feature.json of a feature. Throws `invalid_input` if it is malformed or needs privileged mode. */
  parseFeature(content: Buffer, request: FeatureRequest): ParsedFeature;
  /**
   * Parses the output of `nix print-dev-env --json` for the file `path`. Returns the variables in capital letters that the dev
   * shell exports, without those that the sandbox sets itself. Throws `invalid_input` if it is malformed.
   */
  parseDevShell(content: Buffer, path: string): Readonly<Record<string, string>>;
}

export interface DockerfileStep {
  readonly keyword: string;
  /** Number of the line on which the instruction starts, from 1. */
  readonly line: number;
}

export interface ParsedDockerfile {
  /** Instructions of each stage, which starts with FROM. */
  readonly stages: readonly (readonly DockerfileStep[])[];
  /** Images of registries that the build reads, without duplicates. */
  readonly images: readonly UsedImage[];
  /** False if no instruction can read a file of the build context. */
  readonly readsContext: boolean;
}

export interface UsedImage {
  readonly reference: string;
  /** Texts that stand for the reference, such as `debian:${VERSION}`. */
  readonly texts: readonly string[];
}

export interface DockerfileOptions {
  readonly args: Readonly<Record<string, string>>;
  /** Stage to build, or null for the last one. */
  readonly target: string | null;
}

export type LifecycleCommand = string | readonly string[];
/** Command, or commands by name that run at the same time. */
export type Lifecycle = LifecycleCommand | Readonly<Record<string, LifecycleCommand>>;

export interface Devcontainer {
  readonly system:
    | { readonly kind: "image"; readonly reference: string }
    | {
        readonly kind: "dockerfile";
        /** Paths in the repository. */
        readonly path: string;
        readonly contextPath: string;
        readonly target: string | null;
        readonly args: Readonly<Record<string, string>>;
      };
  /** Variables, which may refer to variables of the system in the form `${containerEnv:NAME}`. Null removes a variable. */
  readonly containerEnv: Readonly<Record<string, string | null>>;
  /** Further variables, which may also refer to `containerEnv`. */
  readonly remoteEnv: Readonly<Record<string, string | null>>;
  /** User of the programs, or null if the file does not name root. */
  readonly user: ProjectUser | null;
  /** Commands that run once, in this order. */
  readonly setup: readonly { readonly name: string; readonly command: Lifecycle }[];
  /** Command that runs at each start, or null. */
  readonly start: Lifecycle | null;
  /** Forwarded ports: numbers of the container itself, and texts such as `db:5432` for other containers. */
  readonly ports: readonly (number | string)[];
  readonly features: readonly UsedFeature[];
  /** Names of features that are installed as early as possible. */
  readonly installOrder: readonly string[];
  readonly users: FeatureUsers;
}

/** Users of a dev container by name or ID, or null if its file does not name them. */
export interface FeatureUsers {
  readonly containerUser: string | null;
  readonly remoteUser: string | null;
}

/** Feature that a dev container or another feature uses. */
export interface UsedFeature {
  /** Name in a registry, or a path such as `./name`. */
  readonly name: string;
  /** Path of the feature's folder in the repository, or null if it is in a registry. */
  readonly folder: string | null;
  /** Values of options. */
  readonly options: Readonly<Record<string, string>>;
}

export interface FeatureRequest {
  readonly name: string;
  /** Path of the folder with the devcontainer.json, to which names of folders refer. */
  readonly folder: string;
}

export interface ParsedFeature extends Pick<Devcontainer, "setup" | "start"> {
  readonly options: Readonly<
    Record<string, { readonly value: string | null; readonly allowed: readonly string[] | null }>
  >;
  /** Variables, which may refer to variables of the image in the form of a Dockerfile. They contain no line breaks. */
  readonly containerEnv: Readonly<Record<string, string>>;
  /** Features that must be installed before. */
  readonly dependsOn: readonly UsedFeature[];
  /** Names of features that are installed before, if the dev container uses them. */
  readonly installsAfter: readonly string[];
  readonly legacyNames: readonly string[];
  /** Properties of the feature that have no effect. */
  readonly ignored: readonly string[];
}
