/** Mutation kinds of a person's own data and of this device. */
import type { MutationSpec } from '../sync';

export interface Employee {
  name: string;
  frontTitle?: string | null;
  backTitle?: string | null;
  nip?: string | null;
  nipMasked?: string | null;
  unit?: string | null;
  unitName?: string | null;
  kecamatan?: string | null;
  kecamatanName?: string | null;
  position?: string | null;
  rank?: string | null;
  phone?: string | null;
  email?: string | null;
}

export interface Preference {
  push?: { answered?: boolean; work?: boolean; deadline?: boolean; announcement?: boolean; showContent?: boolean } | null;
  quiet?: { from: string; to: string } | null;
}

export interface PushSubscriptionBody {
  device: string;
  label: string;
  active: boolean;
  lastSuccessAt?: string | null;
}

export const identityKinds: Record<string, MutationSpec> = {
  'employee.edit': {
    record: 'employee',
    rule: 'fields',
    overlays: [{ record: 'employee', apply: (body: Employee | null, item) => body && { ...body, ...item.args } }],
  },
  'preference.set': {
    record: 'preference',
    rule: 'register',
    overlays: [{ record: 'preference', apply: (body: Preference | null, item) => ({ ...body, ...item.args }) }],
  },
  'push.subscribe': { record: 'push_subscription', rule: 'register' },
  'push.unsubscribe': { record: 'push_subscription', rule: 'register' },
};
