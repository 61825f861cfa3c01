/** Own data: what the source owns is shown, telephone and e-mail are one's own to change, offline too. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting, itemBadge } from '../outbox/state';
import { l } from '../strings/id_lain';
import { Button } from '../ui/button';
import { Badge, Banner } from '../ui/feedback';
import { ErrorSummary, TextField } from '../ui/fields';
import type { Employee } from './kinds';
import { nip } from '../ui/format';
import { me, mutate, now, records, status } from './session';

/** Indonesian numbers have 10 to 13 digits; foreign ones begin with + and a country code. Empty is allowed. */
export function phoneFault(phone: string): string | undefined {
  const plain = phone.replace(/[\s().-]/g, '');
  if (!plain || /^0\d{9,12}$/.test(plain) || /^\+\d{8,15}$/.test(plain) || /^62\d{8,12}$/.test(plain)) return undefined;
  return l.pengaturan.hpSalah;
}

export function emailFault(email: string): string | undefined {
  return !email.trim() || /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : l.pengaturan.emailSalah;
}

export function fullName({ frontTitle, name, backTitle }: Employee): string {
  return [[frontTitle, name].filter(Boolean).join(' '), backTitle].filter(Boolean).join(', ');
}

export function Profile(): JSX.Element {
  const view = records<Employee>('employee').value?.find(({ id }) => id === me.value?.account);
  const body = view?.body;
  // What is being typed, null while untouched: a change that arrives from elsewhere must not wipe it.
  const [typedPhone, setPhone] = useState<string | null>(null);
  const [typedEmail, setEmail] = useState<string | null>(null);
  const phone = typedPhone ?? body?.phone ?? '';
  const email = typedEmail ?? body?.email ?? '';
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const [said, setSaid] = useState('');
  const saving = useSave();
  if (!view || !body) return <p class="petunjuk">{l.pengaturan.belumTurun}</p>;

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    setSaid('');
    const found = { hp: phoneFault(phone), email: emailFault(email) };
    setErrors(found);
    if (found.hp || found.email) return;
    const args: Record<string, string | null> = {};
    if (phone.trim() !== (body?.phone ?? '')) args.phone = phone.trim() || null;
    if (email.trim() !== (body?.email ?? '')) args.email = email.trim() || null;
    if (!Object.keys(args).length) return setSaid(l.pengaturan.tidakBerubah);
    if (!(await saving.save(() => mutate({ kind: 'employee.edit', record: view?.id ?? '', args })))) return;
    setSaid(l.pengaturan.tersimpan);
    setPhone(null);
    setEmail(null);
  }

  const facts: [string, string | null | undefined][] = [
    [l.pengaturan.nama, fullName(body)],
    [l.pengaturan.nip, body.nip ? nip(body.nip) : body.nipMasked],
    [l.pengaturan.jabatan, body.position],
    [l.pengaturan.pangkat, body.rank],
    [l.pengaturan.unit, body.unitName],
    [l.pengaturan.kecamatan, body.kecamatanName],
  ];
  const open = view.pending.find((item) => isWaiting(item) || item.state === 'conflict' || item.state === 'rejected');
  const badge = open && itemBadge(open, status.value, now.value);
  return (
    <>
      <dl class="rincian kartu">
        {facts.flatMap(([name, value]) =>
          value ? [<dt key={name}>{name}</dt>, <dd key={`${name}-isi`}>{value}</dd>] : [],
        )}
      </dl>
      <p class="petunjuk">{l.pengaturan.dataSumber}</p>
      <form class="bagian" noValidate onSubmit={(event) => void save(event)}>
        <ErrorSummary errors={errors} />
        <NotSaved fault={saving.fault} text={`${phone}\n${email}`} />
        <TextField
          id="hp"
          type="tel"
          label={l.pengaturan.hp}
          value={phone}
          onInput={setPhone}
          autocomplete="tel"
          inputmode="tel"
          error={errors.hp}
        />
        <TextField
          id="email"
          type="email"
          label={l.pengaturan.email}
          value={email}
          onInput={setEmail}
          autocomplete="email"
          inputmode="email"
          error={errors.email}
        />
        {badge && (
          <div>
            <Badge {...badge}>{badge.text}</Badge>
          </div>
        )}
        {said && (
          <Banner tone="sukses">
            <p>{said}</p>
          </Banner>
        )}
        <div>
          <Button type="submit" kind="utama" busy={saving.busy}>
            {l.pengaturan.simpanData}
          </Button>
        </div>
      </form>
    </>
  );
}
