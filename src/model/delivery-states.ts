/** The states of a delivery (docs/reliability.md); apart, so that a help text needs no database. */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'failed', 'held', 'merged'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
