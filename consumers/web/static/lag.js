// The lag page: asks /api/lag every few seconds and draws what it says. Text goes in as text, never
// as markup, so that no name of a group or topic can run.
'use strict';

const EVERY = 3000;
const NAMES = ['topic', 'committed', 'end', 'lag', 'oldest unread', 'in /s', 'out /s', 'verdict'];
const KEEP = 200;
const history = new Map();

const number = (value) => (value === null ? 'unknown' : value.toLocaleString('en'));
const rate = (value) => (value === null ? 'unknown' : value.toFixed(1));

function age(seconds) {
  if (seconds === null) return 'unknown';
  if (seconds < 1) return seconds === 0 ? 'none' : 'under 1 s';
  for (const [size, unit] of [[86400, 'd'], [3600, 'h'], [60, 'min']]) {
    if (seconds >= size) return `${(seconds / size).toFixed(1)} ${unit}`;
  }
  return `${seconds.toFixed(0)} s`;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(partition) {
  const made = element('tr');
  const cells = [
    [`${partition.topic} / ${partition.partition}`],
    [number(partition.committed)],
    [number(partition.end)],
    [number(partition.lag)],
    [age(partition.lag_seconds)],
    [rate(partition.rate_in)],
    [rate(partition.rate_out)],
    [`${partition.verdict}: ${partition.reason}`, partition.verdict],
  ];
  cells.forEach(([text, className], index) => {
    const cell = element('td', text, className);
    cell.dataset.name = NAMES[index];
    made.append(cell);
  });
  return made;
}

function line(group, seen) {
  const known = group.partitions.map((partition) => partition.lag);
  const lag = known.includes(null) ? null : known.reduce((sum, each) => sum + each, 0);
  const points = history.get(group.group) ?? [];
  if (lag !== null && points.at(-1)?.seen !== seen) points.push({ seen, lag });
  history.set(group.group, points.slice(-KEEP));
  const top = Math.max(1, ...points.map((point) => point.lag));
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${KEEP} 100`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `lag over time, now ${number(lag)}, at most ${number(top)}`);
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  const place = (point, index) => `${index},${98 - (96 * point.lag) / top}`;
  drawn.setAttribute('points', points.map(place).join(' '));
  svg.append(drawn);
  return svg;
}

function section(group, seen) {
  const made = element('section');
  const title = element('h2', `${group.group}: `);
  title.append(element('span', group.verdict, group.verdict));
  title.append(` (${group.state ?? 'state unknown'})`);
  const table = element('table');
  const head = element('tr');
  NAMES.forEach((name) => head.append(element('th', name)));
  const thead = element('thead');
  thead.append(head);
  const body = element('tbody');
  group.partitions.forEach((partition) => body.append(row(partition)));
  table.append(thead, body);
  made.append(title, line(group, seen), table);
  return made;
}

async function refresh() {
  const state = document.getElementById('state');
  try {
    const answer = await (await fetch('/api/lag', { cache: 'no-store' })).json();
    const when = answer.seen ? new Date(answer.seen * 1000).toLocaleTimeString() : 'never';
    state.textContent = answer.fault ? `Kafka does not answer: ${answer.fault}` : `As of ${when}`;
    state.className = answer.fault ? 'bad' : '';
    const sections = answer.groups.map((group) => section(group, answer.seen));
    document.getElementById('groups').replaceChildren(...sections);
  } catch {
    state.textContent = 'The exporter does not answer; trying again.';
    state.className = 'bad';
  }
  setTimeout(refresh, EVERY);
}

refresh();
