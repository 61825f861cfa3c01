import { afterEach, describe, expect, it } from 'vitest';
import { clock, dateTime, longDate, minutes, nip, number, promiseDate, receipt, size, when, zone } from './format';

const SATURDAY = Date.parse('2026-11-21T07:05:00Z');

describe('format', () => {
  afterEach(() => {
    zone.value = 'WIB';
  });
  it('writes dates and names the zone', () => {
    expect(dateTime(SATURDAY)).toBe('21 Nov 2026, 14.05 WIB');
    expect(longDate(SATURDAY)).toBe('Sabtu, 21 November 2026');
    expect(promiseDate('2026-11-23T03:00:00Z')).toBe('Senin 23 Nov 2026, 10.00 WIB');
  });
  it('follows the zone of the agency', () => {
    zone.value = 'WIT';
    expect(dateTime('2026-11-21T16:30:00Z')).toBe('22 Nov 2026, 01.30 WIT');
  });
  it('leaves the date out on the same day', () => {
    expect(when(SATURDAY, SATURDAY + 3_600_000)).toBe('14.05 WIB');
    expect(when(SATURDAY, SATURDAY + 86_400_000)).toBe('21 Nov 2026, 14.05 WIB');
  });
  it('writes numbers and sizes', () => {
    expect(number(1234567)).toBe('1.234.567');
    expect(size(219_136)).toBe('214 KB');
    expect(size(12)).toBe('1 KB');
    expect(size(6.1 * 1024 * 1024)).toBe('6,1 MB');
    expect(size(410 * 1024 * 1024)).toBe('410 MB');
  });
  it('writes receipts and durations', () => {
    expect(receipt('K7QM2P9D')).toBe('K7QM-2P9D');
    expect(minutes(190)).toBe('3 jam 10 mnt');
    expect(minutes(25)).toBe('25 mnt');
  });
  it('groups a NIP, and nothing else', () => {
    expect(nip('197203151998032901')).toBe('19720315 199803 2 901');
    expect(nip('SKR-00059')).toBe('SKR-00059');
  });
  it('survives what is no instant', () => expect(clock('kemarin')).toBe('07.00'));
});
