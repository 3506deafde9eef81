/** Claim that the probes of each file attack. They run on each combination, unless `once` says why they run once. */
export const claims: Readonly<Record<string, { readonly claim: string; readonly once?: string }>> = {
  "files.test.ts": {
    claim: "Files of the host, of the server and of other sessions are hidden, and programs are read-only.",
  },
  "links.test.ts": { claim: "The host follows no link that a program plants." },
  "images.test.ts": { claim: "Links, setuid programs and changes of a system have no effect outside it." },
  "processes.test.ts": { claim: "Processes of the host and init are out of reach." },
  "daemons.test.ts": { claim: "No process remains after its program." },
  "privileges.test.ts": { claim: "Programs have no rights on the host and cannot gain any." },
  "kernel.test.ts": { claim: "Clock, devices, mounts and settings of the host's kernel cannot be changed." },
  "filter.test.ts": { claim: "A filter rejects system calls that agents do not need." },
  "own-kernel.test.ts": { claim: "Programs do not reach the host's kernel." },
  "limits.test.ts": { claim: "Memory, processes and sizes of temporary folders are limited." },
  "disk.test.ts": { claim: "The size and number of files are limited." },
  "network.test.ts": { claim: "There is no network." },
  "sockets.test.ts": {
    claim: "Sockets of the host and of other sessions are out of reach, also through previews.",
  },
  "session-tools.test.ts": {
    claim: "The session tools serve their own session, and no web page in its browser.",
  },
  "model-gateway.test.ts": { claim: "The model gateway leads to no other host." },
  "tokens.test.ts": {
    claim: "No key and no injected secret is in a file, in an environment variable or in memory.",
  },
  "builder.test.ts": { claim: "A Dockerfile cannot mount file systems or reach the host." },
  "system-containers.test.ts": {
    claim: "A project's containers do not reach the host, although their programs can mount.",
  },
  "egress.test.ts": {
    claim: "The egress proxy leads only to allowed public hosts.",
    once: "The proxy is outside the sandbox.",
  },
  "git-proxy.test.ts": {
    claim: "The git proxy accepts only the session's branch.",
    once: "The proxy is outside the sandbox.",
  },
  "git.test.ts": {
    claim: "Host git runs nothing of a workspace.",
    once: "Host git is outside the sandbox.",
  },
  "prepared.test.ts": {
    claim: "Before the prompt, a harness has no network and no tools.",
    once: "The broker is outside the sandbox.",
  },
  "waiting.test.ts": {
    claim: "A waiting harness has no network, no model and no tools.",
    once: "The broker is outside the sandbox.",
  },
  "previews.test.ts": {
    claim: "The gateway keeps sessions, people and organizations apart.",
    once: "The gateway is outside the sandbox.",
  },
  "registry.test.ts": {
    claim: "A registry cannot redirect the server or send other bytes.",
    once: "No sandbox takes part.",
  },
  "markup.test.ts": {
    claim: "A browser does not execute text of an agent.",
    once: "The API is outside the sandbox.",
  },
  "payloads.test.ts": {
    claim: "Text of an agent does not control a terminal.",
    once: "The CLI is outside the sandbox.",
  },
};
