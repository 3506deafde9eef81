import { user } from "../bodies/api-bodies.ts";
import { notFound } from "../fake-refusal.ts";
import { paged, projectOf, type Route, route } from "../fake-router.ts";

export const accessRoutes: readonly Route[] = [
  route("GET", "user", ({ fake, user: me }) => ({
    body: { ...user(fake, me), email: `${me.username}@example.com`, bot: me.isBot },
  })),
  route("GET", "users", (asked) => {
    const username = asked.query.get("username");
    const found = asked.fake.users.filter((one) => username === null || one.username === username);
    return paged(
      asked,
      `${asked.fake.apiUrl}/users`,
      found.map((one) => user(asked.fake, one)),
    );
  }),
  route("GET", "personal_access_tokens/self", ({ fake, user: me, scopes }) => ({
    body: {
      id: fake.nextId(),
      name: "tembo",
      revoked: false,
      created_at: new Date().toISOString(),
      scopes,
      user_id: me.id,
      active: true,
      expires_at: null,
    },
  })),
  route("GET", "projects/*/members/all/*", (asked) => {
    const project = projectOf(asked);
    const found = asked.fake.users.find(({ id }) => String(id) === asked.params[1]);
    const level = found && project.members.get(found.id);
    if (found === undefined || level === undefined) throw notFound();
    return { body: { ...user(asked.fake, found), access_level: level, expires_at: null } };
  }),
];
