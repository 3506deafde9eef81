import { createRandom, type Random } from "./random.ts";

export type Shape = "steady" | "morning peak" | "one organization floods";

/** Session with its turns. A later turn is requested a pause after the earlier one has ended. */
export interface SimulatedSession {
  readonly organizationId: string;
  readonly arrivesAtS: number;
  readonly memoryBytes: number;
  readonly turns: readonly { readonly durationS: number; readonly pauseS: number }[];
}

export const daySeconds = 24 * 60 * 60;
const GiB = 1024 ** 3;
const organizations = 200;
const floodShare = 0.2;
const floodAtS = 9 * 60 * 60;

/** Returns the sessions of one day in the order of their arrival. */
export function makeArrivals(shape: Shape, sessions: number, seed: number): SimulatedSession[] {
  const random = createRandom(seed);
  return Array.from({ length: sessions }, (_, index) => {
    const isFlood = shape === "one organization floods" && index < sessions * floodShare;
    return {
      organizationId: isFlood ? "flood" : organizationOf(random),
      arrivesAtS: isFlood ? floodAtS : arrivalOf(shape, random),
      memoryBytes: memoryOf(random),
      turns: turnsOf(random),
    };
  }).toSorted((a, b) => a.arrivesAtS - b.arrivesAtS);
}

/** The square makes few organizations large and many small. */
const organizationOf = (random: Random) => `o${Math.floor(organizations * random.next() ** 2)}`;

/** Half of the sessions of a day with a peak arrive within three hours. */
function arrivalOf(shape: Shape, random: Random): number {
  if (shape !== "morning peak" || random.next() < 0.5) return random.next() * daySeconds;
  return (8 + 3 * random.next()) * 60 * 60;
}

function memoryOf(random: Random): number {
  const drawn = random.next();
  return (drawn < 0.8 ? 4 : drawn < 0.95 ? 8 : 16) * GiB;
}

function turnsOf(random: Random) {
  const count = 1 + Math.min(4, Math.floor(random.exponential(1)));
  return Array.from({ length: count }, () => ({
    durationS: Math.min(6 * 60 * 60, random.logNormal(7 * 60, 1)),
    pauseS: random.exponential(10 * 60),
  }));
}
