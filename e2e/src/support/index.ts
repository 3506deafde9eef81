export * from "./assertions.ts";
export * from "./hosts/loopback-hosts.ts";
export * from "./leftovers.ts";
export * from "./package-files.ts";
export * from "./programs/run-shell.ts";
export * from "./programs/tembo-process.ts";
export * from "./repositories.ts";
export * from "./world.ts";
