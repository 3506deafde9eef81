import {
  type Project,
  type ProjectService,
  type ProjectSource,
  type ProjectUpdateBody,
  projectSizes,
  type SandboxSize,
  sandboxSizes,
} from "@tembo-io/sdk";
import { isSame } from "../../components/edit/is-same.ts";
import type { ChosenRepository } from "../../repositories/chosen-repository.ts";

/** Form fields of a project's source. Fields that `kind` does not use keep their values. */
export interface SourceWords {
  readonly kind: ProjectSource["kind"];
  readonly reference: string;
  readonly registry: string;
  readonly registrySecret: string;
  readonly repositoryId: string;
  readonly dockerfile: string;
  readonly devcontainer: string;
  readonly target: string;
  /** Lines of the form `NAME=VALUE`. */
  readonly args: string;
}

export interface ServiceWords {
  /** Identifies the service while the form is open. */
  readonly key: string;
  readonly name: string;
  readonly command: string;
  readonly readiness: "started" | "tcp" | "command";
  readonly port: number | "";
  readonly check: string;
  readonly user: "project" | NonNullable<ProjectService["user"]>;
}

/** Project fields that users edit. */
export interface ProjectWords
  extends Pick<
    Project,
    | "name"
    | "icon"
    | "color"
    | "user"
    | "containers"
    | "includeDeps"
    | "includeSkills"
    | "warmPoolEnabled"
    | "refresh"
    | "isDefaultForRepositories"
    | "runsOn"
  > {
  readonly description: string;
  readonly repositories: readonly ChosenRepository[];
  readonly baseBranches: Readonly<Record<string, string>>;
  readonly source: SourceWords;
  readonly setupScript: string;
  readonly startScript: string;
  readonly agentInstructions: string;
  readonly services: readonly ServiceWords[];
  readonly sizes: Project["sizes"];
  readonly defaultForSizes: Project["defaultForSizes"];
}

type RegistryFields = Pick<Extract<ProjectSource, { kind: "dockerfile" }>, "registry" | "registrySecret">;

const noSource: SourceWords = {
  kind: "machine",
  reference: "",
  registry: "",
  registrySecret: "",
  repositoryId: "",
  dockerfile: "Dockerfile",
  devcontainer: "",
  target: "",
  args: "",
};

export const noProject: ProjectWords = {
  name: "",
  description: "",
  icon: "folder",
  color: "neutral",
  repositories: [],
  baseBranches: {},
  source: noSource,
  setupScript: "",
  startScript: "",
  agentInstructions: "",
  services: [],
  sizes: [...projectSizes],
  defaultForSizes: [],
  user: "user",
  containers: false,
  includeDeps: true,
  includeSkills: true,
  warmPoolEnabled: false,
  refresh: false,
  isDefaultForRepositories: false,
  runsOn: [],
};

/** Returns the form fields of a project. `nameOf` returns the full name of a repository. Pure. */
export function toProjectWords(project: Project, nameOf: (repositoryId: string) => string): ProjectWords {
  const { name, icon, color, user, containers, includeDeps, includeSkills } = project;
  const { warmPoolEnabled, refresh, isDefaultForRepositories, runsOn, sizes, defaultForSizes } = project;
  return {
    ...{ name, icon, color, user, containers, includeDeps, includeSkills },
    ...{ warmPoolEnabled, refresh, isDefaultForRepositories, runsOn, sizes, defaultForSizes },
    description: project.description ?? "",
    repositories: (project.codeRepositoryIds ?? []).map((id) => ({ id, name: nameOf(id) })),
    baseBranches: project.baseBranches,
    source: toSourceWords(project.source),
    setupScript: project.setupScript ?? "",
    startScript: project.startScript ?? "",
    agentInstructions: project.agentInstructions ?? "",
    services: project.services.map(toServiceWords),
  };
}

function toSourceWords(source: ProjectSource): SourceWords {
  const { kind } = source;
  switch (kind) {
    case "machine":
      return noSource;
    case "image":
      return {
        ...noSource,
        kind,
        reference: source.reference,
        registrySecret: source.registrySecret ?? "",
      };
    case "dockerfile":
      return {
        ...noSource,
        kind,
        repositoryId: source.repositoryId,
        dockerfile: source.path,
        target: source.target ?? "",
        args: Object.entries(source.args ?? {})
          .map(([name, value]) => `${name}=${value}`)
          .join("\n"),
        ...toRegistryWords(source),
      };
    case "devcontainer":
      return {
        ...noSource,
        kind,
        repositoryId: source.repositoryId,
        devcontainer: source.path ?? "",
        ...toRegistryWords(source),
      };
  }
}

