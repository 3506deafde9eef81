import { canReach, chooseRoute, findModel, loadProviderAccess } from "../../access/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { DatabaseState, InstallationProcess, LastTurn, WorkState } from "./installation-store.ts";
import { type MachineStatus, sumUpMachines } from "./sum-up-machines.ts";

type StatusPorts = Pick<TurnsPorts, "store" | "settings" | "modelProviders" | "harnesses" | "clock">;

/** State of an installation, as an admin of one of its organizations may see it. */
export interface InstallationStatus {
  readonly checkedAt: Date;
  readonly work: WorkState;
  readonly modelKeys: readonly ModelKeyStatus[];
  /** State that all organizations share, or null if the admin must not see it. */
  readonly shared: {
    readonly processes: readonly InstallationProcess[];
    readonly machines: readonly MachineStatus[];
    readonly database: DatabaseState;
    readonly masterKeyId: string | null;
  } | null;
}

interface ModelKeyStatus {
  readonly provider: string;
  readonly label: string;
  /** Owner of the credential that the organization's sessions use, or null if there is none. */
  readonly source: "organization" | "server" | null;
  /** Time of the last turn with this provider, if the provider rejected its credential. */
  readonly rejectedAt: Date | null;
}

/**
 * Loads the status for an admin of the organization.
 *
 * The operator's API key belongs to the installation's first organization (`deleteOrganization`), so its admins see the
 * whole installation: its processes, machines, storage and master key, and counts over all organizations. Admins of other
 * organizations see only the counts and the model keys of their own organization, as `/v1/usage` does: hosts belong to
 * the operator, and the load of a machine would reveal the work of others. The status never contains a secret, and no ID,
 * name or text of an organization's objects.
 */
export async function loadStatus(ports: StatusPorts, organizationId: string): Promise<InstallationStatus> {
  const { store, clock } = ports;
  const seesAll = (await store.organizations.findFirst())?.id === organizationId;
  return {
    checkedAt: clock.now(),
    work: await store.installation.readWork(seesAll ? null : organizationId),
    modelKeys: await loadModelKeys(ports, organizationId),
    shared: seesAll ? await loadShared(ports) : null,
  };
}

async function loadShared({
  store: { installation, secrets },
}: StatusPorts): Promise<InstallationStatus["shared"]> {
  const processes = await installation.listProcesses();
  return {
    processes,
    machines: sumUpMachines(processes, await installation.listReservedPlaces()),
    database: await installation.readDatabase(),
    masterKeyId: await secrets.currentMasterKey(),
  };
}

async function loadModelKeys(ports: StatusPorts, organizationId: string): Promise<ModelKeyStatus[]> {
  const { store, modelProviders: providers, harnesses } = ports;
  const access = await loadProviderAccess(ports, organizationId);
  const choices = await store.models.choices(organizationId);
  const lastTurns = await store.installation.listLastTurns(organizationId);
  const providerOf = ({ harness: name, model, provider: asked }: LastTurn) => {
    const harness = harnesses.list().find((candidate) => candidate.name === name);
    if (harness === undefined) return null;
    const known = findModel(model)?.name ?? model;
    const chosen = choices.find((choice) => choice.model === known)?.provider ?? null;
    return chooseRoute({ harness, model, asked, chosen, access, providers }).provider;
  };
  const newest = new Map<string, LastTurn>();
  for (const turn of lastTurns) {
    const provider = providerOf(turn);
    if (provider !== null && !newest.has(provider)) newest.set(provider, turn);
  }
  return providers.map(({ name, label }) => {
    const last = newest.get(name);
    const source = access.own.has(name) ? "organization" : canReach(access, name) ? "server" : null;
    return {
      provider: name,
      label,
      source,
      rejectedAt: source !== null && last?.isKeyRejected === true ? last.endedAt : null,
    };
  });
}
