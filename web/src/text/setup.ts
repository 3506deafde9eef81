import { formatCount } from "../format/numbers.ts";

export const setup = {
  title: "Set up Tembo",
  progress: (done: number, all: number) => `${formatCount(done)} of ${formatCount(all)} steps done`,
  dismiss: "Dismiss",
  done: "Done",
  open: "Open",
  optional: "Optional",
  askAdmin: "An admin of your organization can do this.",
  key: {
    title: "Add a model key",
    about: "Agents use it through a gateway. It never enters a sandbox.",
    isDone: "The default agent can run.",
    provider: "Provider",
    save: "Save and test",
  },
  forge: {
    title: "Connect a forge",
    about: "Sessions then use its repositories. Tembo also has a built-in forge.",
    isDone: "Connected.",
    action: "Connect",
  },
  repository: {
    title: "Add a repository",
    about: "Choose your own, or create a small sample project with a failing test.",
    isDone: "Sessions can use your repositories.",
    sample: "Create sample repository",
    own: "Add your own",
  },
  task: {
    title: "Run a first task",
    about: "An agent fixes the failing test of the sample and opens a pull request.",
    isDone: "The first session has started.",
    action: "Start sample task",
    waiting: "Available after you add a model key and create the sample repository.",
    prompt:
      "Run the tests with `node --test`. One of them fails because of a bug in cart.js. Fix the bug, run the tests again, and explain the cause in the pull request.",
  },
};
