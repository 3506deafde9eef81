import type { World } from "../cli.ts";
import { createRecordingTerminal } from "./recording-terminal.ts";

/** A world that is piped, isolated from this machine, and unable to run anything on it. */
export function testWorld(env: NodeJS.ProcessEnv = {}): World {
  const nothingHere = async () => {
    throw new Error("A test of the command line starts nothing on this machine.");
  };
  return {
    env,
    terminal: createRecordingTerminal(),
    loadLocalServer: nothingHere,
    loadDoctor: nothingHere,
  };
}
