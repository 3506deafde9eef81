import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ofType } from "../support/index.ts";
import { skip } from "./debian-image.ts";
import { type Environments, openEnvironments } from "./open-environments.ts";
import { pythonProject } from "./python-project.ts";

const runTests = "python3 -m pytest -q 2>&1 | tail -n 3";

describe("a Python project with PostgreSQL and Redis", { skip }, () => {
  let environments: Environments;
  before(async () => {
    environments = await openEnvironments();
  });
  after(() => environments?.close());

  const redis = { name: "redis", ready: { tcp: 6379 } };
  const variants = {
    "as root, with the cluster of Debian's package": {
      user: "root",
      setupScript: `
pg_ctlcluster 17 main start
runuser -u postgres -- psql --quiet -c "create role shop login password 'shop'" -c "create database shop owner shop"
cd shop
python3 -m shop.migrate
pg_ctlcluster 17 main stop`,
      services: [
        { name: "postgres", command: "exec pg_ctlcluster 17 main start --foreground", ready: { tcp: 5432 } },
        { ...redis, command: "exec runuser -u redis -- redis-server --save '' --dir /var/lib/redis" },
      ],
    },
    "as root, with servers that the setup script leaves running": {
      user: "root",
      setupScript: `
service postgresql start
su postgres -c "psql --quiet -c \\"create role shop login password 'shop'\\" -c 'create database shop owner shop'"
service redis-server start
cd shop && python3 -m shop.migrate`,
      services: [
        {
          name: "postgres",
          command: "service postgresql start; exec sleep infinity",
          // The port accepts connections while the server recovers the cluster.
          ready: { command: "pg_isready --quiet --host=127.0.0.1" },
        },
        { ...redis, command: "service redis-server start; exec sleep infinity" },
      ],
    },
    "as an ordinary user, with a cluster in HOME": {
      user: "user",
      setupScript: `
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)
initdb --auth=trust --username=shop --pgdata="$HOME/db" >/dev/null
pg_ctl --pgdata="$HOME/db" --options="-k /tmp" --wait --log=/dev/null start
createdb --host=/tmp --username=shop shop
(cd shop && python3 -m shop.migrate)
pg_ctl --pgdata="$HOME/db" --wait stop`,
      services: [
        {
          name: "postgres",
          command: 'exec /usr/lib/postgresql/*/bin/postgres -D "$HOME/db" -k /tmp',
          ready: { tcp: 5432 },
        },
        { ...redis, command: "exec redis-server --save '' --dir /tmp" },
      ],
    },
  } as const;

  for (const [name, settings] of Object.entries(variants))
    test(`passes its tests ${name}`, async (t) => {
      const { repository, project } = await environments.projectOf("shop", pythonProject, settings);
      const build = await environments.build(project.id);
      t.diagnostic(build.summary);
      const body = { codeRepoIds: [repository.id], projectId: project.id };
      const first = await environments.session(
        `${runTests}; command -v bwrap mmdebstrap || echo alone`,
        body,
      );
      assert.match(first.output, /3 passed.*\\nalone/, "the image has no programs of this machine");
      assert.deepEqual(readyServices(first.events), ["postgres", "redis"]);
      const second = await environments.session(runTests, body);
      assert.match(second.output, /3 passed/, "each session has its own database");
      const resumed = await environments.nextTurn(
        second.id,
        `python3 -c "
import redis
from shop import catalog
print('products:', catalog.count(redis.Redis()))"`,
      );
      assert.match(resumed, /products: 501/, "the session keeps its own database");
    });
});

const readyServices = (events: Parameters<typeof ofType>[0]) =>
  ofType(events, "service.changed")
    .filter(({ eventData }) => eventData.state === "ready")
    .map(({ eventData }) => eventData.name);
