/** How a webhook's target is reached, where that differs from what the machine and the settings say. */

export interface Reach {
  /** `none`, or a URL; null: as the settings say. */
  proxy: string | null;
  /** PEM texts. `ca` replaces the authorities that the machine trusts. */
  ca: string | null;
  client_cert: string | null;
  client_key: string | null;
  insecure: boolean;
}

/** No proxy, whatever the settings say. */
export const NO_PROXY = 'none';

export const PLAIN_REACH: Reach = {
  proxy: null,
  ca: null,
  client_cert: null,
  client_key: null,
  insecure: false,
};
