import type { ForgeSetupField, ForgeSetupMethod, IntegrationCreateBody } from "@tembo-io/sdk";
import type { ForgeProvider } from "../../api/providers.ts";

type FieldName = ForgeSetupField["name"];

export interface ConnectDraft {
  readonly type: string;
  readonly credential: ForgeSetupMethod["credential"] | null;
  /** Field values of all setup methods. They persist when the user selects another forge or method. */
  readonly values: Readonly<Partial<Record<FieldName, string>>>;
  readonly displayName: string;
  readonly baseUrl: string;
  readonly isPolled: boolean;
}

export const emptyDraft = (provider: ForgeProvider | undefined): ConnectDraft => ({
  type: provider?.integrationType ?? "",
  credential: null,
  values: {},
  displayName: "",
  baseUrl: "",
  isPolled: false,
});

/**
 * Returns the selected method, or the forge's first method if none is selected. Returns undefined if the forge has no
 * methods.
 */
export function selectMethod(
  draft: Pick<ConnectDraft, "credential">,
  { forge }: ForgeProvider,
): ForgeSetupMethod | undefined {
  return (
    forge.setupMethods.find(({ credential }) => credential === draft.credential) ?? forge.setupMethods[0]
  );
}

/** Returns the request body for the draft. Omits empty optional fields and the fields of other methods. */
export function bodyOf(draft: ConnectDraft, method: ForgeSetupMethod): IntegrationCreateBody {
  const { type, values, displayName, baseUrl, isPolled } = draft;
  const fields = method.fields
    .map(({ name, isRequired }) => ({ name, isRequired, value: (values[name] ?? "").trim() }))
    .filter(({ isRequired, value }) => isRequired || value !== "");
  const typed = (name: FieldName) => fields.find((field) => field.name === name)?.value;
  const username = typed("username");
  const appOrganization = typed("appOrganization");
  return {
    type,
    ...(displayName !== "" && { displayName }),
    ...(baseUrl !== "" && { baseUrl: baseUrl.trim() }),
    ...(isPolled && { events: "polling" as const }),
    ...(method.credential === "appManifest" && { appManifest: true as const }),
    ...(method.credential === "accessToken" && { accessToken: typed("accessToken") ?? "" }),
    ...(method.credential === "oauth" && {
      oauth: { clientId: typed("oauth.clientId") ?? "", clientSecret: typed("oauth.clientSecret") ?? "" },
    }),
    ...(username !== undefined && { username }),
    ...(appOrganization !== undefined && { appOrganization }),
  };
}
