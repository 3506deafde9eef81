/** Removes a checkout's `.git` in a process of its own, which a test runs without root: node probe-remove-repository.ts PATH */
import { stopHostGit } from "../../host-git/host-git.ts";
import { removeRepository } from "../workspace/remove-repository.ts";

const owner = { uid: process.getuid!(), gid: process.getgid!() };
await removeRepository(process.argv[2]!, owner, AbortSignal.timeout(60_000));
await stopHostGit();
