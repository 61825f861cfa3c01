/** Words of a live conversation. */
export const p = {
  tersedia: 'Petugas tersedia sekarang.',
  petugasMenulis: 'Petugas sedang menulis...',
  penanyaMenulis: 'Penanya sedang menulis...',
  rekanMenulis: 'Petugas lain sedang menulis di sini...',
};
