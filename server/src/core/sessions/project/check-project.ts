import { AppError, isId, refuseNul } from "../../base/index.ts";
import { getRepositories, requireBranchName, requireTreePath } from "../../forges/index.ts";
import type { SessionsPorts, SessionsSettings } from "../ports.ts";
import type { Project } from "./project.ts";
import { hasSize } from "./project-size.ts";

/**
 * Throws `invalid_input` if a field of the project is not valid, or if fields contradict each other. Reads no other
 * objects.
 */
export function checkProject(project: Project): void {
  checkTexts(project);
  checkName(project);
  checkServices(project);
  checkContainers(project);
  checkDefaults(project);
  checkBaseBranches(project);
  checkSource(project);
}

/** Throws `invalid_input` if the project allows containers, which the operator refuses. */
export function requireContainersAllowed(
  { allowsContainers }: Pick<SessionsSettings, "allowsContainers">,
  project: Pick<Project, "allowsContainers">,
): void {
  if (project.allowsContainers && !allowsContainers)
    throw invalid(
      "containers",
      'This server refuses containers. Set "containers" to false, or ask the operator to set TEMBO_CONTAINERS to "allowed".',
    );
}

/** Throws `invalid_input` if the project refers to a repository or a secret that does not exist or cannot be used. */
export async function checkReferences(
  ports: Pick<SessionsPorts, "store" | "settings">,
  { organizationId, repositoryIds, source }: Project,
): Promise<void> {
  const requireRepositories = async (ids: readonly string[], field: string) => {
    const wrong = ids.find((id) => !isId(id));
    if (wrong !== undefined)
      throw invalid(
        field,
        `${JSON.stringify(wrong.slice(0, 100))} is not the ID of a repository. Use an ID from the API.`,
      );
    await getRepositories(ports, organizationId, { urls: [], ids }).catch(naming(field));
  };
  await requireRepositories(repositoryIds, "codeRepositoryIds");
  if ("repositoryId" in source) await requireRepositories([source.repositoryId], "source.repositoryId");
  const registrySecret = source.kind === "machine" ? undefined : source.registrySecret;
  if (registrySecret === undefined) return;
  const secrets = await ports.store.secrets.listSealed(organizationId);
  if (secrets.some(({ secret }) => secret.key === registrySecret)) return;
  throw invalid(
    "source.registrySecret",
    `The organization has no secret with the key ${JSON.stringify(registrySecret)}. Create it first.`,
  );
}

function checkTexts(project: Project): void {
  for (const field of ["name", "description", "setupScript", "startScript", "agentInstructions"] as const)
    refuseNul(field, project[field]);
  for (const { command, ready } of project.services) {
    refuseNul("services", command);
    if (ready !== null && "command" in ready) refuseNul("services", ready.command);
  }
  const { source } = project;
  if (source.kind !== "dockerfile") return;
  for (const text of [source.target, ...Object.entries(source.args ?? {}).flat()]) refuseNul("source", text);
}

function checkName({ name }: Project): void {
  if (name.trim() === "") throw invalid("name", 'The "name" is empty. Give the project a name.');
}

function checkServices({ services, user }: Project): void {
  const names = new Set<string>();
  for (const [index, service] of services.entries()) {
    if (names.has(service.name))
      throw invalid(
        `services.${index}.name`,
        `Two services are named ${JSON.stringify(service.name)}. Give each service its own name.`,
      );
    names.add(service.name);
    if (service.user === "root" && user !== "root")
      throw invalid(
        `services.${index}.user`,
        `The service ${service.name} cannot run as root, because the project's "user" is "user". Set "user" to "root".`,
      );
    if (service.user === "user" && user === "root")
      throw invalid(
        `services.${index}.user`,
        `The service ${service.name} cannot run as user, because the project's "user" is "root". Remove the service's "user", and change to another user in its command, for example with runuser.`,
      );
  }
}

function checkContainers({ allowsContainers, user }: Project): void {
  if (allowsContainers && user !== "root")
    throw invalid("containers", 'Containers need the user root. Set "user" to "root".');
}

function checkDefaults(project: Project): void {
  const lacking = project.defaultForSizes.find((size) => !hasSize(project, size));
  if (lacking !== undefined)
    throw invalid(
      "defaultForSizes",
      `The project cannot be the default for ${lacking}, because its "sizes" do not include that size. Add the size.`,
    );
  if (project.isDefaultForRepositories && project.repositoryIds.length === 0)
    throw invalid(
      "isDefaultForRepositories",
      'The project has no repositories that it could be the default for. Add "codeRepositoryIds".',
    );
}

function checkBaseBranches({ repositoryIds, baseBranches }: Project): void {
  for (const [id, branch] of Object.entries(baseBranches)) {
    if (!repositoryIds.includes(id))
      throw invalid(
        "baseBranches",
        `"baseBranches" names the repository ${id}, which is not in "codeRepositoryIds". Add the repository, or remove its branch.`,
      );
    requireBranchName("baseBranches", branch);
  }
}

function checkSource({ source }: Project): void {
  if (source.kind === "machine") return;
  if (source.kind === "image") {
    if (/^[a-zA-Z0-9][\w.:/@-]*$/.test(source.reference)) return;
    throw invalid(
      "source.reference",
      `${JSON.stringify(source.reference)} is not an image. Use a reference such as "registry.example.com/team/app:1.2".`,
    );
  }
  checkRegistry(source);
  if (source.path === undefined) return;
  try {
    requireTreePath(source.path);
  } catch (cause) {
    naming("source.path")(cause);
  }
}

/** The Dockerfile names any registry, so the project must name the one that receives the credential. */
function checkRegistry({
  registry,
  registrySecret,
}: Extract<Project["source"], { readonly repositoryId: string }>): void {
  if ((registry === undefined) !== (registrySecret === undefined))
    throw invalid(
      registry === undefined ? "source.registry" : "source.registrySecret",
      'A credential for a registry needs "registry" and "registrySecret". Add the other field, or remove both.',
    );
  if (registry === undefined || /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(registry)) return;
  throw invalid(
    "source.registry",
    `${JSON.stringify(registry)} is not the host of a registry. Use a host such as "ghcr.io" or "registry.example.com:5000".`,
  );
}

/** Adds the field to an `AppError` that has none. */
function naming(field: string) {
  return (cause: unknown): never => {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    throw new AppError(cause.code, cause.message, { cause, field });
  };
}

const invalid = (field: string, sentence: string) => new AppError("invalid_input", sentence, { field });
