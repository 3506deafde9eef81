import { type ProjectSize, projectSizes, type SandboxSize, sandboxSizes } from "@tembo/contract";
import { AppError } from "../../base/index.ts";
import type { Project } from "./project.ts";

/** Throws `invalid_input` if the project does not have the size. */
export function requireSize(project: Pick<Project, "name" | "sizes">, size: SandboxSize): void {
  if (hasSize(project, size)) return;
  throw new AppError(
    "invalid_input",
    `The project ${JSON.stringify(project.name)} does not have the size ${size}. Use one of ${project.sizes.join(", ")}.`,
    { field: "sandboxSize" },
  );
}

/** True if sessions of the project may have the size. `small` has the same resources as `micro`. */
export function hasSize({ sizes }: Pick<Project, "sizes">, size: SandboxSize): boolean {
  return sizes.includes(size === "small" ? "micro" : (size as ProjectSize));
}

/** Returns the given size, or otherwise the largest one of the project that is smaller, or its smallest. Pure. */
export function fitSize(sizes: readonly ProjectSize[], wanted: SandboxSize): SandboxSize {
  if (hasSize({ sizes }, wanted)) return wanted;
  const rank = (size: SandboxSize) => sandboxSizes.indexOf(size);
  const own = projectSizes.filter((size) => sizes.includes(size));
  return own.findLast((size) => rank(size) < rank(wanted)) ?? own[0]!;
}
