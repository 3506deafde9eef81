import type { ForgeSetupField, ForgeSetupMethod, IntegrationCreateBody } from "@tembo-io/sdk";
import type { ForgeProvider } from "../../api/providers.ts";

type FieldName = ForgeSetupField["name"];

/** Contents of the form's fields. */
export interface ConnectDraft {
  readonly type: string;
  readonly credential: ForgeSetupMethod["credential"] | null;
  /** Fields of the set-up methods. What was typed stays when another forge or method is chosen. */
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

/** The method that is chosen; the forge's first one unless a person chose another. */
export function methodOf(
  draft: Pick<ConnectDraft, "credential">,
  { forge }: ForgeProvider,
): ForgeSetupMethod | undefined {
  return (
    forge.setupMethods.find(({ credential }) => credential === draft.credential) ?? forge.setupMethods[0]
  );
}

/** The request for the draft. Leaves out optional fields that are empty, and the fields of other methods. */
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
