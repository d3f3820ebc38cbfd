// Charts as SVG, drawn where the page is written: no script, no network. Lengths are for the eye and
// rounded to a tenth of a pixel; the exact figures stand in the table beside each chart.

/** A part of every bar: its name and its class, which gives the colour. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** A step of a bridge: a level that stands, or what moves it. */
export interface Step {
  readonly name: string;
  readonly value: number;
  readonly stands?: boolean;
}

/** What a chart is called and what it says, for those who can't see it. */
export interface Telling {
  readonly id: string;
  readonly title: string;
  readonly says: string;
}

const [WIDTH, HEIGHT] = [760, 280];
const [LEFT, RIGHT, TOP, BOTTOM] = [78, 8, 12, 34];

/** Text inside markup. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Bars of parts on top of each other; what is below zero hangs under the line. */
export function stacked(
  labels: readonly string[],
  series: readonly Series[],
  telling: Telling,
): string {
  const drawn = series.filter(({ values }) => values.some((value) => value !== 0));
  const sums = labels.map((_, at) => ({
    up: sum(drawn.map(({ values }) => Math.max(values[at] ?? 0, 0))),
    down: sum(drawn.map(({ values }) => Math.min(values[at] ?? 0, 0))),
  }));
  const scale = new Scale(sums.map(({ down }) => down).concat(sums.map(({ up }) => up)));
  const slot = (WIDTH - LEFT - RIGHT) / labels.length;
  const bars = labels.map((label, at) => {
    let [up, down] = [0, 0];
    const parts = drawn.map(({ name, values }) => {
      const value = values[at] ?? 0;
      if (value === 0) return '';
      const from = value > 0 ? up : down;
      if (value > 0) up += value;
      else down += value;
      return bar(LEFT + slot * (at + 0.18), slot * 0.64, scale, from, from + value, classOf(name));
    });
    return parts.join('') + axisLabel(LEFT + slot * (at + 0.5), label);
  });
  return figure(telling, scale.lines() + bars.join('') + scale.zero(), legend(drawn));
}

/** A level, what moved it, and the level that came of it. */
export function bridge(steps: readonly Step[], telling: Telling): string {
  let level = 0;
  const spans = steps.map(({ value, stands = false }) => {
    const from = stands ? 0 : level;
    level = stands ? value : level + value;
    return { from, to: level };
  });
  const scale = new Scale(spans.flatMap(({ from, to }) => [from, to]));
  const slot = (WIDTH - LEFT - RIGHT) / steps.length;
  const bars = steps.map(({ name, value, stands = false }, at) => {
    const { from = 0, to = 0 } = spans[at] ?? {};
    const look = stands ? 'level' : value < 0 ? 'less' : 'more';
    const x = LEFT + slot * (at + 0.14);
    const next =
      at + 1 < steps.length
        ? `<line class="link" x1="${tenth(x + slot * 0.72)}" x2="${tenth(x + slot)}" y1="${tenth(scale.y(to))}" y2="${tenth(scale.y(to))}"/>`
        : '';
    return (
      bar(x, slot * 0.72, scale, from, to, look) + next + axisLabel(LEFT + slot * (at + 0.5), name)
    );
  });
  return figure(telling, scale.lines() + bars.join('') + scale.zero(), '');
}

/** Values from zero up to the most, or down to the least, on the height of a chart. */
class Scale {
  readonly #least: number;
  readonly #most: number;
  readonly #step: number;

  constructor(values: readonly number[]) {
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
    const raw = (most - least || 1) / 5;
    const power = 10 ** Math.floor(Math.log10(raw));
    this.#step = [1, 2, 2.5, 5, 10].map((of) => of * power).find((step) => step >= raw) ?? raw;
    this.#least = Math.floor(least / this.#step) * this.#step;
    this.#most = Math.ceil(most / this.#step) * this.#step || this.#step;
  }

  y(value: number): number {
    const share = (value - this.#least) / (this.#most - this.#least);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  lines(): string {
    const count = Math.round((this.#most - this.#least) / this.#step);
    return Array.from({ length: count + 1 }, (_, at) => {
      const value = this.#least + at * this.#step;
      const y = tenth(this.y(value));
      const text = Number(value.toPrecision(12)).toLocaleString('en-US');
      return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text class="tick" x="${LEFT - 6}" y="${y}" dy="4">${text}</text>`;
    }).join('');
  }

  zero(): string {
    const y = tenth(this.y(0));
    return `<line class="zero" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>`;
  }
}

function bar(x: number, width: number, scale: Scale, from: number, to: number, look: string) {
  const top = scale.y(Math.max(from, to));
  const height = Math.max(scale.y(Math.min(from, to)) - top, 0.5);
  return `<rect class="${look}" x="${tenth(x)}" y="${tenth(top)}" width="${tenth(width)}" height="${tenth(height)}"/>`;
}

function axisLabel(x: number, label: string): string {
  return `<text class="label" x="${tenth(x)}" y="${HEIGHT - 14}">${escaped(label)}</text>`;
}

function legend(series: readonly Series[]): string {
  const items = series.map(
    ({ name }) => `<li><span class="swatch ${classOf(name)}"></span>${escaped(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function figure({ id, title, says }: Telling, drawing: string, below: string): string {
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-says"><title id="${id}-title">${escaped(title)}</title><desc id="${id}-says">${escaped(says)}</desc>${drawing}</svg>${below}</figure>`;
}

function classOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
