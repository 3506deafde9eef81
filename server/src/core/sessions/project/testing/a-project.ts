import { newId } from "../../../base/index.ts";
import { defaultFields } from "../create-project.ts";
import type { Project } from "../project.ts";

const someTime = new Date("2026-01-02T03:04:05.678Z");

export function aProject(change: Partial<Project> = {}): Project {
  const id = newId(someTime.getTime());
  return {
    id,
    organizationId: newId(),
    name: `Shop ${id}`,
    ...defaultFields,
    sizes: ["micro", "large"],
    defaultForSizes: [],
    createdAt: someTime,
    updatedAt: someTime,
    archivedAt: null,
    ...change,
  };
}
