/** Taking a document of the checklist: photos page by page, or a file. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { client, drafts } from '../identity/session';
import { d } from '../strings/id_usul_berkas';
import type { SyncClient } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { addDocument, hurry } from './attach';
import type { Item } from './definition';
import { FileFault, fileFault } from './file_fault';
import { pagesOf } from './page_key';
import type { Whole } from './view';

export { Reuse } from './reuse';

/** What to take a file needs and a look at the page does not. */
const tools = (): Promise<typeof import('./scan')> => import('./scan');

export function Upload({ whole, item }: { whole: Whole; item: Item }): JSX.Element {
  const camera = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const pages = pagesOf(drafts.value, whole.view.id, item.code);
  const pdf = (item.types ?? ['pdf']).includes('pdf');
  const { pdf_bytes = 10_000_000, image_bytes = 1_000_000 } = whole.service.files ?? {};
  const limit = `${String((item.limit ?? (pdf ? pdf_bytes : image_bytes)) / 1_000_000).replace('.', ',')} MB`;
  const refused = whole.refused.find(({ target }) => target === item.code);
  const has = !refused && Boolean(whole.items.get(item.code)?.body.version);

  /** One thing after another: a photo that comes while another is being kept is kept next, never lost. */
  const turn = useRef<Promise<void>>(Promise.resolve());
  const work = (act: (open: SyncClient) => Promise<void>): Promise<void> => (turn.current = turn.current.then(() => attempt(act)));
  async function attempt(act: (open: SyncClient) => Promise<void>): Promise<void> {
    const open = client.value;
    if (!open) return;
    setBusy(true);
    setFault('');
    try {
      await act(open);
    } catch (thrown) {
      setFault(await fileFault(thrown, has));
    } finally {
      setBusy(false);
    }
  }
  /** The document is kept: it takes the refused file's place, where what waits for it goes on, or is the next version. */
  async function done(kept: Awaited<ReturnType<Awaited<ReturnType<typeof tools>>['keepDocument']>>): Promise<void> {
    if (refused) hurry();
    else await addDocument(whole, item.code, kept);
    tell(d.tersimpan(item.label));
  }
  const choose = (chosen: readonly File[]): Promise<void> =>
    work(async ({ account }) => done(await (await tools()).keepDocument(account, whole.service, item, chosen, refused?.file)));
  const photograph = (chosen: readonly File[]): Promise<void> =>
    work(async (open) => {
      const { addPage, scanOf } = await tools();
      for (const photo of chosen) tell(d.halamanAda(await addPage(open, whole.view.id, item.code, await scanOf(photo))));
    });
  const finish = (): Promise<void> =>
    work(async (open) => {
      const { dropPages, keepPages } = await tools();
      await done(await keepPages(open.account, whole.service, item, pages, refused?.file));
      await dropPages(open, whole.view.id, item.code, pages.map(({ id }) => id));
    });
  const removeLast = (): Promise<void> =>
    work(async (open) => {
      const { dropPages } = await tools();
      await dropPages(open, whole.view.id, item.code, pages.slice(-1).map(({ id }) => id));
      tell(d.halamanDihapus);
    });
  const picked = (input: HTMLInputElement): File[] => {
    const chosen = Array.from(input.files ?? []);
    input.value = '';
    return chosen;
  };
  return (
    <div class="bagian">
      <FileFault text={fault} />
      <input
        ref={camera}
        hidden
        type="file"
        accept="image/*"
        capture="environment"
        data-kamera={item.code}
        onChange={(event) => {
          const chosen = picked(event.currentTarget);
          if (chosen.length) void photograph(chosen);
        }}
      />
      <input
        ref={files}
        hidden
        type="file"
        accept={pdf ? 'application/pdf,image/jpeg,image/png' : 'image/png,image/jpeg'}
        multiple={pdf}
        data-berkas={item.code}
        onChange={(event) => {
          const chosen = picked(event.currentTarget);
          if (chosen.length) void choose(chosen);
        }}
      />
      {pages.length > 0 && (
        <p role="status">
          {d.halaman(pages.length)}{' '}
          <Button kind="polos" about={item.label} busy={busy} onClick={() => void removeLast()}>
            {d.hapusHalaman}
          </Button>
        </p>
      )}
      <Buttons>
        {pages.length > 0 && (
          <Button kind="utama" icon="simpan" about={item.label} busy={busy} onClick={() => void finish()}>
            {d.selesai(pages.length)}
          </Button>
        )}
        {pdf && (
          <Button icon="hp" about={item.label} busy={busy} onClick={() => camera.current?.click()}>
            {pages.length ? d.tambahFoto : d.foto}
          </Button>
        )}
        {!pages.length && (
          <Button icon="klip" about={item.label} busy={busy} onClick={() => files.current?.click()}>
            {has ? d.ganti : d.pilih}
          </Button>
        )}
      </Buttons>
      <p class="petunjuk">{busy ? d.menyiapkan : pdf ? d.batas(limit) : d.gambarBatas(limit)}</p>
    </div>
  );
}
