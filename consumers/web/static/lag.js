// The lag page: asks the exporter every few seconds and shows what it says; see docs/lag.md.
'use strict';

const id = (name) => document.getElementById(name);
const GROUPS = ['Group', 'Verdict', 'Unread', 'Oldest unread', 'In/s', 'Out/s', 'Members', 'Why'];
const PARTITIONS = ['partition', 'verdict', 'committed', 'end', 'lag', 'oldest unread', 'in /s', 'out /s', 'caught up in', 'member', 'why'];
const FEW = 60;
const SHOWN = 5;
const MOST = 500;
const PATIENCE = 10000;
const KEPT = 'copydesk-token';

const charts = {
  lag: new Chart(id('lag'), 'Unread records by partition', number, WHOLE),
  age: new Chart(id('age'), 'Age of the oldest unread record', age, CLOCK),
  flow: new Chart(id('flow'), 'Records a second, in and out', rate),
  dropped: new Chart(id('dropped'), 'Share of paragraphs dropped, by kind', percent),
  dead: new Chart(id('dead'), 'Dead letters a minute, by reason', rate),
  store: new Chart(id('store'), 'What the store takes', age, CLOCK),
};
const known = { verdicts: new Map(), all: false, every: false, paused: false, timer: 0, round: 0 };

class NeedsToken extends Error {}
class Refused extends Error {}

async function ask(path) {
  const token = sessionStorage.getItem(KEPT);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { cache: 'no-store', headers, signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 401) throw new NeedsToken();
  if (!answer.ok) throw new Refused((await answer.text()).trim());
  return answer.json();
}

const chosen = () => new URLSearchParams(location.hash.slice(1)).get('group');
const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
const where = (partition, single) => (single ? `partition ${partition.partition}` : `${partition.topic} / ${partition.partition}`);

function ordered(answer) {
  const rank = (group) => WORST.indexOf(group.verdict);
  return [...answer.groups].sort((a, b) => (b.group === answer.own) - (a.group === answer.own)
    || rank(b) - rank(a) || a.group.localeCompare(b.group));
}

function link(group) {
  const made = element('a');
  made.href = `#${new URLSearchParams({ group })}`;
  made.append(named(group));
  made.dataset.told = group;
  return made;
}

// Few groups are shown at first: one's own, the one chosen, and the worst.
function showGroups(answer, current) {
  const wanted = id('find').value.toLowerCase();
  const all = ordered(answer);
  const first = all.filter((group, at) => at < SHOWN || group.group === current);
  const found = wanted ? all.filter((group) => group.group.toLowerCase().includes(wanted)) : known.every ? all : first;
  id('finder').hidden = all.length <= SHOWN;
  id('every').hidden = all.length <= SHOWN + 1 || Boolean(wanted);
  const rest = all.filter((group) => !first.includes(group));
  const ill = rest.filter((group) => group.verdict !== 'ok').length;
  put(id('every'), known.every ? 'Show fewer groups' : `Show ${rest.length} more groups, ${ill ? `${ill} of them not ok` : 'all of them ok'}`);
  put(id('found'), wanted ? `${found.length} of ${all.length}` : '');
  fill(id('groups'), GROUPS, found.slice(0, MOST).map((group) => ({
    key: group.group,
    current: group.group === current,
    cells: [
      ['Group', link(group.group), 'name'], ['Verdict', verdict(group.verdict), 'judged'], ['Unread', number(group.lag), 'figure'],
      ['Oldest unread', age(group.lag_seconds), 'figure'], ['In/s', rate(group.rate_in), 'figure'],
      ['Out/s', rate(group.rate_out), 'figure'], ['Members', number(group.members), 'figure'], ['Why', group.why, 'why'],
    ],
  })));
}

