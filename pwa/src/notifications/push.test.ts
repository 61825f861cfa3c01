import { describe, expect, it } from 'vitest';
import { renewal } from './push';

describe('a subscription at the start of the app', () => {
  it.each([
    ['was never asked for, or was turned off', null, 'https://push.test/a', true, 'nothing'],
    ['is the one that the server knows', 'https://push.test/a', 'https://push.test/a', true, 'nothing'],
    ['was replaced while no page was open', 'https://push.test/a', 'https://push.test/b', true, 'tell'],
    ['was lost', 'https://push.test/a', null, true, 'renew'],
    ['is dead to the push service', 'https://push.test/a', 'https://push.test/a', false, 'renew'],
  ] as const)('%s', (_, told, held, active, todo) => expect(renewal(told, held, active)).toBe(todo));
});
