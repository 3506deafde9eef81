import type { ForwardName } from "../../core/turns/index.ts";

/** File names of the forwarded sockets. They are short, because a socket path is limited to 107 bytes. */
const socketNames: Readonly<Record<ForwardName, string>> = {
  model: "m",
  egress: "e",
  git: "g",
  tools: "t",
};

/** Returns the path of a forwarded socket in a session's sockets folder. */
export const socketPathIn = (folder: string, name: ForwardName) => `${folder}/${socketNames[name]}`;

export const forwardNames = Object.keys(socketNames) as readonly ForwardName[];
