/** What people call what a condition waits for; the twin of the server's words. */
import { SUBJECT } from './conditions';
import { fieldsOf, type Service } from './definition';

const WORDS: Record<Service['subject'], Record<string, string>> = {
  employee: {
    name: 'nama',
    kind: 'jenis kepegawaian',
    unit: 'unit kerja',
    position: 'jabatan',
    positionType: 'jenis jabatan',
    positionLevel: 'jenjang jabatan',
    rank: 'golongan',
    tmtRank: 'TMT golongan',
    tmtPosition: 'TMT jabatan',
    tmtCpns: 'TMT CPNS',
    nextRank: 'golongan berikutnya',
    firstPromotion: 'apakah ini kenaikan pangkat pertama',
    evaluations: 'jumlah SKP yang sudah ditetapkan',
    evaluationsPoor: 'hasil SKP dua tahun terakhir',
    creditPointsMet: 'apakah angka kredit cukup',
  },
  party: { name: 'nama partai', officer: 'nama pengurus', approved: 'persetujuan akun', previousOutput: 'surat keterangan yang lama' },
};

/** The label of the field that a name is, or that shows the fact; else the fact's own words. */
export function wordOf(service: Service, name: string): string {
  const fact = name.startsWith(SUBJECT) ? name.slice(SUBJECT.length) : undefined;
  const field = fieldsOf(service).find((one) => (fact === undefined ? one.key === name : one.fact === fact));
  return field?.label ?? WORDS[service.subject][fact ?? name] ?? name;
}
