// What is special: the contracts that a controller looks at one by one, and the mishaps of a year.

import { Diary, daysBefore, moment } from './diary.ts';

/** A million at list for seven hundred thousand: 100,000,000 credits, used unevenly. */
function northwind(): Diary {
  const diary = new Diary('northwind', 'USD', 401);
  diary.opens(moment(2, 1, 0), {
    more: 'plan=enterprise',
    note: 'Listed at 1,000,000.00, agreed at 700,000.00',
  });
  const millions = [4, 5, 6, 7, 7, 8, 6, 9, 10, 11, 12];
  for (const [index, all] of millions.entries()) {
    for (const told of diary.moments(index + 2, 8, 2)) {
      diary.uses(told, Math.floor((all * 1_000_000 * diary.dice.from(90, 110)) / 800));
    }
  }
  return diary;
}

/** The transposed renewal: 800,000 committed, 600,000 used; then 600,000 committed and 1,000,000 used. */
function meridian(): Diary {
  const diary = new Diary('meridian', 'USD', 402);
  diary.opens(moment(1, 1, 0), {
    more: 'plan=transposed',
    note: 'The next commitment is what was used in the last',
  });
  for (const [index, thousands] of [80, 90, 100, 110, 120, 100].entries()) {
    for (const told of diary.moments(index + 1, 5)) diary.uses(told, thousands * 200);
  }
  for (const [index, thousands] of [140, 150, 160, 170, 180, 200].entries()) {
    for (const told of diary.moments(index + 7, 5)) diary.uses(told, thousands * 200);
  }
  return diary;
}

/** Instalments: use runs ahead of billing in spring, and behind it in autumn. */
function atlas(): Diary {
  const diary = new Diary('atlas-freight', 'USD', 403);
  diary.opens(moment(3, 1, 0));
  diary.buys(moment(3, 1, 0, 10), 1_200_000, '12000.00', {
    name: 'contract-2026',
    until: moment(15, 1, 0),
    more: 'paid=no; every=P1M; instalment=1000.00',
    note: 'Twelve instalments of 1,000.00',
  });
  for (const [index, thousands] of [180, 200, 120, 90, 60, 50, 40, 60, 80, 100].entries()) {
    for (const told of diary.moments(index + 3, 5, 2)) diary.uses(told, thousands * 200);
  }
  return diary;
}

/** A top-up below the usual price, agreed as one deal with what was left. */
function cobalt(): Diary {
  const diary = new Diary('cobalt-ai', 'USD', 404);
  diary.opens(moment(2, 3));
  diary.buys(moment(2, 3, 9, 5), 120_000, '12000.00', { name: 'first', more: 'list=0.1' });
  for (let month = 2; month <= 7; month += 1) {
    for (const told of diary.moments(month, 5, 4)) diary.uses(told, 2_000);
  }
  diary.buys(moment(8, 10, 11), 60_000, '3600.00', {
    name: 'pooled',
    more: 'pool=first; concession=900.00; list=0.1',
    note: 'One deal with what is left; 900.00 for a slow first half-year',
  });
  for (let month = 8; month <= 12; month += 1) {
    for (const told of diary.moments(month, 5, 11)) diary.uses(told, 3_000);
  }
  return diary;
}

/** Credits with a policy of their own: expected not to be used, never expiring, and the state's. */
function breakage(): Diary[] {
  const juniper = new Diary('juniper-gifts', 'USD', 405);
  juniper.opens(moment(1, 5));
  juniper.buys(moment(1, 5, 9, 5), 100_000, '1000.00', {
    name: 'vouchers',
    until: moment(13, 20, 0),
    note: 'A fifth of such vouchers stays unused',
  });
  for (let month = 1; month <= 12; month += 1) {
    for (const told of juniper.moments(month, 3, 8)) juniper.uses(told, 2_200);
  }
  const orchid = new Diary('orchid-labs', 'USD', 406);
  orchid.opens(moment(1, 8));
  orchid.buys(moment(1, 8, 9, 5), 30_000, '285.00', { name: 'for-ever', note: 'Never expires' });
  for (let month = 1; month <= 3; month += 1) {
    for (const told of orchid.moments(month, 3, 9)) orchid.uses(told, 2_000);
  }
  const harbor = new Diary('harbor-city', 'USD', 407);
  harbor.opens(moment(2, 2));
  harbor.buys(moment(2, 2, 9, 5), 20_000, '190.00', {
    name: 'public-fund',
    until: moment(6, 2, 0),
    more: 'escheatable=yes',
    note: 'What lapses goes to the state',
  });
  for (const told of harbor.moments(3, 5)) harbor.uses(told, 2_500);
  return [juniper, orchid, harbor];
}

