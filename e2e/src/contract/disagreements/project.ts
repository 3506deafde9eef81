import type { Disagreement } from "./disagreement.ts";

/** Fields of a project that only Tembo has, in requests and in responses. */
export const ownProjectFields = [
  "baseBranches",
  "containers",
  "isDefaultForRepositories",
  "refresh",
  "runsOn",
  "services",
  "source",
  "startScript",
  "user",
] as const;

const sizeLists: Readonly<Record<string, readonly string[]>> = {
  "POST /v1/projects": ["sizes"],
  "PATCH /v1/projects/{projectId}": ["sizes", "defaultForSizes"],
  "POST /v1/projects/{projectId}/builds": ["sizes"],
};

export const projectRequests: readonly Disagreement[] = [
  ...Object.entries(sizeLists).flatMap(([operation, lists]) =>
    lists.map((list) => ({
      operation,
      samples: [
        `${list} with 101 items: ours refuses`,
        ...["ultra", "xxl"].map((size) => `${list}[] = ${size}: ours refuses`),
      ],
      reason: "Tembo's largest size is xl. Tembo also limits the length of the list.",
    })),
  ),
  {
    operation: "PUT /v1/projects/defaults",
    samples: ["sandboxSize = ultra: ours refuses", "sandboxSize = xxl: ours refuses"],
    reason: "Tembo's largest size is xl.",
  },
  {
    operation: "PATCH /v1/projects/{projectId}",
    samples: ["defaultForSizes[] = small: ours accepts"],
    reason:
      "The vendor sets the default for this size only with PUT /v1/projects/defaults. A project can then be saved unchanged.",
  },
  ...["POST /v1/projects", "PATCH /v1/projects/{projectId}"].map((operation) => ({
    operation,
    samples: ["codeRepositoryIds with 101 items: ours refuses"],
    reason: "Tembo limits the number of repositories of a project, as of a session.",
  })),
];
