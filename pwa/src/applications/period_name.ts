/** `2027-04` as "April 2027". */
const MONTHS = 'Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember'.split(' ');

export function periodName(code: string): string {
  const [year, month] = code.split('-');
  return `${MONTHS[Number(month) - 1] ?? month ?? ''} ${year}`;
}
