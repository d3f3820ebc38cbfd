// The public surface, kept by hand.

export type { RatingLine } from './account/operation.ts';
export {
  AccountBusy,
  AccountExists,
  AlreadyDecided,
  ApprovalRequired,
  BlockEnded,
  BlockFrozen,
  CapExceeded,
  ClockSkew,
  type Facts,
  Fault,
  type FaultCode,
  type FaultOutcome,
  HistoryLost,
  HoldEnded,
  IdempotencyConflict,
  InsufficientCredits,
  InvalidInput,
  InvariantBroken,
  NotDue,
  NotRefundable,
  OfferEnded,
  OfferTaken,
  OverReversal,
  PeriodClosed,
  QueueFull,
  Refusal,
  type RefusalCode,
  StorageUnavailable,
  TooLate,
  Unknown,
} from './errors.ts';
export type { Rating } from './insight/explain-rating.ts';
export type { AccessBalance, Entitlement } from './ledger/access-answers.ts';
export type { ModifyAccessInput, RefundInput, SellAccessInput } from './ledger/access-inputs.ts';
export type {
  Balance,
  BlockBalance,
  BlockState,
  CapBalance,
  Explanation,
  HistoryEntry,
  HistoryInput,
  InvoiceLine,
  Money,
  Observed,
  ObservedUsage,
  OpenHold,
  OpenRequest,
  Outcome,
  PinnedCard,
  PlanChangeLine,
  PublishedRateCard,
  Receipt,
  RenewalReview,
  SplitLine,
  UnitBalance,
  UnitFigures,
  Verification,
} from './ledger/answers.ts';
export type { Ledger, LedgerSettings, TransactionLedger, WithinOptions } from './ledger/api.ts';
export { type Attempt, attempt } from './ledger/attempt.ts';
export type {
  BookCurrency,
  BundleName,
  Catalogue,
  FeatureName,
  FeatureScope,
  OfferName,
  PlanName,
  PriceInput,
  RatedUsage,
  StatedUsage,
  UnitName,
  Usage,
} from './ledger/catalogue.ts';
export type { CommissionStatement } from './ledger/commission.ts';
export { createLedger, type LedgerOptions } from './ledger/create-ledger.ts';
export type {
  AcceptQuoteInput,
  AdjustInput,
  AnswerInput,
  AnswerVersionInput,
  CaptureInput,
  ChangePlanInput,
  ChangeTermsInput,
  ClaimInput,
  Command,
  ConsumeInput,
  DisputeInput,
  HoldInput,
  OfferVersionInput,
  OpenInput,
  PayInput,
  PinInput,
  Question,
  ReleaseInput,
  RenewInput,
  ReverseInput,
  SeatsInput,
  SettleInput,
  VoidInput,
  Writes,
} from './ledger/inputs.ts';
export type { Lease, LeaseInput } from './ledger/lease-input.ts';
export { type LeaseEnd, LeaseEnded, LeaseSpent } from './ledger/lease-refusals.ts';
export type { BlockTerms, GrantInput, PurchaseInput } from './ledger/opening-inputs.ts';
export type { LedgerNotice, Outbox, Undelivered } from './ledger/outbox.ts';
export type {
  BalanceInput,
  EntitlementsInput,
  Freshness,
  ListedBlocks,
} from './ledger/read-inputs.ts';
export type {
  BlockKind,
  InstantInput,
  Metadata,
  MoneyInput,
  Write,
} from './ledger/stated-inputs.ts';
export { type WebhookOptions, webhooks } from './ledger/webhooks.ts';
export type {
  NoticeHandler,
  Worker,
  WorkerOptions,
  WorkerRound,
} from './ledger/worker.ts';
export { type Delivery, Undeliverable } from './ledger/worker-delivery.ts';
export type { Charge, ChargeOutcome, PaymentPort } from './ledger/worker-payments.ts';
export { Decimal } from './quantity/decimal.ts';
export type { AmountInput } from './quantity/quantity.ts';
export type { Bundle, PriceBookInput, PricesInput, PriceTier } from './rating/price-book.ts';
export type { CanonicalJson } from './rating/published.ts';
export type { Quote, QuoteLine } from './rating/quote.ts';
export type {
  FlatRate,
  FreeRate,
  LicenceRate,
  MatrixRate,
  PackageRate,
  PerUnitRate,
  Rate,
  RateBounds,
  RateCard,
  RateRounding,
  RateTier,
  TieredRate,
  TokenRate,
} from './rating/rate-card.ts';
export type { BookInput } from './revenue/book.ts';
export type { CalendarInput, WeekPattern } from './revenue/calendar.ts';
export {
  type MemoryRows,
  type MemoryStorage,
  MemoryTables,
  type MemoryTransaction,
  memory,
} from './storage/memory.ts';
export type {
  AppendGroup,
  AppendOutcome,
  Checkpoint,
  CheckpointPart,
  Head,
  JoinedTransaction,
  JoinOptions,
  NewNotice,
  Notice,
  NoticeClaim,
  NoticeFailure,
  NoticePlace,
  ParkedNotice,
  PartsWanted,
  Storage,
  StoredAccount,
  StoredOperation,
} from './storage/port.ts';
export type { AllowanceInput } from './terms/allowances.ts';
export type { CommissionInput } from './terms/commission.ts';
export type {
  CommitmentInput,
  RenewalInput,
  RenewalRule,
  TermInput,
} from './terms/contract.ts';
export type {
  AlertsInput,
  ApprovalsInput,
  CapInput,
  EnforcementInput,
  TopUpInput,
} from './terms/control.ts';
export type { OfferInput } from './terms/offers.ts';
export type {
  OverageInput,
  OverageLimitInput,
  OverageRateInput,
  OverageSettlement,
} from './terms/overage.ts';
export type { Breakage, PoliciesInput, PolicyKind } from './terms/policies.ts';
export type { RolloverInput } from './terms/rollover.ts';
export type { BurnKey, TermsInput } from './terms/terms.ts';
