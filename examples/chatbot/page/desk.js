// The visitor's page: asks, shows the answer as it grows, and says what it cost.

import { openCheckout, openStatement, showBalance, why } from '/account.js';
import { render } from '/markup.js';
import { byId, call, coins, element, growing, messageItem, request, toast } from '/talk.js';

const question = byId('question');
const composer = byId('composer');
const thread = byId('thread');
const grow = growing(question, composer);
let conversation = crypto.randomUUID();
let personAsked = false;
let busy = false;

function chosen(name) {
  return composer.elements[name].value;
}

// —— the conversation ——

function show(message) {
  byId('welcome').hidden = true;
  const item = messageItem(message);
  if (message.from === 'desk' && message.id.startsWith('answer:')) item.append(receipt(message));
  const before = thread.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
  if (before === null) thread.append(item);
  else before.replaceWith(item);
  return item;
}

function receipt({ charge }) {
  if (charge === null) return element('p', { className: 'receipt free' }, 'Nothing charged');
  return element(
    'div',
    { className: 'receipt' },
    element('b', {}, coins(charge.coins)),
    why(charge),
  );
}

function toEnd() {
  window.scrollTo({ top: document.body.scrollHeight, behavior: 'smooth' });
}

function own(id, text) {
  return { id, from: 'visitor', author: null, text, sources: [], charge: null };
}

function notice(text, ...actions) {
  const item = element('li', { className: 'message notice' }, element('p', {}, text));
  if (actions.length > 0) item.append(element('p', { className: 'actions' }, ...actions));
  thread.append(item);
  toEnd();
  return item;
}

// —— asking ——

async function ask(asked) {
  busy = true;
  byId('send').disabled = true;
  show(own(asked.id, asked.text));
  const growingItem = show({ ...own(`answer:${asked.id}`, ''), id: 'growing', from: 'desk' });
  growingItem.classList.add('growing');
  growingItem.setAttribute('aria-busy', 'true');
  toEnd();
  try {
    let text = '';
    for await (const { event, data } of events('/api/questions', asked)) {
      if (event === 'failed') throw Object.assign(new Error(data.message), data);
      if (event === 'text') {
        text += data.text;
        growingItem.querySelector('.body').innerHTML = render(text);
        if (window.innerHeight + window.scrollY > document.body.scrollHeight - 160) {
          window.scrollTo({ top: document.body.scrollHeight });
        }
      }
      if (event === 'done') {
        growingItem.remove();
        show(data.message);
        showBalance(data.balance);
        toEnd();
      }
    }
  } catch (error) {
    failed(asked, error);
  } finally {
    growingItem.remove();
    busy = false;
    byId('send').disabled = false;
    question.focus();
    void showPrice();
  }
}

function failed(asked, error) {
  if (error.code === 'insufficient-credits') {
    thread.querySelector(`[data-id="${CSS.escape(asked.id)}"]`)?.remove();
    question.value = asked.text;
    grow();
    const more = element('button', { type: 'button', className: 'primary small' }, 'Top up');
    more.addEventListener('click', openCheckout);
    notice(error.message, more);
    return;
  }
  // The same id again: whatever became of the first attempt, it is charged once at most.
  const again = element('button', { type: 'button', className: 'secondary small' }, 'Try again');
  const lost = 'The connection broke. Try again: it is charged once at most.';
  const item = notice(error.code === undefined ? lost : error.message, again);
  again.addEventListener('click', () => {
    item.remove();
    void ask(asked);
  });
}

/** The events of a stream, as they arrive. */
async function* events(path, body) {
  const response = await fetch(path, request(body));
  if (!response.ok) {
    const refusal = await response.json();
    throw Object.assign(new Error(refusal.message), refusal);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    buffer += part.value;
    const whole = buffer.split('\n\n');
    buffer = whole.pop();
    for (const text of whole) {
      const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
      yield { event: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text === '' || busy) return;
  question.value = '';
  grow();
  void ask({
    id: crypto.randomUUID(),
    conversation,
    text,
    model: chosen('model'),
    depth: chosen('depth'),
  });
});

byId('ideas').addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  question.value = target.textContent;
  composer.requestSubmit();
});

thread.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement) || target.dataset.mark === undefined) return;
  const source = target
    .closest('.message')
    .querySelector(`details[data-source="${CSS.escape(target.dataset.mark)}"]`);
  if (source === null) return;
  source.open = true;
  source.querySelector('summary').focus();
});

// —— what it would cost ——

async function showPrice() {
  const query = new URLSearchParams({
    text: question.value,
    model: chosen('model'),
    depth: chosen('depth'),
  });
  try {
    const { coins: most, enough } = await call(`/api/quote?${query}`);
    const price = most === '1' ? '1 coin' : `Up to ${most} coins`;
    byId('price').textContent = enough ? price : `${price}: you have less`;
    byId('price').classList.toggle('short', !enough);
  } catch {
    byId('price').textContent = '';
  }
}

let pricing;
composer.addEventListener('input', () => {
  clearTimeout(pricing);
  pricing = setTimeout(showPrice, 250);
});

// —— a person ——

byId('person').addEventListener('click', async () => {
  try {
    const { messages } = await call('/api/people', { conversation });
    for (const message of messages) show(message);
    personAsked = true;
    toEnd();
  } catch (error) {
    toast(error.message);
  }
});

async function refresh(name) {
  const query = name === undefined ? '' : `?conversation=${encodeURIComponent(name)}`;
  const found = await call(`/api/visit${query}`);
  showBalance(found.balance);
  return found;
}

/** While a person is asked, his reply may come at any time. */
setInterval(async () => {
  if (!personAsked || busy || document.hidden) return;
  const found = await refresh(conversation).catch(() => null);
  for (const message of found?.conversation?.messages ?? []) {
    if (thread.querySelector(`[data-id="${CSS.escape(message.id)}"]`) === null) {
      show(message);
      toEnd();
    }
  }
}, 3000);

// —— the rest of the page ——

byId('new').addEventListener('click', () => {
  if (busy) return;
  conversation = crypto.randomUUID();
  personAsked = false;
  thread.replaceChildren();
  byId('welcome').hidden = false;
  question.focus();
});

byId('balance').addEventListener('click', openStatement);
byId('topup').addEventListener('click', openCheckout);

const root = document.documentElement;
root.dataset.theme = localStorage.getItem('theme') ?? '';
byId('theme').addEventListener('click', () => {
  const dark = getComputedStyle(root).getPropertyValue('--is-dark').trim() === '1';
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
});

const visit = await refresh().catch((error) => {
  notice(error.message ?? 'The desk can’t be reached.');
  return null;
});
if (visit?.conversation) {
  conversation = visit.conversation.id;
  personAsked = visit.conversation.person;
  for (const message of visit.conversation.messages) show(message);
  toEnd();
}
void showPrice();
question.focus();
