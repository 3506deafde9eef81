import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ReceivedMail, startSmtp } from "../../../../server/src/testing/smtp-server.ts";
import { eventually } from "../../support/api-edge.ts";
import { reachingLoopback, startWorld, type World } from "../../support/index.ts";

const ADDRESS = "ada@example.com";
const FAILING = "Fail. SCRIPT(fail(400))";
let world: World;
let smtp: Awaited<ReturnType<typeof startSmtp>>;
/** Called with each mail before the SMTP server accepts it. */
let beforeAccepting: (mail: ReceivedMail) => Promise<void> = async () => {};

before(async () => {
  world = await startWorld({ env: reachingLoopback });
  smtp = await startSmtp({ beforeAccepting: (mail) => beforeAccepting(mail) });
  const { client } = world;
  const { orgId, userId } = await client.me.retrieve();
  const { items } = await client.organizations.members.list(orgId!);
  const { id } = items.find((member) => member.userId === userId)!;
  await client.users.update(userId!, { email: ADDRESS });
  await client.organizations.members.confirmAddress(orgId!, id, { emailAddress: ADDRESS });
  await client.organizations.mailServer.update(orgId!, {
    ...{ host: "127.0.0.1", port: smtp.port, security: "none", username: null },
    fromAddress: "tembo@example.com",
  });
  const { emailProblem } = await client.users.notifications.update(userId!, { email: { failure: true } });
  assert.equal(emailProblem, null);
});
after(async () => {
  await world.close();
  await smtp.close();
});

const mailsOf = (sessionId: string) => smtp.received.filter(({ content }) => content.includes(sessionId));

/** Fails if the session has another number of mails after a later session's mail has arrived. */
async function assertMails(sessionId: string, count: number): Promise<void> {
  await eventually(async () => mailsOf(sessionId).length > 0);
  const later = await world.client.session.create({ prompt: FAILING });
  await eventually(async () => mailsOf(later.id).length > 0);
  assert.equal(mailsOf(sessionId).length, count);
}

test("kill -9 of the server when a session has failed: its email is sent once after a restart", async () => {
  // Holds each mail until the server is dead, so that none can have been accepted before the restart.
  const killed = Promise.withResolvers<void>();
  beforeAccepting = async () => {
    await killed.promise;
    throw new Error("The sender is gone.");
  };
  const session = await world.client.session.create({ prompt: FAILING });
  await world.until(session.id, ({ eventType }) => eventType === "turn.failed");
  await world.tembo.kill();
  killed.resolve();
  await eventually(async () => smtp.connectionCount() === 0);
  beforeAccepting = async () => {};
  assert.equal(mailsOf(session.id).length, 0, "control: no mail was accepted before the restart");
  await world.restart();
  await assertMails(session.id, 1);
});

test("kill -9 of the server while it sends an email: the email is sent after a restart", async () => {
  const arrived = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  beforeAccepting = async () => {
    arrived.resolve();
    await killed.promise;
    throw new Error("The sender is gone.");
  };
  const session = await world.client.session.create({ prompt: FAILING });
  await arrived.promise;
  await world.tembo.kill();
  beforeAccepting = async () => {};
  killed.resolve();
  assert.equal(mailsOf(session.id).length, 0, "control: the mail was not accepted");
  await world.restart();
  await assertMails(session.id, 1);
});

test("kill -9 after the mail server has accepted an email: a second email has the same Message-ID", async () => {
  const arrived = Promise.withResolvers<void>();
  beforeAccepting = async () => {
    beforeAccepting = async () => {};
    // The mail is accepted, but the sender dies before the response.
    await world.tembo.kill();
    arrived.resolve();
  };
  const session = await world.client.session.create({ prompt: FAILING });
  await arrived.promise;
  await world.restart();
  await eventually(async () => mailsOf(session.id).length === 2);
  const ids = mailsOf(session.id).map(({ content }) => /^Message-ID: (.+)$/im.exec(content)?.[1]);
  assert.ok(ids[0] !== undefined);
  assert.equal(ids[0], ids[1]);
  await assertMails(session.id, 2);
});
