import { loadSessionSecrets } from "../../access/index.ts";
import { getOrganization } from "../../accounts/index.ts";
import { createMasker } from "../../base/index.ts";
import type { Forge } from "../forge/forge.ts";
import type { ForgeCheck } from "../forge/forge-check.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "../repository/repository.ts";
import { plainLog } from "./plain-log.ts";
import { trimLog } from "./trim-log.ts";

export const MAX_JOBS = 5;
const MAX_LOG_BYTES = 512 * 1024;

/**
 * Returns the first five failed checks with the relevant parts of their logs. Masks the organization's secrets before
 * it trims the logs.
 */
export async function loadFailedJobs(
  ports: Pick<ForgesPorts, "store" | "vault">,
  forge: Forge,
  repository: Repository,
  failed: readonly ForgeCheck[],
): Promise<FailedJob[]> {
  const organization = await getOrganization(ports.store, repository.organizationId);
  const secrets = organization.hasSecrets ? await loadSessionSecrets(ports, organization.id) : null;
  const { mask } = createMasker(secrets?.values ?? []);
  const jobs: FailedJob[] = [];
  for (const check of failed.slice(0, MAX_JOBS)) {
    const log = await forge.jobLog(repository, check, MAX_LOG_BYTES);
    jobs.push({
      name: mask(check.name),
      summary: check.summary === null ? null : mask(check.summary),
      url: check.url === null ? null : mask(check.url),
      log: log === null ? null : trimLog(mask(plainLog(log))),
    });
  }
  return jobs;
}

export interface FailedJob {
  readonly name: string;
  readonly summary: string | null;
  readonly url: string | null;
  /** Trimmed and masked log, or null if the job has no log. */
  readonly log: string | null;
}
