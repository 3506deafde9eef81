import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Tembo, { ConflictError, type Terminal } from "@tembo-io/sdk";
import { dataOf, ofType, sandboxProcesses, startWorld, type World } from "../../support/index.ts";

let world: World;
before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(() => world.close());

async function keptSession(name: string) {
  const repository = await world.repository(`${name}/app`, { "a.txt": "1\n" });
  const { id } = await world.client.session.create({
    prompt: 'Begin. SCRIPT(write("one.txt", "1\\n"), say("First."))',
    repositories: [repository.url],
  });
  await world.until(id, ({ eventType }) => eventType === "sandbox.kept");
  return id;
}

/** Collects the output of a terminal. `until` waits for a pattern and returns its match. */
function watch(terminal: Terminal) {
  const screen = { text: "", isOver: false };
  let wake = () => {};
  const ended = (async () => {
    for await (const data of terminal) {
      screen.text += data;
      wake();
    }
    screen.isOver = true;
    wake();
  })();
  return {
    ended,
    until: async (pattern: RegExp) => {
      for (;;) {
        const found = pattern.exec(screen.text);
        if (found !== null) return found;
        assert.ok(!screen.isOver, screen.text);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test("opens a shell in the sandbox, with the sandbox's user and limits and the terminal's size", {
  timeout: 90_000,
}, async () => {
  const id = await keptSession("shell");
  const terminal = await world.client.session.terminal(id, { rows: 30, columns: 100 });
  const screen = watch(terminal);
  terminal.write("stty size; pwd; cat one.txt\r");
  await screen.until(/30 100\r\n\S*\/app\r\n1\r\n/);
  terminal.resize({ rows: 40, columns: 120 });
  terminal.write("stty size\r");
  await screen.until(/40 120\r\n/);
  terminal.write(
    "grep -E 'NoNewPrivs|Seccomp:|^Uid' /proc/self/status; echo cap $(grep CapEff /proc/self/status)\r",
  );
  const [, uid] = await screen.until(/Uid:\t(\d+)/);
  assert.notEqual(uid, "0");
  await screen.until(/NoNewPrivs:\t1\r\nSeccomp:\t2\r\n/);
  await screen.until(/cap CapEff: 0{16}/);
  terminal.write(`ls -d ${world.dataDir} /root/.ssh; ps ax | wc -l; echo $TERM end\r`);
  await screen.until(/No such file[^\n]*\r\n.*xterm-256color end\r\n/s);
  terminal.write("exit 7\r");
  await screen.ended;
  assert.equal(terminal.exitCode, 7);
  const events = await world.until(id, ({ eventType }) => eventType === "terminal.closed");
  const { userId } = await world.client.me.retrieve();
  assert.equal(ofType(events, "terminal.opened")[0]!.eventData.userId, userId);
  assert.equal(dataOf(events.at(-1), "terminal.closed").reason, "The shell exited with code 7.");
  await world.client.session.keepAlive(id, 0);
});

test("commits changes made in a terminal with the next turn", { timeout: 90_000 }, async () => {
  const id = await keptSession("changed");
  const terminal = await world.client.session.terminal(id);
  const screen = watch(terminal);
  terminal.write("echo mine > by-hand.txt && echo wri''tten\r");
  await screen.until(/written\r\n/);
  await world.client.session.messages.create(id, {
    content: 'Go on. SCRIPT(write("two.txt", "2\\n"), say("Second."))',
  });
  await world.ended(id, 2);
  const { items } = await world.client.session.diffs.list(id);
  assert.equal(items[0]!.changedFiles, 3, "the diff has the files of both turns and by-hand.txt");
  terminal.write("echo sti''ll here\r");
  await screen.until(/still here\r\n/);
  terminal.close();
  await screen.ended;
  await world.client.session.keepAlive(id, 0);
});

test("terminates the programs in a terminal when the terminal closes, and closes the terminal when the sandbox stops", {
  timeout: 90_000,
}, async () => {
  const id = await keptSession("ends");
  const before = (await sandboxProcesses(world.uidBase)).length;
  const terminal = await world.client.session.terminal(id);
  const screen = watch(terminal);
  terminal.write("(setsid sleep 4711 &); sleep 4711 & echo sta''rted\r");
  await screen.until(/started\r\n/);
  assert.ok((await sandboxProcesses(world.uidBase)).length > before, "control");
  terminal.close();
  await world.until(id, ({ eventType }) => eventType === "terminal.closed");
  assert.equal((await sandboxProcesses(world.uidBase)).length, before);

  const second = await world.client.session.terminal(id);
  const other = watch(second);
  await world.client.session.keepAlive(id, 0);
  await other.ended;
  assert.equal(second.exitCode, null);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  await assert.rejects(world.client.session.terminal(id), (error) => {
    assert.ok(error instanceof ConflictError);
    assert.match(error.message, /This session has no running sandbox\. Send a message/);
    return true;
  });
});

test("limits a session to four terminals, and accepts each ticket once", { timeout: 90_000 }, async () => {
  const id = await keptSession("four");
  const open = await Promise.all([1, 2, 3, 4].map(() => world.client.session.terminal(id)));
  await assert.rejects(world.client.session.terminal(id), ConflictError);
  open[0]!.close();
  await world.until(id, ({ eventType }) => eventType === "terminal.closed");
  const { ticket } = await world.client.session.authorizeTerminal(id);
  const url = `${world.url.replace("http", "ws")}/v1/sessions/${id}/terminal?ticket=${ticket}`;
  const codeOf = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code);
    });
  const first = new WebSocket(url);
  await new Promise((resolve) => {
    first.onmessage = resolve;
  });
  assert.equal(await codeOf(new WebSocket(url)), 1008);
  first.close();
  for (const terminal of open) terminal.close();
  await world.client.session.keepAlive(id, 0);
});

test("closes the terminals of a revoked key", {
  timeout: 90_000,
}, async () => {
  const id = await keptSession("revoked");
  const { id: keyId, token } = await world.client.apiKeys.create({ name: "For a while" });
  const other = new Tembo({ apiKey: token, baseURL: world.url });
  const terminal = await other.session.terminal(id);
  const screen = watch(terminal);
  terminal.write("echo sta''rted\r");
  await screen.until(/started\r\n/);
  const ended = assert.rejects(screen.ended, /1008: .*no longer valid/);
  await world.client.apiKeys.delete(keyId);
  await ended;
  await world.until(id, ({ eventType }) => eventType === "terminal.closed");
  await world.client.session.keepAlive(id, 0);
});