/** What is delivered over time: a feature for a year, licences by the month, access for money. */
function delivered(): Diary[] {
  const kestrel = new Diary('kestrel-maps', 'USD', 408);
  kestrel.opens(moment(1, 10));
  kestrel.buys(moment(1, 10, 9, 5), 60_000, '540.00', {
    name: 'credits',
    until: moment(13, 10, 0),
  });
  kestrel.note(moment(1, 12), 'uses', { more: 'feature=archive', note: 'Unlocked for a year' });
  for (let month = 1; month <= 12; month += 1) {
    for (const member of ['ada', 'ben', ...(month > 4 ? ['cyd'] : [])]) {
      kestrel.note(moment(month, 14, 10, member.charCodeAt(0) - 90), 'uses', {
        more: `feature=studio; member=${member}`,
      });
    }
    for (const told of kestrel.moments(month, 4, 15)) kestrel.uses(told, 900);
  }
  const lumen = new Diary('lumen-tv', 'USD', 409);
  lumen.opens(moment(1, 1, 0));
  lumen.note(moment(1, 1, 0, 5), 'sells access', {
    name: 'concierge',
    money: '1200.00',
    until: moment(13, 1, 0),
    note: 'A person on call for the year',
  });
  lumen.note(moment(7, 1, 0), 'changes access', {
    name: 'concierge',
    money: '1080.00',
    more: 'method=prospective; by=Grace Okafor',
    note: 'Price cut for the second half-year',
  });
  return [kestrel, lumen];
}

/** Refunds, failed payments, disputes, goodwill, mistakes. */
function mishaps(): Diary[] {
  const quill = new Diary('quill-news', 'USD', 410);
  quill.opens(moment(3, 2));
  quill.buys(moment(3, 2, 9, 5), 10_000, '100.00', { name: 'spring', until: moment(15, 2, 0) });
  quill.uses(moment(3, 10), 3_000);
  quill.note(moment(5, 11), 'refunds', {
    name: 'spring',
    credits: '4000',
    more: 'used=20.00',
    note: 'Unused credits at cost, and 20.00 for bad answers',
  });
  quill.uses(moment(6, 3), 1_500);

  const plume = new Diary('plume-air', 'USD', 411);
  plume.opens(moment(4, 6));
  plume.buys(moment(4, 6, 9, 5), 10_000, '90.00', {
    name: 'on-account',
    until: moment(16, 6, 0),
    more: 'paid=no',
  });
  plume.uses(moment(4, 9), 2_500);
  plume.note(moment(5, 20), 'cancels', {
    name: 'on-account',
    more: 'spent=owed',
    note: 'The invoice was never paid',
  });

  const nimbus = new Diary('nimbus-hq', 'USD', 412);
  nimbus.opens(moment(5, 4));
  nimbus.buys(moment(5, 4, 9, 5), 10_000, '90.00', { name: 'card', until: moment(17, 4, 0) });
  nimbus.uses(moment(5, 12), 4_000);
  nimbus.note(moment(6, 15), 'disputes', { name: 'card', more: 'state=open' });
  nimbus.note(moment(7, 21), 'disputes', { name: 'card', more: 'state=lost', note: 'Chargeback' });

  const opal = new Diary('opal-music', 'USD', 413);
  opal.opens(moment(6, 8));
  opal.buys(moment(6, 8, 9, 5), 10_000, '90.00', { name: 'card', until: moment(18, 8, 0) });
  opal.note(moment(8, 3), 'disputes', { name: 'card', more: 'state=open' });
  opal.note(moment(8, 24), 'disputes', { name: 'card', more: 'state=won' });
  for (let month = 9; month <= 12; month += 1) {
    for (const told of opal.moments(month, 4)) opal.uses(told, 550);
  }

  const sable = new Diary('sable-post', 'USD', 414);
  sable.opens(moment(1, 15));
  sable.buys(moment(1, 15, 9, 5), 50_000, '475.00', { name: 'stock', until: moment(13, 15, 0) });
  for (let month = 1; month <= 12; month += 1) {
    for (const told of sable.moments(month, 4, 16)) sable.uses(told, 700);
  }
  sable.gives(moment(4, 22), 2_000, {
    name: 'sorry-april',
    until: moment(10, 22, 0),
    more: 'kind=goodwill',
    note: 'Two days of slow answers',
  });
  // Kept for a long piece of work, which cost less than was feared.
  sable.note(moment(5, 29), 'reserves', { name: 'bulk-may', credits: '6000' });
  sable.note(moment(6, 2), 'captures', { name: 'bulk-may', credits: '4800' });
  sable.note(moment(9, 9), 'corrects', {
    credits: '-150',
    more: 'by=Ines Duarte',
    note: 'A test run that had been given back twice',
  });
  return [quill, plume, nimbus, opal, sable];
}

