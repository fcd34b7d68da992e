'use strict';

// Shows the report that is embedded as JSON. Text is only ever set as text, never as HTML: servers wrote it.

const report = JSON.parse(document.getElementById('report').textContent);
const maxNames = 5;
const maxFailedSteps = 10;

// ---- Elements and texts

function add(parent, tag, attributes = {}, ...children) {
  const isSvg = tag === 'svg' || parent instanceof SVGElement;
  const made = isSvg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  parent.append(made);
  return made;
}

const byId = (id) => document.getElementById(id);
const byNumber = new Intl.Collator('en', {numeric: true});  // web-2 before web-10
const counted = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

function duration(seconds) {
  if (seconds < 0.995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace('.0', '')} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

// Abbreviates git revisions, as git does.
const shortVersion = (version) => version === null ? '-' : version.replace(/\b[0-9a-f]{40}/g, (hash) => hash.slice(0, 7));

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
}

// Links that filter by host.
function addHostLinks(parent, names) {
  names.slice(0, maxNames).forEach((name, i) => {
    if (i > 0) parent.append(', ');
    add(parent, 'a', {href: '#' + new URLSearchParams({host: name})}, name);
  });
  if (names.length > maxNames) parent.append(` and ${names.length - maxNames} more`);
}

// ---- The model: steps by host, those that failed first

const rolesOf = new Map(report.hosts.map((host) => [host.host, host.roles]));
const failedHosts = new Set(report.failures.map((failure) => failure.host).filter((host) => host !== null));
report.steps.forEach((step, index) => {
  step.index = index;
  step.end = step.seconds === null ? report.seconds : step.start + step.seconds;
  if (step.outcome === 'failed') failedHosts.add(step.host);
});
const total = report.steps.reduce((end, step) => Math.max(end, step.end), Math.max(report.seconds, 0.001));
const stepsOf = groupBy(report.steps, (step) => step.host);
const phaseNames = [...new Set(report.phases.map((phase) => phase.name))];

function phaseClass(name) {
  const index = phaseNames.indexOf(name);
  return index < 0 ? 'no-phase' : `phase-${index % 8}`;
}

// This machine comes first, then the order of deploy.yml.
function hostNames() {
  const known = ['localhost', ...rolesOf.keys(), ...stepsOf.keys(), ...failedHosts];
  const names = [...new Set(known)].filter((name) => stepsOf.has(name) || failedHosts.has(name));
  return [...names.filter((name) => failedHosts.has(name)), ...names.filter((name) => !failedHosts.has(name))];
}

// How long any step was running.
function busySeconds(steps) {
  let sum = 0;
  let until = 0;
  for (const step of steps) {
    sum += Math.max(0, step.end - Math.max(step.start, until));
    until = Math.max(until, step.end);
  }
  return sum;
}

// ---- Bars: one path per color, in thousandths of the run

