import type { OrganizationSettings } from "@tembo-io/sdk";
import { useState } from "react";
import { runtimesQuery } from "../../api/choices.ts";
import { tembo } from "../../api/client.ts";
import { organizationSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { useChange } from "../kit/use-change.ts";

export type Settings = OrganizationSettings["settings"];

/** Returns the current settings with the user's unsaved changes. `save` sends only the changes. */
export function useDraft(settings: Settings) {
  const { organizationId } = usePerson();
  const [draft, setDraft] = useState<Partial<Settings>>({});
  const changed = Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => settings[name as keyof Settings] !== value),
  );
  const save = useChange(() => tembo.organizations.settings.update(organizationId, changed), {
    stale: [organizationSettingsQuery(organizationId).queryKey, runtimesQuery.queryKey],
    done: settingsText.saved,
    onDone: () => setDraft({}),
  });
  return {
    value: { ...settings, ...draft },
    set: (part: Partial<Settings>) => setDraft((old) => ({ ...old, ...part })),
    isChanged: Object.keys(changed).length > 0,
    save,
  };
}
