/** The Indonesian words of a draft that the server makes. */
export const drafWords = {
  unduh: 'Unduh draf',
  sinyal: 'Draf surat dibuat server, jadi perlu sinyal. Isian Anda aman; coba lagi saat ada sinyal.',
  disiapkan: 'Menyiapkan draf...',
};
