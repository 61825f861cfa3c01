/** The bundle for offline use: categories, office hours and answers of the agency and of one's own kecamatan. */
import { computed } from '@preact/signals';
import { records } from '../identity/session';
import { q } from '../strings/id_tanya';
import { due, isOpen, type Calendar } from './office_hours';

export interface Category {
  code: string;
  label: string;
  /** Code of the unit in charge. */
  unit?: string | null;
  /** Its id, if the agency has that unit. */
  unitId?: string | null;
  keywords?: string[];
  opening?: string | null;
}

export interface CategorySet {
  kinds: { code: string; label: string; keywords?: string[] }[];
  categories: Category[];
}

export interface OfficeHours extends Calendar {
  targetMinutes?: number | null;
  phone?: string | null;
}

export interface Article {
  slug: string;
  question: string;
  answer: string;
  steps?: string[] | null;
  basis?: string | null;
  validFrom?: string | null;
  checkedAt?: string | null;
  checkedBy?: string | null;
  version?: number | null;
  area?: string | null;
  areas?: string[] | null;
  category?: string | null;
  /** yyyy-mm-dd: to be looked at again. */
  reviewOn?: string | null;
}

const DEFAULT_TARGET = 120;

export const categorySet = computed<CategorySet>(() => {
  const found = records<CategorySet>('category_set').value?.[0]?.body;
  return found ?? { kinds: q.tanya.jenisBawaan, categories: [] };
});

export const officeHours = computed<OfficeHours | null>(
  () => records<OfficeHours>('office_hours').value?.[0]?.body ?? null,
);

export const articles = computed(() => records<Article>('article').value);

export const servicePhone = computed(() => officeHours.value?.phone ?? null);

export function categoryLabel(code: string | null | undefined): string {
  return categorySet.value.categories.find((category) => category.code === code)?.label ?? q.tanya.topikLain;
}

export function kindLabel(code: string): string {
  return categorySet.value.kinds.find((kind) => kind.code === code)?.label ?? code;
}

/** When an answer is due at the latest if the question arrives at `at`; null without a calendar on the phone. */
export function promise(at: number): { due: number; outside: boolean } | null {
  const hours = officeHours.value;
  const end = hours && due(hours, at, hours.targetMinutes ?? DEFAULT_TARGET);
  return hours && end !== null ? { due: end, outside: !isOpen(hours, at) } : null;
}