function showPartitions(group) {
  const single = new Set(group.partitions.map((each) => each.topic)).size === 1;
  let rows = group.partitions;
  if (rows.length > FEW && !known.all) {
    rows = [...rows].sort((a, b) => WORST.indexOf(b.verdict) - WORST.indexOf(a.verdict) || (b.lag ?? 0) - (a.lag ?? 0)).slice(0, FEW);
  }
  put(id('partitions-title'), single ? `Partitions of ${group.partitions[0].topic}` : 'Partitions');
  id('more').hidden = group.partitions.length <= FEW;
  put(id('more'), known.all ? `Show the worst ${FEW} only` : `Show all ${group.partitions.length} partitions`);
  fill(id('partitions'), PARTITIONS, rows.map((each) => ({
    key: `${group.group} ${each.topic} ${each.partition}`,
    cells: [
      ['partition', single ? String(each.partition) : `${each.topic} / ${each.partition}`, 'name'], ['verdict', verdict(each.verdict), 'judged'],
      ['committed', number(each.committed), 'figure'], ['end', number(each.end), 'figure'],
      ['lag', number(each.lag), 'figure'], ['oldest unread', age(each.lag_seconds), 'figure'],
      ['in /s', rate(each.rate_in), 'figure'], ['out /s', rate(each.rate_out), 'figure'],
      ['caught up in', caughtUp(each), 'figure words'], ['member', each.owner === null ? 'none' : owner(each.owner), 'member'],
      ['why', each.reason, 'why'],
    ],
  })));
}

// A client's name and its host stand each in its own direction.
function owner(name) {
  const made = element('span');
  made.dataset.told = name;
  const [, client, host] = /^(.*)(@[0-9a-zA-Z.:-]+)$/s.exec(name) ?? [null, name, ''];
  made.append(named(client), named(host));
  return made;
}

function showSeries(group, told) {
  const single = new Set(told.partitions.map((each) => each.topic)).size === 1;
  const lines = (what) => told.partitions.map((each) => ({ label: where(each, single), values: each[what] }));
  const rest = told.others ? ` The ${told.partitions.length} furthest behind are drawn; ${told.others} more are in the table below.` : '';
  charts.lag.show(told.times, lines('lag'), `Now ${number(group.lag)} in all.${rest}`);
  charts.age.show(told.times, lines('lag_seconds'), `Now ${age(group.lag_seconds)}.${rest}`);
  const both = [{ label: 'in: written to its topics', values: told.rate_in }, { label: 'out: read by the group', values: told.rate_out }];
  charts.flow.show(told.times, both, `Now ${rate(told.rate_in.at(-1))} in and ${rate(told.rate_out.at(-1))} out, over half a minute.`);
}

function showDesk(told) {
  const { totals, unknown, topics } = told;
  put(id('desk-from'), `Read in ${topics[0]} and ${topics[1]} since this page's server began; the store is timed from there, and by the workers themselves.`);
  const shares = Object.entries(told.dropped).map(([rule, values]) => ({ label: RULES[rule] ?? rule, values }));
  const now = shares.reduce((all, line) => (line.values.at(-1) === null ? all : (all ?? 0) + line.values.at(-1)), null);
  const judged = totals.paragraphs && Object.values(totals.paragraphs).reduce((all, each) => all + each, 0);
  const quiet = judged === null ? '' : judged ? `None of the ${number(judged)} paragraphs judged so far was dropped.` : 'No paragraph was judged yet.';
  const of = now === null ? 'No paragraph was judged in the last minute' : `${percent(now)} in the last minute`;
  charts.dropped.show(told.times, shares, unknown.dropped ? '' : shares.length ? `${of}; ${number(judged)} judged so far.` : quiet, unknown.dropped);
  if (!shares.length && !unknown.dropped) put(charts.dropped.summary, quiet);
  const letters = Object.entries(told.dead).map(([reason, values]) => ({ label: reason || 'dead letters', values }));
  const came = totals.dead && Object.values(totals.dead).reduce((all, each) => all + each, 0);
  charts.dead.show(told.times, letters, unknown.dead ? '' : `${number(came)} came so far; the topic holds ${number(totals.held)}.`, unknown.dead);
  const { round_trip: trip, claim_median: median, claim_95: most } = told.store;
  const lines = [{ label: 'round trip from here', values: trip }];
  if (!unknown.claim || [...median, ...most].some((value) => value !== null)) {
    lines.push({ label: "a batch's claims, median", values: median }, { label: '95 of 100 take at most', values: most });
  }
  const reasons = [unknown.round_trip, unknown.claim && `what claims take: ${unknown.claim}`].filter(Boolean).join('; ');
  charts.store.show(told.times, lines, `A round trip now takes ${age(trip.at(-1))}, a batch's claims ${age(median.at(-1))} (median of a minute).`, reasons);
}

