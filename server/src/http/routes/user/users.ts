import {
  type ConnectedAccount,
  type ForgeName as ForgeNameView,
  operations,
  type UserSettings,
  type User as UserView,
  userSettings,
} from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  type ApiKey,
  deleteUser,
  getSelf,
  getUser,
  type User,
  updateUser,
  updateUserSettings,
} from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import { type ForgeLogin, listForgeNames, setForgeName } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import type { Caller } from "../../admission/authenticate.ts";
import { route } from "../../route.ts";

export function userRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.userRetrieve, async ({ caller, params }) =>
    view(caller, await getUser(ports.store, caller, params.userId)),
  );

  route(app, operations.userUpdate, async ({ caller, params, body }) => {
    const { name, email, onboarding } = body;
    return view(
      caller,
      await updateUser(ports, caller, params.userId, {
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email }),
        ...(onboarding !== undefined && { onboarding }),
      }),
    );
  });

  route(app, operations.userDelete, async ({ caller, params }) => {
    const { id } = await deleteUser(ports, caller, params.userId);
    return { id, deletionQueued: true as const, deletionJobId: id };
  });

  route(app, operations.userSettingsRetrieve, async ({ caller, params }) =>
    settingsView((await getSelf(ports.store, caller, params.userId)).settings),
  );

  route(app, operations.userSettingsUpdate, async ({ caller, params, body }) =>
    settingsView(await updateUserSettings(ports, caller, params.userId, body)),
  );

  route(app, operations.userForgeNameList, async ({ caller, params }) => ({
    items: (await listForgeNames(ports, caller, params.userId)).map(forgeNameView),
  }));

  route(app, operations.userForgeNameUpdate, async ({ caller, params, body }) =>
    forgeNameView(
      await setForgeName(ports, caller, params.userId, {
        integrationId: params.integrationId,
        login: body.login,
      }),
    ),
  );

  route(app, operations.userConnectedAccountList, async ({ caller, params, query }) => {
    const { id } = await getSelf(ports.store, caller, params.userId);
    const { items, nextCursor } = await ports.store.apiKeys.list(caller.organizationId, {
      limit: query.limit,
      userId: id,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return { items: await Promise.all(items.map(accountView)), nextCursor };
  });

  route(app, operations.userConnectedAccountRetrieve, async ({ caller, params }) => {
    const { id } = await getSelf(ports.store, caller, params.userId);
    const key = await ports.store.apiKeys.find(caller.organizationId, params.connectedAccountId);
    if (key?.userId === id) return accountView(key);
    throw new AppError("not_found", `Connected account ${params.connectedAccountId} was not found.`);
  });

  async function view({ organizationId }: Caller, user: User): Promise<UserView> {
    const member = await ports.store.members.ofUser(organizationId, user.id);
    return userView(user, member?.isEmailVerified === true);
  }

  /**
   * Returns a connected account. On the built-in forge, each API key has a separate user with a number. Throws `not_found` if the key has no such
   * user.
   */
  async function accountView(key: ApiKey): Promise<ConnectedAccount> {
    const person = await ports.store.localForge.people.find(key.id);
    if (person === null) throw new AppError("not_found", `Connected account ${key.id} was not found.`);
    return {
      id: key.id,
      providerId: "local",
      accountId: String(person.number),
      username: person.name,
      email: null,
      scopes: [],
      createdAt: key.createdAt.toISOString(),
      updatedAt: key.updatedAt.toISOString(),
    };
  }
}

const forgeNameView = ({ integration, login }: ForgeLogin): ForgeNameView => ({
  integrationId: integration.id,
  forge: integration.forge,
  displayName: integration.displayName,
  webUrl: integration.webUrl,
  login,
});

const settingsView = (settings: User["settings"]): UserSettings => userSettings.parse(settings);

function userView(
  { id, email, name, onboarding, createdAt, updatedAt }: User,
  emailVerified: boolean,
): UserView {
  return {
    id,
    email,
    emailVerified,
    name,
    image: null,
    onboarding: onboarding as UserView["onboarding"],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
