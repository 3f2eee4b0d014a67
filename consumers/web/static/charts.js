// A chart over time, drawn by uPlot, with what the drawing does not give: a sentence, a legend with
// figures, the arrow keys, and the same as a table. Lines differ in dashes as well as in colour.
'use strict';

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 4], [12, 5], [6, 2, 2, 2]];
// Steps of an axis of seconds: as clocks have them.
const CLOCK = [
  ...[0.0001, 0.001, 0.01, 0.1].flatMap((unit) => [unit, 2 * unit, 5 * unit]), 1, 2, 5, 10, 15, 30,
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((days) => days * 86400),
];
// And of an axis of things that are counted: no halves.
const WHOLE = [...Array(15).keys()].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const ROWS = 20;
const HEIGHT = 190;
const SVG = 'http://www.w3.org/2000/svg';

class Chart {
  constructor(host, title, format, steps) {
    this.host = host;
    this.steps = steps;
    this.title = title;
    this.format = format;
    this.shape = '';
    this.figure = element('figure');
    this.caption = element('figcaption');
    const heading = element('h3', title);
    this.summary = element('p', '', 'summary');
    this.caption.append(heading, this.summary);
    this.why = element('p', '', 'unknown-why');
    this.why.hidden = true;
    this.plot = element('div', undefined, 'plot');
    this.plot.dir = 'ltr';
    this.plot.tabIndex = 0;
    this.plot.setAttribute('role', 'slider');
    this.plot.setAttribute('aria-label', `${title}: moment shown; arrow keys move it`);
    this.legend = element('ul', undefined, 'legend');
    this.details = element('details');
    this.table = element('table');
    this.table.setAttribute('role', 'table');
    this.table.setAttribute('aria-label', `${title}, as a table`);
    const box = element('div', undefined, 'scroll');
    box.append(this.table);
    this.details.append(element('summary', 'As a table'), box);
    this.figure.append(this.caption, this.why, this.plot, this.legend, this.details);
    this.details.addEventListener('toggle', () => this.list());
    this.plot.addEventListener('keydown', (event) => this.key(event));
    this.plot.addEventListener('blur', () => this.leave());
    new ResizeObserver(() => this.resize()).observe(host);
    host.replaceChildren(this.figure);
  }

  // times in ms; lines: [{label, values}]; summary: a sentence; why: what is not known, and why.
  show(times, lines, summary, why) {
    this.times = times;
    this.lines = lines;
    put(this.summary, summary);
    put(this.why, why ? `Unknown: ${why}` : '');
    this.why.hidden = !why;
    const any = times.length > 0 && lines.some((line) => line.values.some((value) => value !== null));
    this.plot.hidden = this.legend.hidden = this.details.hidden = !any;
    if (!any) {
      if (!why) put(this.summary, 'Nothing to show yet.');
      return;
    }
    const shape = JSON.stringify(lines.map((line) => line.label));
    if (shape !== this.shape || !this.drawn) this.draw(shape);
    else this.drawn.setData(this.columns());
    this.mark();
    if (this.details.open) this.list();
  }

  columns() {
    return [this.times, ...this.lines.map((line) => line.values)];
  }

  draw(shape) {
    this.shape = shape;
    this.drawn?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const grid = { stroke: colour('--grid'), width: 1 };
    const axis = { stroke: colour('--soft'), grid, ticks: grid, font: '12px system-ui, sans-serif' };
    const short = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
    const long = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
    this.drawn = new uPlot({
      width: this.width(),
      height: HEIGHT,
      ms: 1,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, space: 70, values: (_, marks, __, ___, step) => marks.map((mark) => (step < 60000 ? long : short).format(mark)) },
        { ...axis, ...(this.steps ? { incrs: this.steps } : {}), size: (_, texts) => Math.max(44, 16 + 7 * Math.max(0, ...(texts ?? []).map((text) => text.length))), values: (_, marks) => marks.map((mark) => this.format(mark)) },
      ],
      series: [{}, ...this.lines.map((line, at) => ({
        label: line.label,
        stroke: colour(`--line-${at % 8}`),
        width: 2,
        dash: DASHES[at % DASHES.length],
        points: { size: 4 },
      }))],
      hooks: { setCursor: [() => this.mark()] },
    }, this.columns(), this.plot);
    this.legend.replaceChildren(...this.lines.map((line, at) => legendItem(line.label, at)));
  }

  width() {
    return Math.max(240, Math.floor(this.host.getBoundingClientRect().width) - 2);
  }

  resize() {
    if (this.drawn && this.drawn.width !== this.width()) this.drawn.setSize({ width: this.width(), height: HEIGHT });
  }

  redraw() {
    if (this.drawn && !this.plot.hidden) this.draw(this.shape);
  }

  // The figures of the moment under the cursor, else of the last one.
  mark() {
    if (!this.drawn) return;
    const held = this.drawn.cursor.left >= 0 ? this.drawn.cursor.idx : null;
    const at = held ?? this.times.length - 1;
    const told = this.lines.map((line) => this.format(line.values[at] ?? null));
    told.forEach((text, index) => {
      const value = this.legend.children[index]?.querySelector('.value');
      if (value) put(value, text);
    });
    this.plot.setAttribute('aria-valuemin', '0');
    this.plot.setAttribute('aria-valuemax', String(this.times.length - 1));
    this.plot.setAttribute('aria-valuenow', String(at));
    const said = this.lines.map((line, index) => `${line.label} ${told[index]}`).join(', ');
    this.plot.setAttribute('aria-valuetext', `${clock(this.times[at])}: ${said}`);
  }

  key(event) {
    const last = this.times.length - 1;
    const now = this.drawn.cursor.left >= 0 ? this.drawn.cursor.idx ?? last : last;
    const to = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageUp: now + 10, PageDown: now - 10, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') this.leave();
    if (to === undefined) return;
    event.preventDefault();
    const left = this.drawn.valToPos(this.times[Math.min(last, Math.max(0, to))], 'x');
    this.drawn.setCursor({ left, top: 1 });
  }

  leave() {
    this.drawn?.setCursor({ left: -10, top: -10 });
  }

  // Twenty moments at most, the latest first.
  list() {
    if (!this.details.open || !this.times) return;
    const step = Math.max(1, Math.ceil(this.times.length / ROWS));
    const rows = [];
    for (let at = this.times.length - 1; at >= 0; at -= step) {
      const cells = this.lines.map((line) => [line.label, this.format(line.values[at] ?? null)]);
      rows.push({ key: String(this.times[at]), cells: [['time', clock(this.times[at])], ...cells] });
    }
    if (this.listed !== this.shape) {
      this.table.replaceChildren();
      this.listed = this.shape;
    }
    fill(this.table, ['time', ...this.lines.map((line) => line.label)], rows);
  }
}

function legendItem(label, at) {
  const item = element('li');
  const swatch = document.createElementNS(SVG, 'svg');
  swatch.setAttribute('class', `swatch line-${at % 8}`);
  swatch.setAttribute('viewBox', '0 0 28 8');
  swatch.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of [['x1', 0], ['x2', 28], ['y1', 4], ['y2', 4]]) line.setAttribute(name, value);
  line.setAttribute('stroke-dasharray', DASHES[at % DASHES.length].join(' '));
  swatch.append(line);
  item.append(swatch, named(label), ' ', element('span', '', 'value'));
  return item;
}
