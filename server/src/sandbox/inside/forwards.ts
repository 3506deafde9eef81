import { forwardNames, socketPathIn } from "../forwards/socket-names.ts";
import { inside } from "./places.ts";

/** For the launcher: each loopback port and the socket, as seen inside, that it leads to. */
export const launcherForwards: readonly { readonly port: number; readonly socketPath: string }[] =
  forwardNames.map((name) => ({
    port: inside.ports[name],
    socketPath: socketPathIn(inside.socketsPath, name),
  }));
