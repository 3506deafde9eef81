import type { Disagreement } from "./disagreement.ts";

export const skillRequests: readonly Disagreement[] = [
  ...["POST /v1/skills", "PATCH /v1/skills/{skillId}"].map((operation) => ({
    operation,
    samples: [
      "description of 1025 characters: ours refuses",
      "description very long: ours refuses",
      "files with 101 items: ours refuses",
      "files[].filename of 201 characters: ours refuses",
      "files[].filename very long: ours refuses",
      "name of 65 characters: ours refuses",
      "name very long: ours refuses",
    ],
    reason:
      "Names and descriptions have the skill format's limits, so that every harness accepts them. Tembo also limits the number of files and the length of their names.",
  })),
];
