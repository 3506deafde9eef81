import { channel } from "node:diagnostics_channel";

/**
 * Receives `{ argv }` for each program that a small process starts for this process. Node's own channel `child_process` receives the programs that
 * this process starts itself. A test counts both.
 */
export const programsStarted = channel("tembo:program");