/** Facts that came after their month was closed, and one undone a month later. */
function late(): Diary {
  const diary = new Diary('tern-logistics', 'USD', 415);
  diary.opens(moment(1, 3));
  diary.buys(moment(1, 3, 9, 5), 80_000, '800.00', { name: 'stock', until: moment(13, 3, 0) });
  for (let month = 1; month <= 12; month += 1) {
    for (const told of diary.moments(month, 4, 4)) diary.uses(told, 1_200);
  }
  for (const month of [2, 3, 6, 9, 11]) {
    const told = moment(month, 8, 15);
    diary.uses(told, 2_000, {
      happened: daysBefore(told, 10),
      note: 'Meter data of last month, after the close',
    });
  }
  diary.uses(moment(4, 28), 3_000, { name: 'wrong-run', note: 'A run that failed' });
  diary.note(moment(5, 12), 'returns', { name: 'wrong-run', note: 'Given back' });
  diary.note(moment(7, 9, 11), 'buys', {
    happened: moment(6, 29),
    name: 'forgotten-invoice',
    credits: '20000',
    money: '200.00',
    until: moment(18, 29, 0),
    more: 'paid=no',
    note: 'Invoiced on 29 June, found on 8 July: June was opened again for it',
  });
  return diary;
}

/** What the company decides for itself: policies, and the closing of each month. */
function office(): Diary {
  const diary = new Diary('', 'USD', 416);
  const cfo = 'by=Grace Okafor';
  diary.note(moment(1, 5, 10), 'policy', {
    more: `account=juniper-gifts; breakage=proportional:0.20; ${cfo}`,
    note: 'Vouchers of 2023 to 2025: 19 to 21 % were never used',
  });
  diary.note(moment(1, 8, 10), 'policy', {
    more: `account=orchid-labs; breakage=remote-dormancy:P6M; ${cfo}`,
    note: 'Nobody of the last 200 came back after half a year',
  });
  diary.note(moment(7, 1, 0), 'policy', {
    more: `promotional=gross; ${cfo}`,
    note: 'Sign-up credits are shown at list price from the second half-year on',
  });
  diary.note(moment(8, 17), 'policy', {
    more: `account=juniper-gifts; breakage=proportional:0.10; ${cfo}`,
    note: 'The first half of 2026: vouchers are used more than before',
  });
  for (let month = 1; month <= 12; month += 1) {
    const name = moment(month, 1).slice(0, 7);
    diary.note(moment(month + 1, 5, 17), 'closes', { name, more: 'by=Ines Duarte' });
  }
  diary.note(moment(7, 9, 10), 'reopens', {
    name: '2026-06',
    more: 'by=Ines Duarte',
    note: 'An invoice of 29 June was found after the close',
  });
  diary.note(moment(7, 9, 17), 'closes', { name: '2026-06', more: 'by=Ines Duarte' });
  return diary;
}

/** All of them. */
export function deals(): Diary[] {
  return [
    northwind(),
    meridian(),
    atlas(),
    cobalt(),
    ...breakage(),
    ...delivered(),
    ...mishaps(),
    late(),
    office(),
  ];
}
