import { paths } from "../../base/index.ts";
import { type FilePorts, removeFiles } from "./remove-files.ts";

/**
 * Removes the folders in which files of an environment wait until a session's restore is complete, and ends the program
 * that unpacks them. Idempotent.
 */
export function removeRestored(ports: FilePorts, sessionId: string): Promise<void> {
  return removeFiles(ports, paths.restoring(sessionId));
}