function addBars(parent, steps) {
  const svg = add(parent, 'svg', {viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'});
  const color = (step) => ['failed', 'unfinished'].includes(step.outcome) ? step.outcome : phaseClass(step.phase);
  const paths = groupBy(steps, color);
  for (const [name, same] of [...paths].sort((a, b) => (a[0] === 'failed') - (b[0] === 'failed'))) {
    const rectangle = (step) => {
      const width = Math.max(1.5, (step.end - step.start) / total * 1000);
      const x = Math.min(step.start / total * 1000, 1000 - width);
      return `M${x.toFixed(1)} 0h${width.toFixed(1)}v10h-${width.toFixed(1)}z`;
    };
    add(svg, 'path', {class: name, d: same.map(rectangle).join('')});
  }
}

function showAxis() {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];
  const step = steps.find((seconds) => total / seconds <= 10) ?? total / 5;
  const ticks = byId('axis').querySelector('div');
  for (let at = 0; at <= total * 0.95; at += step) {
    add(ticks, 'span', {}, at === 0 ? '0' : duration(at)).style.left = `${at / total * 100}%`;
  }
}

function showPhases() {
  if (report.phases.length === 0) return byId('lane').remove();
  const svg = add(byId('lane'), 'svg');
  for (const phase of report.phases) {
    const percent = (seconds) => `${seconds / total * 100}%`;
    const clip = add(svg, 'svg', {x: percent(phase.start), width: percent(phase.seconds), height: '100%'});
    add(clip, 'rect', {class: phaseClass(phase.name), width: '100%', height: '100%'});
    if (phase.seconds / total > 0.05) add(clip, 'text', {x: 5, y: '50%'}, phase.name);
  }
  for (const [name, parts] of groupBy(report.phases, (phase) => phase.name)) {
    const item = add(byId('phases'), 'li');
    add(add(item, 'svg', {'aria-hidden': 'true'}), 'rect', {class: phaseClass(name), width: '100%', height: '100%'});
    item.append(`${name} ${duration(parts.reduce((sum, phase) => sum + phase.seconds, 0))}`);
  }
}

// ---- Above the timeline

function showSummary() {
  byId('outcome').className = report.outcome;
  byId('outcome').textContent = report.outcome;
  byId('command').textContent = report.command;
  const facts = byId('facts');
  if (report.service !== null) facts.append(report.service, report.destination === null ? '' : ` (${report.destination})`, ' · ');
  add(facts, 'time', {datetime: report.started_at}, new Date(report.started_at).toLocaleString());
  facts.append(` · ${duration(report.seconds)} · ${counted(hostNames().filter((name) => name !== 'localhost').length, 'host')} · ${counted(report.steps.length, 'step')}`);
}

function addFailure(section, reason, failures) {
  const text = add(section, 'p');
  add(text, 'span', {class: 'reason'}, reason);
  const hosts = failures.map((failure) => failure.host).filter((host) => host !== null).sort(byNumber.compare);
  if (hosts.length > 0) text.append(hosts.length === 1 ? ' on ' : ` on ${hosts.length} hosts: `);
  addHostLinks(text, hosts);
  const message = failures[0].message.trim();
  if (message === reason) return;
  const details = add(section, 'details');
  add(details, 'summary', {}, failures.length === 1 ? 'Error message' : `Error message of ${failures[0].host ?? 'the first'}`);
  add(details, 'pre', {tabindex: 0}, message);
}

const isFailure = (step) => step.outcome === 'failed' || step.outcome === 'unfinished';

function addFailedSteps(section) {
  const failed = report.steps.filter(isFailure);
  if (failed.length === 0) return;
  const list = add(section, 'ul', {class: 'failed-steps', 'aria-label': 'Failed steps'});
  for (const step of failed.slice(0, maxFailedSteps)) {
    const item = add(list, 'li', {}, `${step.outcome === 'failed' ? `Status ${step.status}` : 'Unfinished'} on ${step.host}: `);
    add(add(item, 'a', {href: `#step=${step.index}`}), 'code', {}, step.command);
  }
  if (failed.length > maxFailedSteps) {
    add(add(list, 'li'), 'a', {href: '#failures=1'}, `All ${counted(failed.length, 'failed step')}`);
  }
}

function showFailures() {
  if (report.outcome === 'succeeded') return;
  const section = byId('failures');
  section.hidden = false;
  if (report.outcome === 'interrupted') {
    section.className = 'interrupted';
    byId('failures-title').textContent = 'Interrupted';
  }
  for (const [reason, failures] of groupBy(report.failures, (failure) => failure.reason)) addFailure(section, reason, failures);
  addFailedSteps(section);
  if (report.closing_block !== null) add(section, 'pre', {tabindex: 0}, report.closing_block.trim());
}

function showVersions() {
  if (report.versions.length === 0) return;
  byId('versions').hidden = false;
  const body = byId('versions').querySelector('tbody');
  for (const same of groupBy(report.versions, (change) => JSON.stringify([change.role, change.before, change.after])).values()) {
    const row = add(body, 'tr');
    add(row, 'td', {}, same[0].role);
    for (const version of [same[0].before, same[0].after]) {
      add(add(row, 'td'), 'code', {title: version ?? 'Nothing, or unknown'}, shortVersion(version));
    }
    addHostLinks(add(row, 'td', {}, same.length > maxNames ? `${same.length}: ` : ''), same.map((change) => change.host));
  }
}

// ---- Hosts and their steps. Contents are made when they are opened

const rows = [];
const filters = byId('filters').elements;

function stepFilter() {
  const text = filters.text.value.toLowerCase();
  const matches = (step) => step.command.toLowerCase().includes(text) || step.output.toLowerCase().includes(text);
  return (step) => (!filters.failures.checked || isFailure(step)) && (text === '' || matches(step));
}

function addOutcome(parent, step) {
  if (step.outcome === 'succeeded') return;
  const text = step.outcome === 'unfinished' ? 'unfinished' : `${step.outcome === 'failed' ? 'failed: ' : ''}status ${step.status}`;
  add(parent, 'span', {class: `tag ${step.outcome}`}, text);
}

function addStep(list, step) {
  const details = add(add(list, 'li'), 'details', {class: 'step', id: `step-${step.index}`});
  const summary = add(details, 'summary', {class: 'row'});
  const title = add(summary, 'span', {class: 'name'});
  add(title, 'span', {}, step.phase ?? '');
  addOutcome(title, step);
  const middle = add(summary, 'div');
  add(middle, 'code', {}, step.command);
  addBars(middle, [step]);
  add(summary, 'span', {class: 'time'}, duration(step.end - step.start));
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    add(details, 'pre', {class: 'command'}, step.command);
    const omitted = step.omitted_lines > 0 ? `[${counted(step.omitted_lines, 'line')} omitted]` : 'No output';
    add(details, 'pre', {tabindex: 0, class: 'output'}, step.output || omitted);
  });
  return details;
}

