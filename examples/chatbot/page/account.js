// The visitor's account on the page: balance, statement, why a charge is what it is, and the checkout.

import { byId, call, coins, element, figure, nameOf, toast, when, worth } from '/talk.js';

export function showBalance(balance) {
  byId('available').textContent = figure(balance.available);
  byId('unit').textContent = balance.available === '1' ? 'coin' : 'coins';
  byId('figure-available').textContent = figure(balance.available);
  byId('figure-held').textContent = figure(balance.held);
  byId('figure-worth').textContent = worth(balance.available);
  byId('blocks').replaceChildren(...balance.blocks.map(blockItem));
}

function blockItem(block) {
  const meter = element('meter', {
    min: 0,
    max: Number(block.granted),
    value: Number(block.remaining),
  });
  const end = block.expiresAt === null ? 'never expires' : `expires ${when(block.expiresAt)}`;
  return element(
    'li',
    { className: block.state },
    element('b', {}, nameOf(block.block)),
    element('span', {}, `${figure(block.remaining)} of ${figure(block.granted)}`),
    meter,
    element(
      'small',
      {},
      `${block.kind} · ${end}${block.state === 'open' ? '' : ` · ${block.state}`}`,
    ),
  );
}

// —— why a charge is what it is ——

/** Which blocks paid a charge, what was left, and a button that says why. */
export function why(charge) {
  const from = charge.from.map(({ block, coins: taken }) =>
    charge.from.length === 1 ? nameOf(block) : `${figure(taken)} of ${nameOf(block)}`,
  );
  const button = element('button', { type: 'button', className: 'link' }, 'Why?');
  const answer = element('div', { className: 'why', hidden: true });
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', async () => {
    answer.hidden = !answer.hidden;
    button.setAttribute('aria-expanded', String(!answer.hidden));
    if (answer.childElementCount === 0) await explain(charge.key, answer);
  });
  const paid = ` from ${from.join(', ')} · ${figure(charge.left)} left · `;
  return element('span', {}, paid, button, answer);
}

/** Rate, dimensions and blocks of one operation, as the ledger explains it. */
async function explain(key, into) {
  try {
    const found = await call(`/api/explanation?key=${encodeURIComponent(key)}`);
    const parts = [];
    if (found.rating !== null) {
      const { rateCard, version, lines, charged } = found.rating;
      parts.push(
        element('p', {}, `Rate card ${rateCard}, version ${version}`),
        table([
          ...lines.map(({ what, amount }) => [what, amount]),
          ['charged', Object.values(charged).join(', ')],
        ]),
      );
    }
    parts.push(element('p', { className: 'text' }, found.text));
    into.replaceChildren(...parts);
  } catch (error) {
    into.replaceChildren(element('p', {}, error.message));
  }
}

function table(rows) {
  return element(
    'table',
    {},
    ...rows.map(([what, amount]) =>
      element('tr', {}, element('th', { scope: 'row' }, what), element('td', {}, amount)),
    ),
  );
}

// —— the statement ——

const KINDS = {
  capture: 'Answer',
  consume: 'A human was asked',
  open: 'Free coins',
  pay: 'Refill',
  purchase: 'Top-up',
  expire: 'Expired',
  adjust: 'Correction',
  reverse: 'Given back',
  refund: 'Refund',
};

export async function openStatement() {
  byId('verdict').textContent = '';
  byId('statement').showModal();
  await showStatement();
}

async function showStatement() {
  try {
    const { balance, lines } = await call('/api/statement');
    showBalance(balance);
    byId('lines').replaceChildren(...lines.map(lineItem));
  } catch (error) {
    toast(error.message);
  }
}

function lineItem(line) {
  const signed = line.coins.startsWith('-')
    ? `−${figure(line.coins.slice(1))}`
    : `+${figure(line.coins)}`;
  const kind = KINDS[line.kind] ?? line.kind;
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('span', { className: 'what' }, line.note ?? kind),
      element('b', {}, line.coins === '0' ? 'free' : signed),
      element('small', {}, line.note === null ? when(line.at) : `${kind} · ${when(line.at)}`),
    ),
  );
  const why = element('div', { className: 'why' });
  details.append(why);
  details.addEventListener('toggle', () => {
    if (details.open && why.childElementCount === 0) void explain(line.key, why);
  });
  return element('li', { className: line.coins.startsWith('-') ? 'out' : 'in' }, details);
}

byId('verify').addEventListener('click', async () => {
  const verdict = byId('verdict');
  try {
    const found = await call('/api/verification');
    verdict.className = found.ok ? 'verdict good' : 'verdict bad';
    verdict.textContent = found.ok
      ? `✓ All ${found.operations} operations were derived anew and every hash fits. Head ${found.head.slice(0, 16)}…`
      : `✕ Operation ${found.number} is wrong: ${found.problem}`;
  } catch (error) {
    verdict.className = 'verdict bad';
    verdict.textContent = error.message;
  }
});

// —— the checkout ——

let order;

export async function openCheckout() {
  try {
    const { packs } = await call('/api/visit');
    // One order for each time that this opens: clicking twice pays once.
    order = crypto.randomUUID();
    byId('packs').replaceChildren(
      element('legend', { className: 'hidden' }, 'Pack'),
      ...Object.entries(packs).map(packChoice),
    );
    showPay();
    byId('checkout').showModal();
  } catch (error) {
    toast(error.message);
  }
}

function packChoice([name, pack], at) {
  const radio = element('input', { type: 'radio', name: 'pack', value: name, checked: at === 1 });
  radio.dataset.price = pack.price.amount;
  const bonus = pack.bonus === undefined ? '' : `+ ${figure(pack.bonus.amount)} bonus, for a year`;
  return element(
    'label',
    {},
    radio,
    element(
      'span',
      {},
      element('b', {}, coins(pack.coins)),
      element('small', {}, bonus),
      element('em', {}, `$${pack.price.amount}`),
    ),
  );
}

function showPay() {
  const { price } = byId('checkout-form').querySelector('input:checked').dataset;
  byId('pay').textContent = `Pay $${price} (test)`;
}

byId('packs').addEventListener('change', showPay);

byId('checkout-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const pack = byId('checkout-form').elements.pack.value;
  try {
    const { balance } = await call('/api/orders', { id: order, pack });
    showBalance(balance);
    byId('checkout').close();
    toast(`Paid (test). You have ${coins(balance.available)} now.`);
    byId('composer').dispatchEvent(new Event('input'));
  } catch (error) {
    toast(error.message);
  }
});

for (const dialog of document.querySelectorAll('dialog')) {
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
