// Whether a kept card may stay, and whether the records say something else by now: then its owner is asked to look.
// Nothing changes by itself: what strangers may read is seen by its owner first.
import { choiceOf, isOld } from "./draw.js";
import { ask, compared, due, isChanged } from "./store.js";

const NOW = "/emergency-card/now";

/** Tells whether there is something to look at. */
export const look = async () => {
  if ((await ask()) !== "held") return false;
  const card = await due();
  if (card) {
    const answer = await fetch(`${NOW}?parts=${choiceOf(card).names.join(",")}`, { cache: "no-store", redirect: "error" });
    if (answer.ok) await compared(isOld(await answer.json(), card)); // else nobody is signed in, or somebody for another
  }
  return isChanged();
};
