import { newId } from "../../../base/index.ts";
import type { Project } from "../project.ts";

const someTime = new Date("2026-01-02T03:04:05.678Z");

export function aProject(change: Partial<Project> = {}): Project {
  const id = newId(someTime.getTime());
  return {
    id,
    organizationId: newId(),
    name: `Shop ${id}`,
    description: null,
    icon: "folder",
    color: "neutral",
    sizes: ["micro", "large"],
    defaultForSizes: [],
    repositoryIds: [],
    baseBranches: {},
    source: { kind: "machine" },
    setupScript: null,
    startScript: null,
    agentInstructions: null,
    services: [],
    user: "user",
    allowsContainers: false,
    installsDependencies: true,
    includesSkills: true,
    keepsWarm: false,
    refreshesOnChange: false,
    isDefaultForRepositories: false,
    createdAt: someTime,
    updatedAt: someTime,
    archivedAt: null,
    ...change,
  };
}
