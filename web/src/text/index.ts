import { agentRuns } from "./agents/agent-runs.ts";
import { agentStarts } from "./agents/agent-starts.ts";
import { agents } from "./agents/agents.ts";
import { attempts } from "./attempts.ts";
import { browse } from "./browse.ts";
import { completion } from "./completion.ts";
import { composer } from "./composer.ts";
import { diff } from "./diff.ts";
import { general } from "./general.ts";
import { insights } from "./insights.ts";
import { panel } from "./panel.ts";
import { preview } from "./preview.ts";
import { repositories } from "./repositories.ts";
import { review } from "./review.ts";
import { session } from "./session.ts";
import { sessions } from "./sessions.ts";
import { setup } from "./setup.ts";
import { signIn } from "./sign-in.ts";
import { toolCalls } from "./tool-calls.ts";
import { tour } from "./tour.ts";

/** Text of the dashboard, grouped by page. `settings/index.ts` and `projects/index.ts` contain the text of their pages. */
export const text = {
  general,
  signIn,
  attempts,
  sessions,
  session,
  panel,
  preview,
  diff,
  review,
  repositories,
  browse,
  completion,
  composer,
  agents,
  agentStarts,
  agentRuns,
  toolCalls,
  insights,
  setup,
  tour,
};
