import { NotFoundError, type Tembo } from "@tembo-io/sdk";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { MissingError } from "../../failure.ts";
import { requireHttpUrl } from "../../http-url.ts";
import { isUuid } from "../../options.ts";
import { chooseOpener, startOpener } from "../../platform/browser.ts";
import { getPullRequestId } from "../pull-request/find-pull-request.ts";

interface OpenOptions {
  /** False with `--no-browser`. */
  readonly browser: boolean;
}

export function addOpenCommand({ program, runs }: Registry): void {
  program
    .command("open")
    .description("open the dashboard in a browser; without a display, print the URL")
    .argument("[target]", "session ID, or a pull request: its ID, URL or owner/name#number")
    .option("--no-browser", "only print the URL")
    .action(runs(open));
}

async function open(cli: Cli, target: string | undefined, { browser }: OpenOptions): Promise<Outcome> {
  const client = cli.client();
  const page = target === undefined ? `${client.baseURL}/sessions` : await pageOf(client, target);
  const url = requireHttpUrl(page, "URL");
  const opener = browser ? chooseOpener(url, cli.env, cli.machine) : null;
  const isOpened = opener !== null && (await startOpener(opener, cli.env));
  return answer(cli, { url, isOpened }, () => cli.terminal.line(url));
}

/** Returns the URL of the page of a session or a pull request. Throws `CommandError` if there is neither. */
async function pageOf(client: Tembo, target: string): Promise<string> {
  const session = isUuid(target) ? await findSession(client, target) : null;
  if (session !== null) return session.htmlUrl;
  const id = await getPullRequestId(client, target);
  try {
    const pullRequest = await client.pullRequests.retrieve(id);
    return `${client.baseURL}/review/${pullRequest.id}`;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new MissingError(
      `No session and no pull request has the ID ${target}.`,
      '"tembo session list" and "tembo pr list" list them.',
    );
  }
}

async function findSession(client: Tembo, id: string): Promise<{ readonly htmlUrl: string } | null> {
  try {
    return await client.session.retrieve(id);
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
