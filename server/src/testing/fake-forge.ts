import { createHash } from "node:crypto";
import { AppError } from "../core/base/index.ts";
import type {
  Forge,
  ForgeAdapter,
  ForgeConnection,
  ForgeCredential,
  ForgeEvent,
  ForgeRateLimit,
  ForgeRepository,
  ForgeSetup,
} from "../core/forges/index.ts";

export interface FakeForge {
  readonly adapter: ForgeAdapter;
  readonly setup: Required<ForgeSetup>;
  /** Accepted tokens, with the login of the account to which each token belongs. The fake rejects any other token. */
  readonly accounts: Map<string, string>;
  readonly repositories: Map<string, ForgeRepository>;
  /** Secrets of the webhooks, keyed by repository and URL. */
  readonly webhooks: Map<string, string>;
  readonly connections: ForgeConnection[];
  /** Events that the next poll returns. */
  readonly queuedEvents: ForgeEvent[];
  rateLimit: ForgeRateLimit | null;
  /** Operations that fail, each with an error message. */
  readonly failing: Map<string, string>;
  /** Called after each listed repository. */
  onListed: (count: number) => void;
  /** Approves the authorization on the page with this URL. Returns the code that the forge issues. */
  agree(authorizationUrl: string): string;
}

/** Creates an in-memory forge. Like a real forge, it rejects unknown tokens, reused codes, and codes without their verifier. */
export function createFakeForge(name: ForgeAdapter["name"]): FakeForge {
  const codes = new Map<string, { readonly challenge: string; readonly redirectUrl: string }>();
  const refuse = (sentence: string) => {
    throw new AppError("forge_unauthorized", sentence);
  };

  function forgeOf({ credential }: ForgeConnection): Forge {
    const enter = (operation: string): string => {
      const sentence = fake.failing.get(operation);
      if (sentence !== undefined) throw new AppError("forge_failed", sentence);
      const login = fake.accounts.get(keyOf(credential));
      return login ?? refuse(`${name} does not take the token any more; make a new one.`);
    };
    const hook = (repository: { readonly externalId: string | null }, url: string) =>
      `${repository.externalId} ${url}`;
    const forge: Partial<Forge> = {
      name,
      async account() {
        const login = enter("account");
        const profile = { name: null, email: null, avatarUrl: null, profileUrl: null, isBot: true };
        return { id: `id-${login}`, login, ...profile };
      },
      async test() {
        enter("test");
        return { isHealthy: true, message: "Everything is permitted." };
      },
      async rateLimit() {
        enter("rateLimit");
        return fake.rateLimit;
      },
      async findRepository({ externalId }) {
        enter("findRepository");
        return fake.repositories.get(externalId ?? "") ?? null;
      },
      async *listRepositories() {
        let count = 0;
        for (const repository of fake.repositories.values()) {
          enter("listRepositories");
          yield repository;
          fake.onListed(++count);
        }
      },
      async ensureWebhook(repository, { url, secret }) {
        enter("ensureWebhook");
        fake.webhooks.set(hook(repository, url), secret);
      },
      async eventsSince() {
        enter("eventsSince");
        return fake.queuedEvents;
      },
      async removeWebhook(repository, { url }) {
        enter("removeWebhook");
        fake.webhooks.delete(hook(repository, url));
      },
    };
    return forge as Forge;
  }

  const fake: FakeForge = {
    adapter: {
      name,
      connect(connection) {
        fake.connections.push(connection);
        return forgeOf(connection);
      },
    } as ForgeAdapter,
    setup: {
      authorizeUrl: ({ webUrl, clientId, redirectUrl, state, codeChallenge }) =>
        `${webUrl}/oauth/authorize?${new URLSearchParams({
          client_id: clientId,
          redirect_uri: redirectUrl,
          state,
          code_challenge: codeChallenge,
          code_challenge_method: "S256",
        })}`,
      async exchangeCode({ clientId, clientSecret, code, codeVerifier, redirectUrl }) {
        const known = codes.get(code);
        codes.delete(code);
        const challenge = createHash("sha256").update(codeVerifier).digest("base64url");
        if (known?.challenge !== challenge || known.redirectUrl !== redirectUrl || clientSecret !== "hush") {
          return refuse(`${name} does not take the code; authorize again.`);
        }
        const later = { refreshToken: "refresh-1", expiresAt: null };
        return { type: "oauth", clientId, clientSecret, accessToken: `agreed-${code}`, ...later };
      },
      appManifest: ({ name: appName, webhookUrl, redirectUrl, setupUrl }) => ({
        name: appName,
        hook_attributes: { url: webhookUrl },
        redirect_url: redirectUrl,
        setup_url: setupUrl,
      }),
      async convertManifest({ code }) {
        if (code !== "manifest-code") return refuse(`${name} does not know the manifest's code.`);
        const credential = {
          type: "githubApp",
          appId: "7",
          slug: "tembo-seven",
          privateKey: "PEM",
          clientId: "c",
          clientSecret: "app-secret",
          installationId: null,
        } as const;
        return { credential, webhookSecret: "hook-secret-of-the-app" };
      },
    },
    accounts: new Map(),
    repositories: new Map(),
    webhooks: new Map(),
    connections: [],
    queuedEvents: [],
    rateLimit: null,
    failing: new Map(),
    onListed: () => {},
    agree(authorizationUrl) {
      const { searchParams } = new URL(authorizationUrl);
      const code = `code-${codes.size + 1}`;
      codes.set(code, {
        challenge: searchParams.get("code_challenge") ?? "",
        redirectUrl: searchParams.get("redirect_uri") ?? "",
      });
      return code;
    },
  };
  return fake;
}

function keyOf(credential: ForgeCredential): string {
  if (credential.type === "token") return credential.token;
  if (credential.type === "oauth") return credential.accessToken ?? "";
  return `installation-${credential.installationId}`;
}

export function aForgeRepository(
  externalId: string,
  fullName: string,
  change: Partial<ForgeRepository> = {},
): ForgeRepository {
  const at = fullName.lastIndexOf("/");
  return {
    externalId,
    owner: fullName.slice(0, at),
    name: fullName.slice(at + 1),
    url: `https://forge.example/${fullName}`,
    description: null,
    defaultBranch: "main",
    isArchived: false,
    canPush: true,
    ...change,
  };
}
