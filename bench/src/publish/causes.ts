import type { Cause } from "./missed-goals.ts";

/** Causes of all missed goals. If several match a figure, the first one applies. */
export const causes: readonly Cause[] = [
  {
    result: /^api/,
    figure: /^search/,
    why: "A search reads all index entries of its words before it finds the newest matches ([ADR 58](adr/0058-how-a-search-finds-sessions.md)).",
  },
  {
    result: /^api/,
    figure: /^(?:participant|repositoryIds|pendingReviewerKeys|pullRequestStatuses|externalIds)/,
    why: "These filters read the newest sessions until enough of them match.",
  },
  {
    result: /^api/,
    figure: /./,
    why: "A page of 50 sessions is 50 kB, and the server, PostgreSQL and the client of 20 connections share two processors.",
  },
  {
    result: /^create$/,
    figure: /./,
    why: "The product sends more statements than the floor. Appending its events, the search index and the list of participants take most of PostgreSQL's time.",
  },
  {
    result: /^burst$/,
    figure: /memory of server/,
    why: "Each of 20 connections to PostgreSQL needs 5 to 11 MB, and they stay open while sessions run.",
  },
  {
    result: /^burst$/,
    figure: /./,
    why: "Two processors start all sandboxes at the same time. Half of the server's processor time is statements: a turn sends about 200.",
  },
  {
    result: /^idle$/,
    figure: /memory/,
    why: "The server loads 2,800 modules, whose code and data need 72 MB. PostgreSQL needs 60 MB for its connections and buffers.",
  },
  {
    result: /^waiting$/,
    figure: /./,
    why: "The harness still opens the conversation for the session's workspace and sends the prompt, which takes most of this time.",
  },
  {
    result: /^session$/,
    figure: /./,
    why: "A session waits 0.2 s for its claim, workspace and sandbox before the harness starts, and 0.2 s until the changes are captured after the harness has exited.",
  },
  {
    result: /^harness$/,
    figure: /first event/,
    why: "The claim, the workspace and the sandbox take 0.2 s before every harness, which is more than a tenth of a short start.",
  },
  {
    result: /^harness$/,
    figure: /Pi: memory/,
    why: "Pi's own process uses 19 MB more than without Tembo. Why was not examined.",
  },
  {
    result: /^environment$/,
    figure: /created -> harness spawned/,
    why: "The first session copies the files of its environment. The row below shows a session for which a copy is ready.",
  },
  {
    result: /^environment$/,
    figure: /create a sandbox with an image/,
    why: "The sandbox also joins a control group, and a process in it carries the programs' streams. The floor only mounts the image.",
  },
  {
    result: /^scale$/,
    figure: /files saved/,
    why: "A save takes 0.14 s, however long the turn is, and this turn takes one second.",
  },
  {
    result: /^proxies$/,
    figure: /./,
    why: "The data pass through streams of Node twice, in the sandbox and in the server. A network of 2.5 Gbit/s is slower than that.",
  },
  {
    result: /^containment$/,
    figure: /./,
    why: "The sandbox and its endpoints take 0.1 s, and each program that the agent starts passes through the sandbox's streams.",
  },
];
