import type { SystemProfile } from "../../core/turns/index.ts";
import { hasRunsc } from "../runsc/testing/has-runsc.ts";

/** A sandbox with the source of its programs and its profile. */
export interface Combination {
  readonly sandbox: "bubblewrap" | "runsc";
  /** Source of the programs: this machine's /usr, or the layers of an image. */
  readonly source: "machine" | "image";
  readonly profile: SystemProfile;
  /** True if every run of the contract suite and of the containment probes includes it, and not only those with `--all`. */
  readonly isRepresentative: boolean;
}

/**
 * Every combination that runs. The contract suite and the containment probes run on each. Profile `root` needs an
 * image: no system can name the machine's own programs, and the API rejects such a project.
 */
export const combinations: readonly Combination[] = [
  { sandbox: "bubblewrap", source: "machine", profile: "user", isRepresentative: true },
  { sandbox: "bubblewrap", source: "image", profile: "user", isRepresentative: false },
  { sandbox: "bubblewrap", source: "image", profile: "root", isRepresentative: true },
  { sandbox: "runsc", source: "machine", profile: "user", isRepresentative: false },
  { sandbox: "runsc", source: "image", profile: "user", isRepresentative: false },
  { sandbox: "runsc", source: "image", profile: "root", isRepresentative: true },
];

/** Returns the combinations of this run: all of them with `--all` (scripts/test.ts), else the representative ones. */
export function chosenCombinations(): readonly Combination[] {
  const isAll = process.env.TEMBO_TEST_COMBINATIONS === "all";
  return combinations.filter(({ isRepresentative }) => isAll || isRepresentative);
}

export const nameOf = ({ sandbox, source, profile }: Combination): string =>
  `${sandbox}, ${source}, ${profile}`;

/** Returns why this machine cannot run a combination, or null if it can. */
export function missingFor({ sandbox, source, profile }: Combination): string | null {
  if (sandbox === "runsc" && !hasRunsc) return "runsc is not installed";
  const needsRoot = source === "image" && (sandbox === "runsc" || profile === "root");
  return needsRoot && process.getuid!() !== 0 ? "needs root" : null;
}

/** Returns true if the combination has all these values. */
export function isOn(combination: Combination, values: Partial<Combination>): boolean {
  return (Object.keys(values) as (keyof Combination)[]).every((key) => combination[key] === values[key]);
}
