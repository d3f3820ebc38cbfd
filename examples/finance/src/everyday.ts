// The many customers of the everyday kind: who pays in advance by the pack, who buys a year at once,
// who has a month's contract. What is special about anybody is in `deals.ts`.

import { Diary, daysBefore, moment, monthsAfter } from './diary.ts';

/** What a pack costs in each currency. */
interface PriceList {
  readonly small: string;
  readonly medium: string;
  readonly large: string;
  /** Of one credit, for customers whose money isn't the book's list price's. */
  readonly list: string;
}

const PRICES: Readonly<Record<string, PriceList>> = {
  USD: { small: '20.00', medium: '90.00', large: '400.00', list: '' },
  EUR: { small: '18.50', medium: '83.00', large: '370.00', list: '0.0093' },
  JPY: { small: '3000', medium: '13500', large: '60000', list: '1.5' },
};

const PACKS = { small: 2_000, medium: 10_000, large: 50_000 } as const;

/** Name, currency, pack, first month, last month of use. */
type Buyer = readonly [string, string, keyof typeof PACKS, number, number];

const BUYERS: readonly Buyer[] = [
  ['acorn-labs', 'USD', 'medium', 1, 12],
  ['birch-studio', 'USD', 'small', 1, 12],
  ['cedar-health', 'USD', 'large', 1, 12],
  ['dune-travel', 'USD', 'small', 1, 7],
  ['ember-foods', 'USD', 'medium', 2, 12],
  ['fjord-legal', 'USD', 'medium', 2, 12],
  ['grove-school', 'USD', 'small', 3, 12],
  ['heron-press', 'USD', 'medium', 4, 12],
  ['ivy-clinic', 'USD', 'small', 5, 10],
  ['jade-games', 'USD', 'large', 6, 12],
  ['kiln-works', 'USD', 'small', 8, 12],
  ['alder-gmbh', 'EUR', 'medium', 1, 12],
  ['brise-sarl', 'EUR', 'small', 1, 12],
  ['corso-spa', 'EUR', 'large', 2, 12],
  ['duin-bv', 'EUR', 'medium', 4, 12],
  ['encina-sl', 'EUR', 'small', 6, 9],
  ['akari-kk', 'JPY', 'medium', 1, 12],
  ['botan-kk', 'JPY', 'small', 2, 12],
  ['chidori-kk', 'JPY', 'large', 5, 12],
];

/** Pays by the pack, whenever the purse is nearly empty. */
function byThePack([customer, currency, pack, first, last]: Buyer, seed: number): Diary {
  const diary = new Diary(customer, currency, seed);
  const { dice } = diary;
  const prices = PRICES[currency] ?? { small: '', medium: '', large: '', list: '' };
  const start = moment(first, dice.from(2, 12), dice.from(7, 18), dice.from(0, 59));
  const list = prices.list === '' ? '' : `; list=${prices.list}`;
  diary.opens(start);
  diary.gives(start, 500, {
    name: 'welcome',
    until: monthsAfter(start, 3),
    more: `kind=promotional${list}`,
    note: 'Sign-up credits, free',
  });
  const buy = (told: string): void => {
    // Who bought a few packs by name is invoiced, and pays a little later; the others pay by card.
    const more = [
      pack === 'medium' ? 'bonus=1000' : '',
      pack === 'large' ? 'paid=no' : '',
      list.slice(2),
    ];
    diary.buys(told, PACKS[pack], prices[pack], {
      until: monthsAfter(told, pack === 'small' ? 3 : 12),
      more: more.filter((part) => part !== '').join('; '),
    });
  };
  for (let month = first; month <= last; month += 1) {
    for (const told of diary.moments(month, dice.from(3, 6), month === first ? 13 : 1)) {
      const credits = Math.floor((PACKS[pack] * dice.from(4, 22)) / 100);
      if (diary.at(told) < credits) buy(daysBefore(told, 0).replace(/:\d\dZ$/, ':00Z'));
      const isLate = dice.in100(3) && told > moment(first, 20);
      diary.uses(told, credits, isLate ? { happened: daysBefore(told, dice.from(1, 3)) } : {});
    }
  }
  return diary;
}

/** Name, currency, month of the purchase, credits a month in hundreds. */
const YEARS: readonly (readonly [string, string, number, number])[] = [
  ['lotus-bank', 'USD', 1, 95],
  ['maple-energy', 'USD', 1, 80],
  ['nova-retail', 'USD', 2, 110],
  ['oak-insurance', 'USD', 3, 70],
  ['pine-mobility', 'EUR', 2, 90],
  ['quartz-media', 'JPY', 4, 85],
];

/** Buys a year's credits at once. */
function byTheYear([customer, currency, first, pace]: (typeof YEARS)[number], seed: number): Diary {
  const diary = new Diary(customer, currency, seed);
  const { dice } = diary;
  const start = moment(first, dice.from(2, 20), 10);
  const price = { USD: '1080.00', EUR: '996.00', JPY: '162000' }[currency] ?? '';
  const list = PRICES[currency]?.list ?? '';
  diary.opens(start);
  diary.buys(start, 120_000, price, {
    name: 'year-2026',
    until: monthsAfter(start, 12),
    more: ['paid=no', list === '' ? '' : `list=${list}`].filter((part) => part !== '').join('; '),
    note: 'A year in advance, invoiced',
  });
  for (let month = first; month <= 12; month += 1) {
    for (const told of diary.moments(month, dice.from(4, 6), month === first ? 21 : 1)) {
      const credits = Math.floor((pace * 100 * dice.from(10, 30)) / 100);
      if (diary.at(told) >= credits) diary.uses(told, credits);
    }
  }
  return diary;
}

/** Name, credits a month in hundreds. */
const MONTHS: readonly (readonly [string, number])[] = [
  ['river-apps', 75],
  ['slate-design', 110],
  ['tidal-robotics', 125],
];

/** A contract by the month: credits for it, a fee for the platform, and an invoice for what goes beyond. */
function byTheMonth([customer, pace]: (typeof MONTHS)[number], seed: number): Diary {
  const diary = new Diary(customer, 'USD', seed);
  const { dice } = diary;
  diary.opens(moment(1, 1, 0), { more: 'plan=growth' });
  diary.note(moment(1, 1, 0, 1), 'sells access', {
    name: 'platform-2026',
    money: '588.00',
    until: moment(13, 1, 0),
    note: 'Platform fee for the year',
  });
  for (let month = 1; month <= 12; month += 1) {
    diary.buys(moment(month, 1, 0, 5), 10_000, '95.00', {
      name: `month-${String(month).padStart(2, '0')}`,
      until: moment(month + 1, 1, 0),
    });
    for (const told of diary.moments(month, 5)) {
      diary.uses(told, Math.floor((pace * 100 * dice.from(12, 28)) / 100));
    }
  }
  return diary;
}

/** All of them. */
export function everyday(): Diary[] {
  return [
    ...BUYERS.map((buyer, index) => byThePack(buyer, 100 + index)),
    ...YEARS.map((year, index) => byTheYear(year, 200 + index)),
    ...MONTHS.map((contract, index) => byTheMonth(contract, 300 + index)),
  ];
}
