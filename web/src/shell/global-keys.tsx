import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { useKeys } from "./use-keys.ts";

const Palette = lazyPart(() =>
  import("../palette/palette.tsx").then((module) => ({ default: module.Palette })),
);
const KeysHelp = lazyPart(() => import("./keys-help.tsx").then((module) => ({ default: module.KeysHelp })));

/** Time in milliseconds in which the second key of a sequence such as "g s" must follow. */
const SEQUENCE_MS = 1_500;

/** Keys of all pages: the command palette (Ctrl+K or Cmd+K), the list of shortcuts, a new session and "g" with a page's letter. */
export function GlobalKeys() {
  const navigate = useNavigate();
  const [isPaletteOpen, palette] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const goesUntil = useRef(0);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      palette.toggle();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [palette]);
  /** Runs only as the second key of a sequence. Otherwise, the page's own keys apply. */
  const goTo = (act: () => unknown) => () => {
    if (performance.now() >= goesUntil.current) return false;
    goesUntil.current = 0;
    void act();
    return true;
  };
  useKeys(
    {
      "?": help.open,
      c: () => void navigate({ to: "/sessions/new" }),
      g: () => {
        goesUntil.current = performance.now() + SEQUENCE_MS;
      },
      n: goTo(() => navigate({ to: "/sessions", search: { state: "needsYou" } })),
      s: goTo(() => navigate({ to: "/sessions", search: {} })),
      r: goTo(() => navigate({ to: "/review" })),
      o: goTo(() => navigate({ to: "/repositories" })),
      p: goTo(() => navigate({ to: "/projects" })),
      a: goTo(() => navigate({ to: "/agents" })),
      i: goTo(() => navigate({ to: "/insights" })),
    },
    { isGlobal: true },
  );
  return (
    <Suspense>
      {isPaletteOpen && <Palette onClose={palette.close} />}
      {isHelpOpen && <KeysHelp onClose={help.close} />}
    </Suspense>
  );
}
