import { type Random, seededRandom } from "./random.ts";

/** Common words, most frequent first. */
const common =
  `the to in of and fix add for with test when error page login user update not api build button after is use
  upload remove file token cache query list retry session worker webhook config deploy schema index timeout refactor café
  client server export import report search filter cursor migration queue email invoice billing payment résumé naïve
  façade über größe straße señor mañana año pingüino crème brûlée déjà garçon élève hôtel Noël Zürich Málaga São Łódź
  Dvořák smörgås ångström fjord søster Ærø İstanbul ğ şehir çalış tiếng việt český žluťoučký kůň`
    .split(/\s+/)
    .filter((word) => word !== "");
const begins = "b br c ch d dr f g gr h j k kl l m n p pr qu r s st t tr v w z ñ ç š ł".split(" ");
const middles = "a e i o u ai ea ou é è ö ü á í ø ą".split(" ");
const ends = ["", "n", "r", "s", "t", "ck", "nd", "m", "l"];

const vocabularySize = 5_000;

/** Returns the words, most common first. The result is the same in every run. */
export function makeVocabulary(): readonly string[] {
  const random = seededRandom(7);
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  const words = new Set(common);
  while (words.size < vocabularySize) {
    const syllables = 2 + Math.floor(random() * 2);
    let word = "";
    for (let n = 0; n < syllables; n++) word += pick(begins) + pick(middles) + pick(ends);
    words.add(word);
  }
  return [...words];
}

/** Returns `count` words, distributed by Zipf's law. */
export function randomText(random: Random, vocabulary: readonly string[], count: number): string {
  let text = "";
  for (let n = 0; n < count; n++) {
    const rank = Math.floor(Math.exp(random() * Math.log(vocabulary.length + 1))) - 1;
    text += `${n === 0 ? "" : " "}${vocabulary[Math.min(rank, vocabulary.length - 1)]}`;
  }
  return text;
}