function announce(groups) {
  const news = groups.filter((group) => known.verdicts.has(group.group) && known.verdicts.get(group.group) !== group.verdict)
    .map((group) => `${group.group} is ${group.verdict}: ${group.why}.`);
  groups.forEach((group) => known.verdicts.set(group.group, group.verdict));
  if (news.length) put(id('news'), news.slice(0, 3).join(' '));
  const bad = groups.filter((group) => !['ok', 'unknown'].includes(group.verdict)).length;
  document.title = bad ? `(${bad}) copydesk: lag` : 'copydesk: lag';
}

function showState(answer) {
  const seen = answer.seen ? `seen at ${clock(answer.seen * 1000)}` : 'never seen';
  const old = answer.seen ? `, ${age(Math.max(1, Math.round(answer.now - answer.seen)))} ago` : '';
  id('state').className = answer.fault ? 'bad' : '';
  document.body.classList.toggle('stale', Boolean(answer.fault));
  put(id('state'), answer.fault ? `${answer.up ? 'Nothing new is seen' : 'Kafka does not answer'}: ${answer.fault}` : `Live, looked at every ${answer.every} s`);
  put(id('when'), answer.fault ? `What is shown was ${seen}${old}.` : `(${seen})`);
}

function showTitle(group) {
  const title = id('group-title');
  const told = `${group.group} ${group.verdict}`;
  if (title.dataset.told !== told) {
    title.dataset.told = told;
    title.replaceChildren(named(group.group), ' ', verdict(group.verdict));
  }
  const members = group.members === null ? '' : `, ${group.members} ${group.members === 1 ? 'member' : 'members'}`;
  put(id('group-why'), `${sentence(group.why)} Kafka says ${group.state ?? 'nothing of its state'}${members}.`);
}

async function refresh() {
  clearTimeout(known.timer);
  const round = ++known.round;
  let pause = 3000;
  try {
    const answer = await ask('/api/groups');
    const group = answer.groups.find((each) => each.group === chosen()) ?? ordered(answer)[0];
    const minutes = id('minutes').value;
    const about = (path, more) => ask(`${path}?${new URLSearchParams(more)}`);
    const [desk, whole, series] = await Promise.all([
      about('/api/desk', { minutes }),
      group && about('/api/lag', { group: group.group }),
      group && about('/api/series', { group: group.group, minutes }),
    ]);
    if (round !== known.round) return;
    pause = Math.max(1000, Math.min(answer.every * 1000, 15000));
    id('ask').hidden = true;
    id('main').hidden = false;
    showState(answer);
    announce(answer.groups);
    showGroups(answer, group?.group);
    id('detail').hidden = !group;
    if (whole?.groups.length) {
      showTitle(group);
      showPartitions(whole.groups[0]);
      showSeries(group, series);
    }
    showDesk(desk);
  } catch (fault) {
    if (round !== known.round) return;
    if (fault instanceof NeedsToken) {
      sessionStorage.removeItem(KEPT);
      id('ask').hidden = false;
      put(id('state'), 'A token is asked for.');
      return;
    }
    id('state').className = 'bad';
    document.body.classList.add('stale');
    put(id('state'), fault instanceof Refused ? `The exporter says: ${fault.message}; trying again.` : 'The exporter does not answer; trying again.');
  }
  if (!known.paused) known.timer = setTimeout(refresh, pause);
}

id('pause').addEventListener('click', () => {
  known.paused = !known.paused;
  id('pause').setAttribute('aria-pressed', String(known.paused));
  if (known.paused) {
    clearTimeout(known.timer);
    put(id('state'), 'Paused');
  } else refresh();
});
id('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEPT, id('token').value.trim());
  id('token').value = '';
  refresh();
});
id('minutes').addEventListener('change', refresh);
id('find').addEventListener('input', refresh);
id('every').addEventListener('click', () => { known.every = !known.every; refresh(); });
id('more').addEventListener('click', () => { known.all = !known.all; refresh(); });
addEventListener('hashchange', () => { known.all = false; refresh(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => Object.values(charts).forEach((chart) => chart.redraw()));
refresh();
