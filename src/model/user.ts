/** A person that this server knows by a login. */
export interface User {
  id: number;
  login: string;
  name: string;
  /** The first is the one that payloads show. */
  emails: string[];
}
