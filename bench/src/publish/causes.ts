import type { Cause } from "./missed-goals.ts";

/**
 * Causes of all missed goals. If several match a figure, the first one applies. Each states only what the code or the
 * notes of a result show. If a cause has not been examined, the text states that.
 */
export const causes: readonly Cause[] = [
  {
    result: /^api/,
    figure: /^search/,
    why: "A search reads all index entries of a rare word, or the newest sessions until enough of them match ([ADR 58](adr/0058-how-a-search-finds-sessions.md)). The floor reads the found sessions by their IDs.",
  },
  {
    result: /^api/,
    figure:
      /^(?:participant|states? |includeArchived|needsYou|harnesses|hasProject|projectIds|agentId|sourceIds|repositoryIds|pendingReviewerKeys|pullRequestStatuses|externalIds)/,
    why: "The floor reads the found sessions by their IDs. The request must find them first: without a selective index, it reads the newest sessions until enough of them match.",
  },
  {
    result: /^api/,
    figure: /^pinned/,
    why: "A page reads the pinned sessions with an index that is not in the order of the list, and sorts them, or reads the newest sessions until enough are pinned.",
  },
  {
    result: /^(?:api|peers)/,
    figure: /^(?:retrieve|events|pull requests|list 50 of|page of a session)/,
    why: "The client of 20 connections, the server and PostgreSQL share two processors. The floor has no server.",
  },
  {
    result: /^api/,
    figure: /^server memory/,
    why: "Node.js frees unused memory only after the server has been idle for half a minute. Runs on the same machine end between 203 MB and 258 MB.",
  },
  {
    result: /^api/,
    figure: /p\d+$|processor time/,
    why: "A page of 50 sessions is 50 kB, and the server, PostgreSQL and the client of 20 connections share two processors.",
  },
  {
    result: /^peers$/,
    figure: /^stub agent/,
    why: "Tembo stores and claims the session, and creates its workspace and sandbox, before the agent starts. The floor only starts the agent.",
  },
  {
    result: /^create$/,
    figure: /./,
    why: "The product also authenticates and checks each request, reads what it refers to and counts it for the rate limits. That takes the server about 1 ms of processor time. The server, PostgreSQL and the client of 20 connections share two processors. The ratio depends on the machine: the version of 2026-12-01 reached 0.57 and 0.78 on one, and 0.56 and 0.71 minutes before this result on the same machine.",
  },
  {
    result: /^burst$/,
    figure: /memory of server/,
    why: "Each of ten connections to PostgreSQL needs 5 to 11 MB, and they stay open while sessions run. The server's memory also contains the data of the turns, and unused memory until the server is idle.",
  },
  {
    result: /^burst$/,
    figure: /healthz, p99/,
    why: "The floor, a bare server beside the same stubs, already needs 25 ms. The rest is the start of the burst, in which the server, PostgreSQL and the client that creates the sessions share two processors.",
  },
  {
    result: /^burst$/,
    figure: /./,
    why: "Half of the server's processor time is statements: a turn sends about 190. The figure varies between 96 ms and 127 ms on the same machine.",
  },
  {
    result: /^sandbox$/,
    figure: /./,
    why: "Each sandbox also has folders, a control group, a system call filter and an init, which starts its programs ([ADR 27](adr/0027-one-init.md)). The floor has none of these. Their shares of the time were not examined.",
  },
  {
    result: /^capture$/,
    figure: /capture and diff/,
    why: "A capture lists the workspace with `find`, and runs confined git commands in a repository apart from the workspace's. The time also includes the exit of the harness. The shares of these were not examined.",
  },
  {
    result: /^capture$/,
    figure: /workspace and sandbox/,
    why: "A session also fetches the mirror and starts a sandbox. The floor only clones. The shares of these were not examined.",
  },
  {
    result: /^(?:idle|peers)$/,
    figure: /second start/,
    why: "Importing the modules takes most of a start, also with the compile cache.",
  },
  {
    result: /^waiting$/,
    figure: /./,
    why: "The harness still opens the conversation for the session's workspace before it receives the prompt.",
  },
  {
    result: /^session$/,
    figure: /^(?:whole session, |created)/,
    why: "A session waits 0.15 s for its claim, workspace and sandbox before the harness starts, and 0.14 s until the changes are captured after the harness has exited.",
  },
  {
    result: /^harness$/,
    figure: /first event/,
    why: "The claim, the workspace and the sandbox take 0.14 to 0.16 s before the harness starts. The harness then takes 0.05 to 0.18 s longer to open its conversation and to send its first event. For Codex and Pi, namespaces and the system call filter do not cause that: bubblewrap with both, but without the product, opened the conversation in the same time as without bubblewrap (medians of 8 runs on 2026-12-01: 0.55 s with and 0.56 s without for Codex, 0.49 s for Pi in both cases; for Claude Code the runs differed too much). The harness's requests also pass through the sandbox's first process and the model gateway, which the floor does not have. The rest was not examined. The server, PostgreSQL and the sandbox's first process share two processors with the harness.",
  },
  {
    result: /^harness$/,
    figure: /Pi: memory/,
    why: "Pi's second process needs 112 MB instead of 70 MB. The cause was not examined.",
  },
  {
    result: /^environment$/,
    figure: /created -> harness spawned/,
    why: "The first session copies the files of its environment. The next row of the results shows a session for which a copy is ready.",
  },
  {
    result: /^environment$/,
    figure: /create a sandbox with an image/,
    why: "The floor is the same sandbox with the programs of this machine. With an image, Tembo also enters new namespaces and mounts an overlay of the image's layers for the sandbox before bubblewrap starts. The shares of these were not examined.",
  },
  {
    result: /^scale$/,
    figure: /files saved/,
    why: "A save takes 0.14 s, and this turn takes only one second.",
  },
  {
    result: /^proxies$/,
    figure: /^(?:tunnel|plain HTTP)/,
    why: "Each byte passes through the sandbox's first process and the egress proxy, which share two processors with the client. Both together are faster than a network of 2.5 Gbit/s.",
  },
  {
    result: /^proxies$/,
    figure: /^model gateway/,
    why: "The model gateway itself reaches 6% of the floor without a sandbox. It splits a streamed answer into lines, and parses each event for its usage: 400,000 events of about 100 bytes in this row. Models send far fewer bytes. The share of the parsing was not examined.",
  },
  {
    result: /^proxies$/,
    figure: /^git clone/,
    why: "The sandbox's first process forwards each byte, and shares two processors with git and the server.",
  },
  {
    result: /^containment$/,
    figure: /./,
    why: "In the sandbox, the harness takes 0.17 s longer until its first update. Its requests pass through the sandbox's first process, while the server without containment listens on the harness's ports itself. How much of the time that takes was not examined. Creating the sandbox takes 0.02 s.",
  },
];
