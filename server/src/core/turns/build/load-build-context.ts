import { certificateAuthorityOf, loadSessionSecrets } from "../../access/index.ts";
import { getOrganization } from "../../accounts/index.ts";
import { AppError, createMasker, paths } from "../../base/index.ts";
import { forgeOf } from "../../forges/index.ts";
import {
  buildBranchOf,
  type ClaimedBuild,
  directoriesFor,
  openBuildLog,
  type Project,
  type ProjectBuild,
  withVariables,
} from "../../sessions/index.ts";
import { withoutRegistrySecret } from "../environment/registry-credential.ts";
import type { TurnsPorts } from "../ports.ts";
import type { BuildContext } from "./build-context.ts";
import { BuildOutput } from "./build-output.ts";

/**
 * Loads the data that an attempt at a build needs. Masks the loaded secrets in the server's log from then on. Throws
 * `not_found` if a repository of the recipe is no longer connected, `internal` if a secret cannot be decrypted, or
 * `unavailable` if this machine cannot store layers.
 */
export async function loadBuildContext(ports: TurnsPorts, claimed: ClaimedBuild): Promise<BuildContext> {
  const { build, lease } = claimed;
  const { store } = ports;
  const project = await store.projects.get(build.projectId);
  const organization = await getOrganization(store, project.organizationId);
  const secretVersions = await versionsOfSecrets(ports, organization.id);
  const variables = await store.projectVariables.list(project.id);
  const secrets = await withVariables(
    ports,
    withoutRegistrySecret(await loadSessionSecrets(ports, organization.id), build.recipe.source),
    project,
    "build",
  );
  ports.logMask.protect(`build:${build.id}`, secrets.values);
  const authority =
    secrets.bound.length === 0
      ? null
      : await certificateAuthorityOf(ports, organization.id, () =>
          ports.broker.createCertificateAuthority(organization.name),
        );
  return {
    ...{ build, lease, ports, organization, project, variables, secretVersions, secrets, authority },
    ...(await checkoutsOf(ports, project, build.recipe)),
    masker: createMasker(secrets.values),
    layers: (await ports.layers()).hold(),
    output: new BuildOutput(openBuildLog(ports, lease, secrets.values)),
    workspace: {
      sessionId: paths.building(lease),
      sessionNumber: await store.projectBuilds.takeSessionNumber(),
    },
  };
}

/** Returns the versions of the organization's secrets. A version changes with the value and with the header injection rule. */
async function versionsOfSecrets({ store }: TurnsPorts, organizationId: string) {
  const sealed = await store.secrets.listSealed(organizationId);
  return sealed.map(({ secret: { key, version, binding } }) => ({
    key,
    version: `${version}${binding === null ? "" : " bound"}`,
  }));
}

async function checkoutsOf(
  ports: TurnsPorts,
  { organizationId }: Project,
  { repositoryIds, baseBranches, source }: ProjectBuild["recipe"],
): Promise<Pick<BuildContext, "checkouts" | "sourceCheckout">> {
  const sourceId = "repositoryId" in source ? source.repositoryId : null;
  const ids = [...new Set([...repositoryIds, ...(sourceId === null ? [] : [sourceId])])];
  const found = await ports.store.repositories.findMany(organizationId, ids);
  const repositories = ids.map((id) => {
    const repository = found.find((one) => one.id === id);
    if (repository !== undefined) return repository;
    throw new AppError(
      "not_found",
      `The repository ${id} is no longer connected. Connect it again, or remove it from the project.`,
    );
  });
  const directories = directoriesFor(repositories);
  const all = await Promise.all(
    repositories.map(async (repository, index) => ({
      repository,
      forge: await forgeOf(ports, repository),
      directory: directories[index]!,
      branch: buildBranchOf({ baseBranches }, repository),
      commit: null,
    })),
  );
  return {
    checkouts: all.slice(0, repositoryIds.length),
    sourceCheckout: all.find(({ repository }) => repository.id === sourceId) ?? null,
  };
}
