// What both pages share: calls to the desk, and how a message looks.

import { render } from '/markup.js';

export const byId = (id) => document.getElementById(id);

/** An element with these properties and children; text is always text. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A call to the desk. Throws its refusal: `code` and `message`. */
export async function call(path, body) {
  const response = await fetch(path, request(body));
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), answer);
  return answer;
}

export function request(body) {
  if (body === undefined) return {};
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

const FIGURES = new Intl.NumberFormat('en-US');

/** Decimal text with its thousands apart; never through a float. */
export function figure(text) {
  return FIGURES.format(BigInt(text));
}

export function coins(text) {
  return `${figure(text)} ${text === '1' ? 'coin' : 'coins'}`;
}

/** A coin is a cent in the price list. */
export function worth(text) {
  const cents = text.padStart(3, '0');
  return `$${figure(cents.slice(0, -2))}.${cents.slice(-2)}`;
}

export function nameOf(block) {
  if (block === 'welcome') return 'welcome coins';
  const [, order = block] = /^order:(.{8})/.exec(block) ?? [];
  return block.endsWith('/bonus') ? `bonus of pack ${order}` : `pack ${order}`;
}

export function when(at) {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** One message as a list item. What a visitor or a person wrote is shown as it is; what the desk wrote is rendered. */
export function messageItem(message) {
  const body = element('div', { className: 'body' });
  if (message.from === 'desk') body.innerHTML = render(message.text);
  else body.textContent = message.text;
  const item = element('li', { className: `message ${message.from}` });
  item.dataset.id = message.id;
  if (message.from === 'person') item.append(element('p', { className: 'who' }, message.author));
  item.append(body);
  if (message.sources.length > 0) item.append(sourceList(message.sources));
  return item;
}

function sourceList(sources) {
  const items = sources.map((source) => {
    const excerpt = element('div', { className: 'excerpt' });
    excerpt.innerHTML = render(source.excerpt);
    const summary = element(
      'summary',
      {},
      element('span', { className: 'mark' }, String(source.mark)),
      element('span', { className: 'file' }, source.file),
      element('span', { className: 'heading' }, source.heading),
    );
    const details = element('details', {}, summary, excerpt);
    details.dataset.source = source.mark;
    return element('li', {}, details);
  });
  return element('ul', { className: 'sources', ariaLabel: 'Sources' }, ...items);
}

let clearing;
export function toast(text) {
  byId('toast').textContent = text;
  clearTimeout(clearing);
  clearing = setTimeout(() => {
    byId('toast').textContent = '';
  }, 5000);
}

/** A text field that grows with what is written; Enter sends, Shift and Enter starts a line. */
export function growing(field, form) {
  const grow = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
  };
  field.addEventListener('input', grow);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return grow;
}
