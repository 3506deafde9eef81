import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as skill from "./skill.ts";

export const skillOperations = {
  skillList: {
    method: "GET",
    path: "/v1/skills",
    tier: "v1",
    summary: "List skills",
    description:
      "Lists the organization's skills, newest first, or its repositories' skills, by name. The response does not contain the skills' files.",
    query: skill.skillListQuery,
    status: 200,
    response: skill.skillList,
  },
  skillCreate: {
    method: "POST",
    path: "/v1/skills",
    tier: "v1",
    summary: "Create a skill with its files",
    body: skill.skillCreateBody,
    status: 201,
    response: skill.skill,
  },
  skillRetrieve: {
    method: "GET",
    path: "/v1/skills/{skillId}",
    tier: "v1",
    summary: "Retrieve a skill with its files",
    params: skill.skillParams,
    status: 200,
    response: skill.skill,
  },
  skillUpdate: {
    method: "PATCH",
    path: "/v1/skills/{skillId}",
    tier: "v1",
    summary: "Update a skill",
    description: "The files in the request replace all of the skill's files.",
    params: skill.skillParams,
    body: skill.skillUpdateBody,
    status: 200,
    response: skill.skill,
  },
  skillDelete: {
    method: "DELETE",
    path: "/v1/skills/{skillId}",
    tier: "v1",
    summary: "Delete a skill",
    params: skill.skillParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
