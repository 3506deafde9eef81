import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { hostname } from "node:os";
import { after, before, describe, test } from "node:test";
import { makeTar } from "../../../../server/src/layers/testing/make-tar.ts";
import { pushImage } from "../../../../server/src/layers/testing/serve-registry.ts";
import {
  composeFile,
  makeBaseImage,
  podmanParts,
  skipWithoutPodman,
} from "../../../../server/src/sandbox/testing/podman-parts.ts";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { ofType } from "../../support/index.ts";
import { startImageRegistry } from "./image-registry.ts";
import { buildOf, logOf, projectWith } from "./run-build.ts";
import { nextTurn, sessionWith } from "./run-session.ts";

/** podman's storage is not part of the environment, but the archive is. */
const setupScript = `${makeBaseImage}
docker save --quiet --output /var/lib/images.tar localhost/base`;

describe("containers in sandboxes", { skip: skipWithoutPodman }, () => {
  let edge: Edge;
  let registry: Awaited<ReturnType<typeof startImageRegistry>>;
  before(async () => {
    registry = await startImageRegistry(podmanParts);
    edge = await startEdge({ env: { TEMBO_PRIVATE_HOSTS: `127.0.0.1,${hostname()}` } });
    const { orgId } = await edge.client.me.retrieve();
    await edge.client.organizations.egress.update(orgId!, { preset: "custom", allow: [registryPlace()] });
  });
  /** Name and port of the registry. Programs send requests for loopback addresses and localhost to no proxy. */
  const registryPlace = () => `${hostname()}:${registry.host.split(":")[1]}`;
  after(async () => {
    await edge?.close();
    await registry?.close();
  });

  test("runs the Compose file of a repository as a service, and keeps images between turns", async () => {
    const repository = await edge.repository("containers/shop", {
      "compose.yml": composeFile,
      Dockerfile: "FROM localhost/base\n",
    });
    const project = await projectWith(edge, {
      codeRepositoryIds: [repository.id],
      source: { kind: "image", reference: registry.reference },
      user: "root",
      containers: true,
      setupScript,
      services: [
        {
          name: "compose",
          command:
            "docker load --quiet --input /var/lib/images.tar && cd /workspace/shop && exec docker compose up",
          ready: { tcp: 8127 },
        },
      ],
    });
    const build = await buildOf(edge, project.id);
    assert.equal(build.status, "completed", await logOf(edge, project.id, build.id));
    const { id, events, output } = await sessionWith(
      edge,
      "curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8127/; docker ps --format '{{.Names}}'; docker wait shop_web_1; docker logs shop_web_1; echo 'FROM localhost/base' | docker build -q -t kept - >/dev/null",
      { codeRepoIds: [repository.id], projectId: project.id },
    );
    const states = ofType(events, "service.changed").map(({ eventData }) => eventData.state);
    assert.ok(states.includes("ready"), JSON.stringify(states));
    assert.match(output, /200\\n(?:shop_web_1\\n)?shop_db_1\\n(?:shop_web_1\\n)?0\\nweb sees 200/);
    assert.match(await nextTurn(edge, id, "docker images --format '{{.Repository}}'"), /localhost\/kept/);

    const changed = await edge.client.projects.update(project.id, {
      ...{ containers: false, services: [] },
    });
    assert.equal(changed.containers, false);
    assert.match(
      await nextTurn(edge, id, "docker ps; echo $?", 3),
      /not found.*127/,
      "applies without a build",
    );
  });

  test("pulls an image of a registry through the egress proxy", async (t) => {
    const { address } = await lookup(hostname()).catch(() => ({ address: null }));
    if (!address?.startsWith("127.")) return t.skip("the name of this machine is not a loopback address");
    pushImage(registry.content, "small", [makeTar([{ name: "file", body: "pulled" }])]);
    const image = `${registryPlace()}/app:small`;
    const project = await projectWith(edge, {
      source: { kind: "image", reference: registry.reference },
      user: "root",
      containers: true,
      setupScript: `docker pull --quiet --tls-verify=false ${image}
id=$(docker create --user 0:0 ${image} x) && docker cp "$id:/file" - | tar -xO; echo`,
    });
    const build = await buildOf(edge, project.id);
    const log = await logOf(edge, project.id, build.id);
    assert.equal(build.status, "completed", log);
    assert.match(log, /^pulled$/m);
  });
});
