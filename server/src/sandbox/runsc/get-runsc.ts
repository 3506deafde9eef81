import { AppError } from "../../core/base/index.ts";
import { findProgram } from "../processes/find-program.ts";

/** Returns the absolute path of runsc. Throws `sandbox_unavailable` with the fix if runsc is not installed. */
export function getRunsc(folders?: readonly string[]): string {
  const found = findProgram("runsc", folders);
  if (found !== null) return found;
  throw new AppError(
    "sandbox_unavailable",
    "The program runsc (gVisor) is missing. Install it (apt-get install runsc, or see https://gvisor.dev/docs/user_guide/install), or unset TEMBO_SANDBOX.",
  );
}
