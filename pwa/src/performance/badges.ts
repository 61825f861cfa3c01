/** How the states of a plan look. */
import type { Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';
import type { PlanStatus } from './types';

export const BADGES: Record<PlanStatus, [Tone, IconName]> = {
  draf: ['netral', 'pensil'],
  diajukan: ['ungu', 'orang'],
  persetujuan: ['sukses', 'centang'],
  evaluasi: ['info', 'catatan'],
  final: ['sukses', 'kunci'],
  dikembalikan: ['tunggu', 'kembali'],
  ditutup: ['netral', 'kunci'],
};
