import { forwardNames, socketPathIn } from "../forwards/socket-names.ts";
import { inside } from "./places.ts";

/**
 * Ports that init forwards. Each entry has a loopback port and the path, inside the sandbox, of the socket to which it connects.
 */
export const initForwards: readonly { readonly port: number; readonly socketPath: string }[] =
  forwardNames.map((name) => ({
    port: inside.ports[name],
    socketPath: socketPathIn(inside.socketsPath, name),
  }));
