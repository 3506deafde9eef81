import type { CertificateAuthority, SessionSecrets } from "../../access/index.ts";
import type { Organization } from "../../accounts/index.ts";
import { type Masker, paths } from "../../base/index.ts";
import type { Forge, GitSite, Repository } from "../../forges/index.ts";
import type { ClaimedBuild, Project, ProjectVariable } from "../../sessions/index.ts";
import type { HeldLayers, Layers } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox, SandboxSystem, WorkspaceHandle } from "../sandbox/sandbox.ts";
import type { BuildOutput } from "./build-output.ts";

/** A repository of a build, on the branch from which the environment is made. */
export interface BuildCheckout {
  readonly repository: Repository;
  readonly forge: Forge;
  /** Name of the repository's folder in the workspace. */
  readonly directory: string;
  readonly branch: string;
  /** Commit of the branch as of the build's fetch. Null before the fetch, or if the repository has no commits. */
  readonly commit: string | null;
}

/** Dependencies of a build, which adds layers only through `BuildContext.layers`. */
export interface BuildPorts extends Omit<TurnsPorts, "layers"> {
  readonly layers: () => Promise<Omit<Layers, "add">>;
}

/** Data and dependencies for the steps of one attempt at a build. */
export interface BuildContext extends ClaimedBuild {
  readonly ports: BuildPorts;
  readonly organization: Organization;
  readonly project: Project;
  readonly checkouts: readonly BuildCheckout[];
  /** Repository with the Dockerfile or the dev container from which the base system is built, or null. It may be one of `checkouts`. */
  readonly sourceCheckout: BuildCheckout | null;
  readonly variables: readonly ProjectVariable[];
  /** Versions of the organization's secrets. They are not newer than the values in `secrets`. */
  readonly secretVersions: readonly { readonly key: string; readonly version: string }[];
  /** Organization's secrets and the project's variables, as of the beginning of the attempt. */
  readonly secrets: SessionSecrets;
  /** Certificate authority for the hosts of header injection rules, or null if there are none. */
  readonly authority: CertificateAuthority | null;
  readonly masker: Masker;
  readonly output: BuildOutput;
  /** Access to the layers, which keeps the attempt's layers until its snapshot uses them. */
  readonly layers: HeldLayers;
  /** Workspace and HOME of the attempt, in a folder of its own. */
  readonly workspace: WorkspaceHandle;
}

/** Sandbox of a build with its system, or null for the machine's own system. */
export interface OpenedSandbox {
  readonly sandbox: Sandbox;
  readonly system: SandboxSystem | null;
}

/** Reports that a phase of the build begins. */
export type Phase = (phase: string, percent: number, message: string) => Promise<void>;

/** Returns all repositories that the build reads. Pure. */
export const repositoriesOf = ({
  checkouts,
  sourceCheckout,
}: Pick<BuildContext, "checkouts" | "sourceCheckout">): BuildCheckout[] => [
  ...new Set([...checkouts, ...(sourceCheckout === null ? [] : [sourceCheckout])]),
];

/** Describes a checkout of the build for host git. */
export function siteOfBuild({ ports, workspace }: BuildContext, checkout: BuildCheckout): GitSite {
  const { dataDir } = ports.settings;
  return {
    mirrorPath: paths.mirror(dataDir, checkout.repository.id),
    checkoutPath: `${paths.workspace(dataDir, workspace.sessionId)}/${checkout.directory}`,
    capturePath: paths.capture(dataDir, workspace.sessionId, checkout.directory),
    ...ports.workspaces.ownerOf(workspace.sessionNumber),
  };
}
