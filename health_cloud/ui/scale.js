// Where the ticks of a plot stand: arithmetic alone, so that it is tested without a browser.
const DAY = 86400_000;
export const YEAR = 365.25 * DAY;

const steps = function* () {
  for (let power = -9; power < 12; power += 1) for (const base of [1, 2, 5]) yield base * 10 ** power;
};

/** Heights of a scale that holds all values: at most `most` ticks, each with the digits of its step. */
export const heights = (values, most) => {
  let [least, greatest] = [Math.min(...values), Math.max(...values)];
  if (least === greatest) {
    const room = Math.abs(least) / 10 || 1;
    [least, greatest] = [least - room, greatest + room];
  }
  let step = 1;
  for (step of steps()) if ((greatest - least) / step <= most - 1) break;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(greatest / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => ((first + index) * step).toFixed(digits));
  return { ticks, least: first * step, greatest: last * step };
};

/** Ticks stand where years, months or days begin, whichever leaves room for their names: [[time, name]]. */
export const times = (from, to, most, words) => {
  const made = (at, iso, name) => at.filter((each) => each >= from && each <= to).map((each) => [each, name(iso(each))]);
  const begin = new Date(from);
  const all = (count, at) => Array.from({ length: count }, (_, index) => at(index));
  const years = (to - from) / YEAR;
  if (years >= 2) {
    const step = [1, 2, 5, 10, 20].find((each) => years / each <= most) ?? 50;
    const first = Math.floor(begin.getUTCFullYear() / step) * step;
    return made(all(Math.ceil(years / step) + 2, (index) => Date.UTC(first + index * step, 0, 1)), (each) => each, (each) => String(new Date(each).getUTCFullYear()));
  }
  const iso = (size) => (each) => new Date(each).toISOString().slice(0, size);
  if (years * 12 >= 2) {
    const step = [1, 2, 3, 6].find((each) => (years * 12) / each <= most) ?? 12;
    const first = Math.floor(begin.getUTCMonth() / step) * step;
    return made(all(Math.ceil((years * 12) / step) + 2, (index) => Date.UTC(begin.getUTCFullYear(), first + index * step, 1)), iso(7), words.month);
  }
  const days = (to - from) / DAY;
  const step = [1, 2, 7, 14].find((each) => days / each <= most) ?? 28;
  const first = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth(), begin.getUTCDate());
  return made(all(Math.ceil(days / step) + 2, (index) => first + index * step * DAY), iso(10), words.day);
};
