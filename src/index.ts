// The public surface, kept by hand.

export {
  AccountBusy,
  AccountExists,
  BlockEnded,
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
  NotRefundable,
  OverReversal,
  QueueFull,
  Refusal,
  type RefusalCode,
  StorageUnavailable,
  TooLate,
  Unknown,
} from './errors.ts';
export type {
  Balance,
  BalanceInput,
  BlockBalance,
  BlockState,
  Explanation,
  HistoryEntry,
  HistoryInput,
  Money,
  OpenHold,
  Outcome,
  Receipt,
  SplitLine,
  UnitBalance,
  Verification,
} from './ledger/answers.ts';
export type { Ledger, LedgerSettings, TransactionLedger, WithinOptions } from './ledger/api.ts';
export { type Attempt, attempt } from './ledger/attempt.ts';
export type {
  Catalogue,
  FeatureName,
  FeatureScope,
  PlanName,
  RatedUsage,
  StatedUsage,
  UnitName,
  Usage,
} from './ledger/catalogue.ts';
export { createLedger, type LedgerOptions } from './ledger/create-ledger.ts';
export type {
  AdjustInput,
  BlockKind,
  BlockTerms,
  CaptureInput,
  ChangeTermsInput,
  Command,
  ConsumeInput,
  GrantInput,
  HoldInput,
  InstantInput,
  Metadata,
  MoneyInput,
  OpenInput,
  PinInput,
  PurchaseInput,
  Question,
  RefundInput,
  ReleaseInput,
  ReverseInput,
  SettleInput,
  VoidInput,
  Write,
  Writes,
} from './ledger/inputs.ts';
export { Decimal } from './quantity/decimal.ts';
export type { AmountInput } from './quantity/quantity.ts';
export type {
  FreeRate,
  MatrixRate,
  PerUnitRate,
  Rate,
  RateCard,
  RateRounding,
} from './rating/rate-card.ts';
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
  Storage,
  StoredAccount,
  StoredOperation,
} from './storage/port.ts';
export type { BurnKey, TermsInput } from './terms/terms.ts';
