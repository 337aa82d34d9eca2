import type { Client } from '../client/client';
import type { Grant } from '../model';
import { randomNonce } from '../transport/outbox';
import type { Launch, Request, WebAppApi } from './api';

/** For so long the app may take until the person is asked, in milliseconds. Who has refused is not asked again for a while. */
const PATIENCE = 5000;

const CAPABILITY: Record<Request, string> = { contact: 'identity.contact', write_access: 'messages.broadcast' };

/** Has the app ask the person for something. True when they have agreed to it, now or before; false when they have not. */
export async function ask(client: Client, api: WebAppApi, { app, chat }: Launch, request: Request): Promise<boolean> {
  const fits = (one: { app: { id: number } | null; capability: string; detail: string }): boolean =>
    one.app?.id === app.id && one.capability === CAPABILITY[request] && (request !== 'contact' || one.detail === 'phone');
  const given = async (): Promise<Grant[]> => (await client.permission.grants()).filter(fits);
  const open = (): number[] => client.store.get().consents.filter(fits).map(({ id }) => id);
  const before = await given();
  const old = open();
  await api.request(app.name, chat, request, randomNonce());
  if (before.some(stands)) return true;
  await answered(client, () => open().some((id) => !old.includes(id) && !client.permission.aside().has(id)));
  return (await given()).some((grant) => stands(grant) || !before.some(({ id }) => id === grant.id));
}

const stands = ({ end, until }: Grant): boolean => end === null && (until === null || until > Date.now());

/** Waits until a sheet has come and gone, or was put aside. One that does not come in time is none. */
function answered(client: Client, isOpen: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let seen = false;
    const done = (): void => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
      resolve();
    };
    const look = (): void => {
      if (isOpen()) {
        seen = true;
        clearTimeout(timer);
      } else if (seen) {
        done();
      }
    };
    const timer = setTimeout(done, PATIENCE);
    const stops = [client.store.subscribe(look), client.permission.subscribe(look)];
    look();
  });
}
