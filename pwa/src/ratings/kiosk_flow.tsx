/** The four questions to a visitor. Nothing of an answer is kept anywhere but here until the whole is sent. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button';
import { ErrorText } from '../ui/fields';
import { Icon } from '../ui/icons';
import { Frame, inLanguage, w } from './kiosk_frame';
import type { KioskBody } from './kiosk_kinds';
import { officers } from './kiosk_session';
import { parsePhone } from './phone';

export interface Entry {
  /** Id of the visit ticket; '-' without one where the camera failed; '' before it was asked. */
  ticket: string;
  officer: string;
  service: string;
  /** 0: not rated. */
  score: number;
  indicators: string[];
  /** One rating an indicator (v2). */
  scores: Record<string, number>;
  phone: string;
}

export const empty = (): Entry => ({ ticket: '', officer: '', service: '', score: 0, indicators: [], scores: {}, phone: '' });

interface StepProps {
  held: KioskBody;
  entry: Entry;
  above: string | undefined;
  onBack: () => void;
}

const Back = ({ onBack }: { onBack: () => void }): JSX.Element => (
  <Button icon="kembali" onClick={onBack}>
    {w().kembali}
  </Button>
);

/** First letters of the name without titles, where no photo is. */
function initials(name: string): string {
  const plain = name.split(',')[0]!.split(' ').filter((word) => !word.endsWith('.'));
  return plain.slice(0, 2).map((word) => word[0]?.toUpperCase() ?? '').join('');
}

export function Officers({
  above,
  onChosen,
  onStaff,
}: StepProps & { onChosen: (id: string) => void; onStaff: () => void }): JSX.Element {
  const list = officers.value;
  return (
    <Frame
      title={w().siapa}
      above={above}
      foot={
        <Button kind="polos" icon="kunci" onClick={onStaff}>
          {w().petugas}
        </Button>
      }
    >
      {list.length ? (
        <div class="petak">
          {list.map(({ id, name }) => (
            <button key={id} type="button" class="tombol" onClick={() => onChosen(id)}>
              <span class="huruf" aria-hidden="true">
                {initials(name)}
              </span>
              <span>{name}</span>
            </button>
          ))}
        </div>
      ) : (
        <p>{w().belumAdaPetugas}</p>
      )}
    </Frame>
  );
}

export function Services({ held, above, onBack, onChosen }: StepProps & { onChosen: (code: string) => void }): JSX.Element {
  return (
    <Frame title={w().layanan} above={above} foot={<Back onBack={onBack} />}>
      <div class="petak layanan">
        {held.services.map(({ code, id, en }) => (
          <button key={code} type="button" class="tombol" onClick={() => onChosen(code)}>
            <span>{inLanguage(id, en)}</span>
          </button>
        ))}
      </div>
    </Frame>
  );
}

type ScaleProps = {
  held: KioskBody;
  name: string;
  legend: ComponentChildren;
  value: number;
  error?: string | undefined;
  onChange: (score: number) => void;
};

