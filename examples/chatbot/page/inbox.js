// The people's page: who waits for an answer, the whole conversation, and a reply.

import { byId, call, element, growing, messageItem, toast, when } from '/talk.js';

const text = byId('text');
const grow = growing(text, byId('reply'));
let handoffs = [];
let open = null;

function show() {
  byId('empty').hidden = handoffs.length > 0;
  open ??= handoffs[0]?.conversation ?? null;
  byId('handoffs').replaceChildren(...handoffs.map(choice));
  const current = handoffs.find(({ conversation }) => conversation === open);
  byId('reply').hidden = current === undefined;
  byId('thread').replaceChildren(...(current?.messages ?? []).map(messageItem));
}

function choice({ conversation, askedAt, answeredAt, messages }) {
  const first = messages.find(({ from }) => from === 'visitor')?.text ?? 'No question yet';
  const button = element(
    'button',
    { type: 'button' },
    element('b', {}, first),
    element('small', {}, answeredAt === null ? `waits since ${when(askedAt)}` : 'answered'),
  );
  button.setAttribute('aria-current', String(conversation === open));
  button.addEventListener('click', () => {
    open = conversation;
    show();
    toEnd();
    text.focus();
  });
  return element('li', { className: answeredAt === null ? 'waiting' : '' }, button);
}

function toEnd() {
  window.scrollTo({ top: document.body.scrollHeight });
}

async function refresh() {
  const before = JSON.stringify(handoffs);
  ({ handoffs } = await call('/api/inbox'));
  if (JSON.stringify(handoffs) === before) return;
  show();
  toEnd();
}

let reply = crypto.randomUUID();
byId('reply').addEventListener('submit', async (event) => {
  event.preventDefault();
  const author = byId('author').value.trim() || 'Somebody';
  try {
    ({ handoffs } = await call(`/api/inbox/${open}`, { id: reply, author, text: text.value }));
    reply = crypto.randomUUID();
    text.value = '';
    grow();
    show();
    toEnd();
  } catch (error) {
    toast(error.message);
  }
});

document.documentElement.dataset.theme = localStorage.getItem('theme') ?? '';
setInterval(() => void refresh().catch(() => {}), 3000);
await refresh().catch((error) => toast(error.message));
show();
