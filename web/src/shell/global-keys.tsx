import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useLayoutEffect, useRef } from "react";
import { usePerson } from "../api/who.ts";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { pauseKeys, useKeys } from "./use-keys.ts";

const Palette = lazyPart(() =>
  import("../palette/palette.tsx").then((module) => ({ default: module.Palette })),
);
const KeysHelp = lazyPart(() => import("./keys-help.tsx").then((module) => ({ default: module.KeysHelp })));

/** Time in milliseconds in which the second key of a sequence such as "g s" must follow. */
const SEQUENCE_MS = 1_500;

/** Keys of all pages: the command palette (Ctrl+K or Cmd+K), the list of shortcuts, a new session and "g" with a page's letter. */
export function GlobalKeys() {
  const navigate = useNavigate();
  const { id } = usePerson();
  const [isPaletteOpen, palette] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const isOpen = isPaletteOpen || isHelpOpen;
  const goesUntil = useRef(0);
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      palette.toggle();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [palette]);
  useLayoutEffect(() => {
    if (!isOpen) return;
    focused.current = document.activeElement;
    pauseKeys(true);
    return () => {
      pauseKeys(false);
      // After the dialog has gone. A page that the palette opened sets its own focus.
      const { current } = focused;
      requestAnimationFrame(() => {
        if (current instanceof HTMLElement && document.activeElement === document.body) current.focus();
      });
    };
  }, [isOpen]);
  const isSequence = () => performance.now() < goesUntil.current;
  /** Runs only as the second key of a sequence. Otherwise, the page's own keys apply. */
  const goTo = (act: () => unknown) => () => {
    if (!isSequence()) return false;
    goesUntil.current = 0;
    void act();
    return true;
  };
  /** Runs unless the key is the second one of a sequence, which then ends without an effect. */
  const alone = (act: () => unknown) => () => {
    if (isSequence()) goesUntil.current = 0;
    else void act();
  };
  useKeys(
    {
      "?": alone(help.open),
      c: alone(() => navigate({ to: "/sessions/new" })),
      g: alone(() => {
        goesUntil.current = performance.now() + SEQUENCE_MS;
      }),
      n: goTo(() => navigate({ to: "/sessions", search: { state: "needsYou" } })),
      m: goTo(() => navigate({ to: "/sessions", search: { author: id } })),
      s: goTo(() => navigate({ to: "/sessions", search: {} })),
      r: goTo(() => navigate({ to: "/review" })),
      o: goTo(() => navigate({ to: "/repositories" })),
      p: goTo(() => navigate({ to: "/projects" })),
      a: goTo(() => navigate({ to: "/agents" })),
      i: goTo(() => navigate({ to: "/insights" })),
      // Otherwise, "g e" would archive a session.
      any: goTo(() => {}),
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
