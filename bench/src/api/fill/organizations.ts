import { createHash } from "node:crypto";
import type pg from "pg";
import { pickSkewed, type Random, seededId, seededRandom } from "./random.ts";
import { writeRows } from "./write-rows.ts";

/** Each organization's share of all sessions. The server's first key belongs to the first organization. */
const shares = [0.6, 0.2, 0.08, 0.04, 0.03, 0.02, 0.01, 0.01, 0.005, 0.005];
const firstId = "00000000-0000-7000-8000-000000000001";
/** End of the time range. All sessions were created in the two years before it. */
export const endsAt = Date.parse("2026-11-01T00:00:00.000Z");
export const beginsAt = endsAt - 730 * 86_400_000;

export interface FilledOrganization {
  readonly id: string;
  readonly share: number;
  readonly people: readonly { readonly userId: string; readonly keyId: string }[];
  readonly logins: readonly string[];
  /** Repositories, most used first. Some belong to the built-in forge and have no integration. */
  readonly repositories: readonly { readonly id: string; readonly name: string }[];
  readonly integrationIds: readonly string[];
  /** Projects and agents, most used first. */
  readonly projectIds: readonly string[];
  readonly agentIds: readonly string[];
}

/**
 * Creates ten organizations with members, keys, integrations, repositories, projects and agents. A larger organization has more of them. The result is the same
 * in every run.
 */
export function makeOrganizations(): FilledOrganization[] {
  const random = seededRandom(11);
  const id = () => seededId(random, beginsAt);
  // A separate sequence, so that the other rows remain the same as those of earlier fills.
  const ownRandom = seededRandom(12);
  const ownId = () => seededId(ownRandom, beginsAt);
  return shares.map((share, index) => {
    const size = Math.ceil(60 * share);
    return {
      id: index === 0 ? firstId : id(),
      share,
      people: Array.from({ length: Math.min(9, 2 + size) }, () => ({ userId: id(), keyId: id() })),
      logins: Array.from({ length: 2 + size }, (_, n) => `person-${index}-${n}`),
      repositories: Array.from({ length: 3 + 5 * size }, (_, n) => ({ id: id(), name: `app-${index}-${n}` })),
      integrationIds: Array.from({ length: Math.min(3, 1 + size) }, id),
      projectIds: Array.from({ length: 2 + Math.ceil(size / 2) }, ownId),
      agentIds: Array.from({ length: 2 + Math.ceil(size / 2) }, ownId),
    };
  });
}

export async function writeOrganizations(
  client: pg.ClientBase,
  organizations: readonly FilledOrganization[],
): Promise<void> {
  const at = new Date(beginsAt).toISOString();
  const times = { created_at: at, updated_at: at };
  for (const [index, organization] of organizations.entries()) {
    const { id, people, repositories, integrationIds, projectIds, agentIds } = organization;
    const random = seededRandom(100 + index);
    await client.query("insert into organizations (id, name, created_at) values ($1, $2, $3)", [
      id,
      `Organization ${index + 1}`,
      at,
    ]);
    await writeRows(
      client,
      "users",
      people.map(({ userId }, n) => ({ id: userId, name: `Person ${n}`, settings: {}, ...times })),
    );
    await writeRows(
      client,
      "members",
      people.map(({ userId }, n) => ({
        id: seededId(random, beginsAt),
        organization_id: id,
        user_id: userId,
        email: `person-${n}@example-${index}.test`,
        role: n === 0 ? "admin" : "member",
        ...times,
      })),
    );
    await writeRows(
      client,
      "api_keys",
      people.map(({ userId, keyId }, n) => ({
        id: keyId,
        organization_id: id,
        user_id: userId,
        name: `Key ${n}`,
        token_preview: "tembo_bench…",
        token_hash: `\\x${createHash("sha256").update(keyId).digest("hex")}`,
        ...times,
      })),
    );
    await writeRows(
      client,
      "integrations",
      integrationIds.map((integrationId, n) => ({
        id: integrationId,
        organization_id: id,
        forge: "github",
        display_name: `GitHub ${n}`,
        web_url: "https://github.com",
        api_url: "https://api.github.com",
        settings: {},
        enabled_at: at,
        ...times,
      })),
    );
    await writeRows(
      client,
      "projects",
      projectIds.map((projectId, n) => ({
        id: projectId,
        organization_id: id,
        ...projectColumns(n),
        ...times,
      })),
    );
    await writeRows(
      client,
      "agents",
      agentIds.map((agentId, n) => ({ id: agentId, organization_id: id, ...agentColumns(n), ...times })),
    );
    await writeRows(client, "repositories", repositoryRows(random, { id, repositories, integrationIds }, at));
  }
}

const projectColumns = (n: number) => ({
  name: `Project ${n}`,
  icon: "box",
  color: "gray",
  sizes: ["small"],
  default_for_sizes: [],
  repository_ids: [],
  base_branches: {},
  source: {},
  services: [],
  run_as: "user",
  allows_containers: false,
  installs_dependencies: false,
  includes_skills: false,
  keeps_warm: false,
  refreshes_on_change: false,
  is_default_for_repositories: false,
  runs_on: [],
});

const agentColumns = (n: number) => ({
  name: `Agent ${n}`,
  content_version: 1,
  agent_options: {},
  mcp_servers: [],
  repository_ids: [],
  auto_detect_repositories: false,
  overlap: "parallel",
});

function repositoryRows(
  random: Random,
  { id, repositories, integrationIds }: Pick<FilledOrganization, "id" | "repositories" | "integrationIds">,
  at: string,
) {
  return repositories.map((one, n) => {
    const integrationId = n % 10 === 9 ? null : pickSkewed(random, integrationIds);
    const url = `https://github.com/bench/${one.name}`;
    return {
      id: one.id,
      organization_id: id,
      forge: integrationId === null ? "local" : "github",
      owner: "bench",
      name: one.name,
      connected_url: integrationId === null ? null : url,
      url_key: integrationId === null ? null : url,
      default_branch: "main",
      enabled_at: at,
      integration_id: integrationId,
      external_id: integrationId === null ? null : String(n),
      is_archived: false,
      settings: {},
      created_at: at,
      updated_at: at,
    };
  });
}
