// Figures in words, and elements made from text. Text goes in as text, never as markup, so that no
// name of a group, topic or client can run.
'use strict';

const UNKNOWN = 'unknown';
const MARKS = { ok: '✓', unknown: '?', warning: '!', stalled: '✕', stopped: '✕', rewound: '↺' };
const WORST = ['ok', 'unknown', 'warning', 'stalled', 'stopped', 'rewound'];
const RULES = {
  'within-single': 'repeat inside the article',
  'within-block': 'repeated block inside the article',
  'same-source': 'another story of the source',
  'cross-source': "another source's story",
  duplicate: 'duplicate article',
};

const number = (value) => (value === null || value === undefined ? UNKNOWN : value.toLocaleString('en'));

function rate(value) {
  if (value === null || value === undefined) return UNKNOWN;
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function percent(value) {
  return value === null || value === undefined
    ? UNKNOWN : value.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 });
}

// Seconds as people say them: two units at most.
function age(seconds) {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds === 0) return '0 s';
  if (seconds < 0.001) return 'under 1 ms';
  if (seconds < 1) return `${(seconds * 1000).toLocaleString('en', { maximumSignificantDigits: 2 })} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  for (const [size, unit, part, small] of [[86400, 'd', 3600, 'h'], [3600, 'h', 60, 'min'], [60, 'min', 1, 's']]) {
    if (seconds >= size) {
      const rest = Math.floor((seconds % size) / part);
      return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${small}` : ''}`;
    }
  }
  return `${seconds.toFixed(0)} s`;
}

const clock = (milliseconds) => new Date(milliseconds).toLocaleTimeString('en-GB');

// How long until nothing is unread: null is unknown, or never while more comes than is read.
function caughtUp(partition) {
  if (partition.catch_up_seconds !== null) return age(partition.catch_up_seconds);
  const known = partition.lag !== null && partition.rate_in !== null && partition.rate_out !== null;
  if (!known) return UNKNOWN;
  return partition.verdict === 'ok' ? 'keeps up' : 'never at this rate';
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A name from Kafka, in its own direction.
function named(text) {
  const made = element('bdi', text);
  made.dir = 'auto';
  return made;
}

function verdict(word) {
  const made = element('span', undefined, `verdict ${WORST.includes(word) ? word : 'unknown'}`);
  const mark = element('span', MARKS[word] ?? '?');
  mark.setAttribute('aria-hidden', 'true');
  made.append(mark, ` ${word}`);
  return made;
}

function put(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

// A table whose rows stay the same elements as long as their keys do, so that neither focus nor a
// screen reader's place is lost when figures change. A cell: [name, text or element, class].
function fill(table, heads, rows) {
  if (!table.tHead) {
    const row = table.createTHead().insertRow();
    table.tHead.setAttribute('role', 'rowgroup');
    row.setAttribute('role', 'row');
    for (const head of heads) {
      const cell = element('th', head);
      cell.scope = 'col';
      cell.setAttribute('role', 'columnheader');
      row.append(cell);
    }
    table.createTBody().setAttribute('role', 'rowgroup');
  }
  const body = table.tBodies[0];
  const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const focused = body.contains(document.activeElement) ? document.activeElement : null;
  rows.forEach(({ key, cells, current }, index) => {
    const row = old.get(key) ?? emptyRow(key, cells);
    old.delete(key);
    cells.forEach(([, , className], at) => { if (!index) table.tHead.rows[0].cells[at].className = className ?? ''; });
    cells.forEach(([, content, className], at) => write(row.cells[at], content, className ?? ''));
    if (current) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
  });
  for (const row of old.values()) row.remove();
  if (focused?.isConnected && document.activeElement !== focused) focused.focus();
}

function emptyRow(key, cells) {
  const row = element('tr');
  row.dataset.key = key;
  row.setAttribute('role', 'row');
  cells.forEach(([name, , className], at) => {
    const cell = element(at ? 'td' : 'th', undefined, className);
    if (!at) cell.scope = 'row';
    cell.setAttribute('role', at ? 'cell' : 'rowheader');
    cell.dataset.name = name;
    row.append(cell);
  });
  return row;
}

function write(cell, content, className) {
  const told = typeof content === 'string' ? content : `\u0000${content.dataset.told ?? content.textContent}`;
  const unknown = content === UNKNOWN ? 'untold' : '';
  const wanted = [className, unknown].filter(Boolean).join(' ');
  if (cell.className !== wanted) cell.className = wanted;
  if (cell.told === told) return;
  cell.told = told;
  if (typeof content === 'string') cell.textContent = content;
  else cell.replaceChildren(content);
}