const toRegistryWords = ({ registry = "", registrySecret = "" }: RegistryFields) => ({
  registry,
  registrySecret,
});

function toServiceWords({ name, command, ready, user }: ProjectService, index: number): ServiceWords {
  return {
    key: String(index),
    name,
    command,
    readiness: ready === null ? "started" : "tcp" in ready ? "tcp" : "command",
    port: ready !== null && "tcp" in ready ? ready.tcp : "",
    check: ready !== null && "command" in ready ? ready.command : "",
    user: user ?? "project",
  };
}

/**
 * Returns the values that decide whether a field has changed, without the names of repositories, which the forge can
 * change, and without the keys of services. Pure.
 */
export const comparedProject = (words: ProjectWords) => ({
  ...words,
  repositories: words.repositories.map(({ id }) => id),
  services: words.services.map(({ key: _, ...service }) => service),
});

/** Returns all fields as a request body. Pure. */
export function toProjectBody(words: ProjectWords) {
  const { icon, color, user, includeDeps, includeSkills, refresh, source, sizes } = words;
  const ids = words.repositories.map(({ id }) => id);
  const branches = Object.entries(words.baseBranches).filter(
    ([id, branch]) => ids.includes(id) && branch.trim() !== "",
  );
  return {
    ...{ icon, color, user, includeDeps, includeSkills, refresh },
    name: words.name.trim(),
    description: words.description.trim() || null,
    codeRepositoryIds: ids,
    baseBranches: Object.fromEntries(branches.map(([id, branch]) => [id, branch.trim()])),
    source: toSource(source),
    setupScript: textOrNull(words.setupScript),
    startScript: textOrNull(words.startScript),
    agentInstructions: textOrNull(words.agentInstructions),
    services: words.services.map(toService),
    sizes,
    runsOn: words.runsOn,
    // The form hides these switches if they cannot be on.
    containers: words.containers && user === "root",
    isDefaultForRepositories: words.isDefaultForRepositories && ids.length > 0,
  };
}

/** Returns the changed fields as a request body. Pure. */
export function diffProjectWords(base: ProjectWords, next: ProjectWords): ProjectUpdateBody {
  const before: Record<string, unknown> = toUpdateBody(base);
  return Object.fromEntries(
    Object.entries(toUpdateBody(next)).filter(([field, value]) => !isSame(before[field], value)),
  );
}

const toUpdateBody = (words: ProjectWords) => ({
  ...toProjectBody(words),
  warmPoolEnabled: words.warmPoolEnabled,
  defaultForSizes: sessionSizes(words.sizes).filter((size) => words.defaultForSizes.includes(size)),
});

/** Returns the sizes that sessions of a project with these sizes may have. `small` belongs to `micro`. Pure. */
export const sessionSizes = (sizes: readonly SandboxSize[]): SandboxSize[] =>
  sandboxSizes.filter((size) => sizes.includes(size === "small" ? "micro" : size));

const textOrNull = (text: string) => (text.trim() === "" ? null : text);

function toSource(words: SourceWords): ProjectSource {
  const { kind, repositoryId } = words;
  const [registrySecret, target, devcontainer] = [words.registrySecret, words.target, words.devcontainer].map(
    (one) => one.trim(),
  );
  const registry = words.registry.trim();
  const access = registrySecret ? { registrySecret, ...(registry && { registry }) } : {};
  switch (kind) {
    case "machine":
      return { kind };
    case "image":
      return { kind, reference: words.reference.trim(), ...(registrySecret && { registrySecret }) };
    case "dockerfile": {
      const args = toArgs(words.args);
      return {
        kind,
        repositoryId,
        path: words.dockerfile.trim(),
        ...(target && { target }),
        ...(Object.keys(args).length > 0 && { args }),
        ...access,
      };
    }
    case "devcontainer":
      return { kind, repositoryId, ...(devcontainer && { path: devcontainer }), ...access };
  }
}

function toArgs(text: string): Record<string, string> {
  return Object.fromEntries(
    argLines(text).map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name.trim(), value.join("=")];
    }),
  );
}

/** Returns the first line of the build arguments that is not of the form `NAME=VALUE`, or undefined. Pure. */
export const invalidArg = (text: string): string | undefined =>
  argLines(text).find((line) => !/^\s*[^=\s][^=]*=/.test(line));

const argLines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");

function toService({ name, command, readiness, port, check, user }: ServiceWords): ProjectService {
  return {
    name: name.trim(),
    command: command.trim(),
    ready:
      readiness === "started"
        ? null
        : readiness === "tcp"
          ? { tcp: Number(port) }
          : { command: check.trim() },
    ...(user !== "project" && { user }),
  };
}