function fill(row) {
  row.list?.remove();
  row.list = null;
  if (!row.details.open) return;
  row.list = add(row.details, 'ol', {class: 'steps'});
  for (const step of row.steps.filter(stepFilter())) addStep(row.list, step);
}

function addHost(name) {
  const steps = stepsOf.get(name) ?? [];
  const roles = rolesOf.get(name) ?? [];
  const details = add(byId('hosts'), 'details', {class: 'host'});
  const summary = add(details, 'summary', {class: 'row'});
  const title = add(summary, 'span', {class: 'name', title: `${name} ${roles.join(', ')}`});
  add(title, 'span', {}, name);
  if (failedHosts.has(name)) add(title, 'span', {class: 'tag failed'}, 'failed');
  if (roles.length > 0) add(title, 'span', {class: 'roles'}, roles.join(', '));
  addBars(summary, steps);
  add(summary, 'span', {class: 'time'}, duration(busySeconds(steps)));
  const row = {name, roles, steps, details, list: null};
  details.addEventListener('toggle', () => { if (details.open !== (row.list !== null)) fill(row); });
  rows.push(row);
}

// A whole name selects that host only.
function hostFilter() {
  const text = filters.host.value.trim().toLowerCase();
  if (rows.some((row) => row.name.toLowerCase() === text)) return (row) => row.name.toLowerCase() === text;
  return (row) => [row.name, ...row.roles].some((name) => name.toLowerCase().includes(text));
}

function applyFilters() {
  const isWanted = hostFilter();
  const matches = stepFilter();
  const allSteps = filters.text.value === '' && !filters.failures.checked;
  const failedOnly = (row) => filters.text.value === '' && failedHosts.has(row.name);
  for (const row of rows) {
    row.details.hidden = !isWanted(row) || !(allSteps || failedOnly(row) || row.steps.some(matches));
    if (!row.details.hidden && row.details.open) fill(row);
  }
  const shown = rows.filter((row) => !row.details.hidden);
  byId('count').textContent = `${shown.length} of ${rows.length} shown`;
  if (shown.length === 1 && !shown[0].details.open) shown[0].details.open = true;
}

// ---- Links: #host=web-1&text=docker&failures=1, #step=17

function followLink() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  filters.host.value = wanted.get('host') ?? '';
  filters.text.value = wanted.get('text') ?? '';
  filters.failures.checked = wanted.get('failures') === '1';
  applyFilters();
  if (location.hash.length > 1) byId('timeline').scrollIntoView();
  const step = report.steps[wanted.get('step') ?? -1];
  if (!step) return;
  const row = rows.find((host) => host.name === step.host);
  row.details.open = true;
  if (row.list === null) fill(row);
  const details = byId(`step-${step.index}`);
  details.open = true;
  details.scrollIntoView({block: 'center'});
  details.querySelector('summary').focus();
}

function updateLink() {
  const values = {host: filters.host.value, text: filters.text.value, failures: filters.failures.checked ? '1' : ''};
  const link = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  history.replaceState(null, '', `#${link}`);
  applyFilters();
}

function showOmitted() {
  const lines = report.steps.reduce((sum, step) => sum + step.omitted_lines, 0);
  const omitted = [];
  if (lines > 0) omitted.push(`${counted(lines, 'line')} of output`);
  if (report.omitted_steps > 0) omitted.push(counted(report.omitted_steps, 'step'));
  if (omitted.length > 0) byId('omitted').textContent = `Omitted to limit the size of this report: ${omitted.join(' and ')}.`;
}

showSummary();
showFailures();
showVersions();
showAxis();
showPhases();
hostNames().forEach(addHost);
if (rows.length === 0) byId('hosts').textContent = 'No commands ran.';
showOmitted();
byId('filters').addEventListener('input', updateLink);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
window.addEventListener('hashchange', followLink);
followLink();
