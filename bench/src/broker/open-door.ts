import { createEgressDoor } from "../../../server/src/broker/egress/create-egress-door.ts";

/** An egress door at SOCKET_PATH that leads to localhost at PORT. */
const { SOCKET_PATH = "", PORT = "" } = process.env;
await createEgressDoor({
  log: { info() {}, warn() {}, error() {} },
  privateHosts: ["localhost"],
}).openEgress({
  socketPath: SOCKET_PATH,
  uid: process.getuid!(),
  gid: process.getgid!(),
  policy: { kind: "list", rules: [{ host: "localhost", port: Number(PORT) }] },
  secrets: [],
  certificateAuthority: null,
  onDenied: ({ host, reason }) => console.error(`denied: ${host} ${reason}`),
});
console.log("ready door");
