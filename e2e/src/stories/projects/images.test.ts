import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, git, ofType, reachingLoopback, withClone } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { credential, startImageRegistry } from "./image-registry.ts";
import { buildOf, logOf, projectWith } from "./run-build.ts";

const skip = process.getuid!() !== 0 && "profile root needs root";
let edge: Edge;
let registry: Awaited<ReturnType<typeof startImageRegistry>>;
before(async () => {
  registry = await startImageRegistry();
  edge = await startEdge({ env: reachingLoopback });
});
after(async () => {
  await edge?.close();
  await registry?.close();
});

const promptFor = (command: string) => `Look. SCRIPT(bash(${JSON.stringify(command)}), say("Done."))`;

async function sessionWith(command: string, body: object) {
  const { id } = await edge.client.session.create({ prompt: promptFor(command), ...body });
  const events = await edge.ended(id);
  const output = resultsOf(events).join("\n");
  return {
    id,
    events,
    output:
      output ||
      JSON.stringify(
        events.map(({ eventType, eventData }) => [eventType, eventData]),
        null,
        1,
      ),
  };
}

async function nextTurn(id: string, command: string, turns: number) {
  await edge.client.session.messages.create(id, { content: promptFor(command) });
  return edge.ended(id, turns);
}

const setupScript = `
test "$(id -u)" = 0
test "$IMAGE_VARIABLE" = of-the-image
printf '#!/bin/sh\\necho installed\\n' > /usr/local/bin/tool; chmod 755 /usr/local/bin/tool
mkdir -p /etc/tool && echo configured > /etc/tool/config && chown 26:27 /etc/tool/config && chmod 600 /etc/tool/config
rm /usr/bin/yes
rm -r /opt/removed && mkdir /opt/removed && touch /opt/removed/new
mkdir -p /var/lib/apt/lists && echo list > /var/lib/apt/lists/some
echo beside > beside.txt; echo home > "$HOME/.tool"; mkdir data; chown 26:27 data`;

test("runs a session as root in an image and in what the setup script installed", { skip }, async () => {
  const repository = await edge.repository("images/app", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "image", reference: registry.reference },
    user: "root",
    setupScript,
    services: [{ name: "web", command: "exec python3 -m http.server 8126", ready: { tcp: 8126 } }],
    startScript: "echo started > /etc/started",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.match(await logOf(edge, project.id, build.id), /\/app:1 is 127[^ ]+\/app@sha256:[0-9a-f]{64}\.\]/);

  const { id, events, output } = await sessionWith(
    [
      "id -un; tool; cat /etc/tool/config; stat -c %u:%g /etc/tool/config; python3 -c 'print(6*7)'; cat /opt/own; echo",
      "ls /opt/removed /var/lib/apt/lists; ls /usr/bin/yes /usr/bin/perl; echo $IMAGE_VARIABLE",
      'cat ../beside.txt "$HOME/.tool" /etc/started; echo 2 > a.txt; echo kept > /etc/kept',
    ].join("; "),
    { codeRepoIds: [repository.id], projectId: project.id },
  );
  assert.match(
    output,
    /root\\ninstalled\\nconfigured\\n26:27\\n42\\nfirst\\n\/opt\/removed:\\nnew\\n\\n\/var\/lib\/apt\/lists:\\nls: [^\\]*\/usr\/bin\/yes[^\\]*\\nls: [^\\]*perl[^\\]*\\nof-the-image\\nbeside\\nhome\\nstarted/,
  );
  const [pushed] = ofType(events, "branch.pushed");
  await withClone(repository.url, API_KEY, pushed!.eventData.branch, async (path) => {
    assert.equal(await git(path, null, "diff", "--name-only", "origin/main", "HEAD"), "a.txt");
  });
  const later = resultsOf(await nextTurn(id, "cat /etc/kept /etc/version a.txt", 2)).join("\n");
  assert.match(later, /kept\\nfirst2/);
});
