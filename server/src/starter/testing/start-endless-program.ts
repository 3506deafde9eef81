import { starterPid, startFromStarter } from "../start-from-starter.ts";

// Starts a program that does not end, and prints its process ID and that of the starter as JSON.
const { process: started } = startFromStarter({
  argv: ["sleep", "1000"],
  env: { PATH: "/usr/bin:/bin" },
  streams: [],
});
console.log(JSON.stringify({ starter: starterPid(), program: (await started)!.pid }));