/** Five to one, each a number and a word; nothing is chosen at first. */
function Scale({ held, name, legend, value, error, onChange }: ScaleProps): JSX.Element {
  return (
    <fieldset class="isian" aria-describedby={error ? `${name}-salah` : undefined}>
      <legend>{legend}</legend>
      <ErrorText id={`${name}-salah`} text={error} />
      <div class="pilihan lima">
        {[...held.texts.scale].reverse().map(([score, id, en]) => (
          <label key={score}>
            <input type="radio" name={name} value={score} checked={value === score} onChange={() => onChange(score)} />
            <b class="nilai-angka">{score}</b>
            <span>{inLanguage(id, en)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Answers({ held, entry, above, onBack, onDone }: StepProps & { onDone: (change: Partial<Entry>) => void }): JSX.Element {
  const [score, setScore] = useState(entry.score);
  const [indicators, setIndicators] = useState(entry.indicators);
  const [scores, setScores] = useState(entry.scores);
  const [tried, setTried] = useState(false);
  const single = held.version === 'v1';
  const { form, indicators: all } = held.texts;
  const open = all.filter(({ code }) => !scores[code]);
  const whole = single ? score > 0 && indicators.length > 0 : open.length === 0;
  const foot = (
    <>
      <Back onBack={onBack} />
      <Button
        kind="utama"
        onClick={() => {
          setTried(true);
          if (whole) onDone({ score, indicators, scores });
          else document.querySelector('.loket .isian:has(.salah)')?.scrollIntoView({ block: 'center' });
        }}
      >
        {w().lanjut}
      </Button>
    </>
  );
  return (
    <Frame title={single ? inLanguage(...form.instruction) : w().nilai} above={above} foot={foot}>
      {single ? (
        <>
          <Scale
            held={held}
            name="rating"
            legend={
              <>
                {inLanguage(...form.rating)} <span class="petunjuk">{score ? '' : inLanguage(...form.not_rated)}</span>
              </>
            }
            value={score}
            error={tried && !score ? w().pilihRating : undefined}
            onChange={setScore}
          />
          <fieldset class="isian">
            <legend>{inLanguage(...form.indicator)}</legend>
            <ErrorText text={tried && !indicators.length ? w().pilihIndikator : undefined} />
            <div class="pilihan">
              {all.map(({ code, label_id, label_en, description_id, description_en }) => (
                <label key={code}>
                  <input
                    type="checkbox"
                    checked={indicators.includes(code)}
                    onChange={(event) =>
                      setIndicators(
                        event.currentTarget.checked
                          ? all.map((one) => one.code).filter((one) => one === code || indicators.includes(one))
                          : indicators.filter((one) => one !== code),
                      )
                    }
                  />
                  <span>
                    <b>{inLanguage(label_id, label_en)}</b>
                    <span class="petunjuk"> {inLanguage(description_id, description_en)}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        </>
      ) : (
        all.map(({ code, question_id, question_en }) => (
          <Scale
            key={code}
            held={held}
            name={`rating-${code}`}
            legend={inLanguage(question_id, question_en)}
            value={scores[code] ?? 0}
            error={tried && !scores[code] ? w().pilihRating : undefined}
            onChange={(one) => setScores({ ...scores, [code]: one })}
          />
        ))
      )}
    </Frame>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '0'] as const;
const MOST_DIGITS = 17;

export function Phone({ held, above, busy, onBack, onDone }: StepProps & { busy: boolean; onDone: (phone: string) => void }): JSX.Element {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { form } = held.texts;
  const add = (key: string): void => {
    setFault(false);
    setTyped((before) => (before + key).slice(0, MOST_DIGITS));
  };
  useEffect(() => {
    if (fault) field.current?.focus();
  }, [fault]);
  const send = (): void => {
    if (!typed && !held.phoneRequired) return onDone('');
    if ('fault' in parsePhone(typed)) setFault(true);
    else onDone(typed);
  };
  const foot = (
    <>
      <Back onBack={onBack} />
      <Button kind="utama" busy={busy} onClick={send}>
        {inLanguage(...form.send)}
      </Button>
    </>
  );
  return (
    <Frame title={inLanguage(...form.phone)} above={above} foot={foot}>
      <p id="nomor-alasan">
        {w().nomorAlasan(held.phoneDays)} {!held.phoneRequired && w().nomorBoleh}
      </p>
      <div class="nomor">
        <ErrorText id="nomor-salah" text={fault ? w().nomorSalah : undefined} />
        {/* No form around it and no keyboard of the tablet: nothing remembers what is typed here. */}
        <input
          ref={field}
          type="text"
          inputMode="none"
          autocomplete="off"
          spellcheck={false}
          aria-label={inLanguage(...form.phone)}
          placeholder={inLanguage(...form.phone)}
          aria-describedby={fault ? 'nomor-salah nomor-alasan' : 'nomor-alasan'}
          aria-invalid={fault ? 'true' : undefined}
          value={typed}
          onInput={(event) => {
            setFault(false);
            setTyped(event.currentTarget.value.replace(/[^0-9+ ]/g, '').slice(0, MOST_DIGITS));
          }}
        />
        <div class="papan">
          {KEYS.map((key) => (
            <Button key={key} onClick={() => add(key)}>
              {key}
            </Button>
          ))}
          <button type="button" class="tombol" aria-label={w().hapusAngka} onClick={() => setTyped(typed.slice(0, -1))}>
            <Icon name="kembali" />
          </button>
        </div>
      </div>
    </Frame>
  );
}
