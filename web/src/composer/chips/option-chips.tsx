import { IconCpu, IconListCheck, IconWorld } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { egressPresetName, sandboxSizeName, sandboxSizes } from "@tembo-io/sdk";
import { egressQuery, organizationSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { text } from "../../text/index.ts";
import type { Draft } from "../draft.ts";
import { Chip } from "./chip.tsx";

const { mode, size, egress } = text.composer;
const modes = (["normal", "planning"] as const).map((value) => ({ value, label: mode[value] }));
const sizes = sandboxSizes.map((value) => ({ value, label: sandboxSizeName(value) }));
const presets = (["none", "registries", "open"] as const).map((value) => ({
  value,
  label: egressPresetName(value),
}));

/** Chips for the mode, the sandbox size and the network. Each shows the organization's default by name. */
export function OptionChips({
  draft,
  errorIdOf,
  onChange,
}: {
  readonly draft: Draft;
  readonly errorIdOf: (field: string) => string | undefined;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { organizationId } = usePerson();
  const { data: settings } = useQuery(organizationSettingsQuery(organizationId));
  const { data: network } = useQuery(egressQuery(organizationId));
  const usualSize = settings === undefined ? null : sandboxSizeName(settings.settings.defaultSandboxSize);
  const usualEgress = network === undefined ? null : egressPresetName(network.preset);
  return (
    <>
      <Chip
        label={mode.label}
        icon={IconListCheck}
        shown={mode[draft.mode]}
        groups={[{ label: null, options: modes }]}
        chosen={[draft.mode]}
        onChoose={(value) => onChange({ mode: value === "planning" ? "planning" : "normal" })}
      />
      <Chip
        label={size.label}
        icon={IconCpu}
        shown={draft.sandboxSize === "" ? (usualSize ?? size.label) : sandboxSizeName(draft.sandboxSize)}
        groups={[{ label: null, options: [{ value: "", label: size.usual(usualSize) }, ...sizes] }]}
        chosen={[draft.sandboxSize]}
        onChoose={(value) => onChange({ sandboxSize: sandboxSizes.find((one) => one === value) ?? "" })}
        errorId={errorIdOf("sandboxSize")}
      />
      <Chip
        label={egress.label}
        icon={IconWorld}
        shown={draft.egress === "" ? (usualEgress ?? egress.label) : egressPresetName(draft.egress)}
        groups={[{ label: null, options: [{ value: "", label: egress.usual(usualEgress) }, ...presets] }]}
        chosen={[draft.egress]}
        onChoose={(value) => onChange({ egress: presets.find((one) => one.value === value)?.value ?? "" })}
        errorId={errorIdOf("egress")}
      />
    </>
  );
}
