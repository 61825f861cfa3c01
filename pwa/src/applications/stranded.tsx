/** What was typed when the case was locked: the office does not have it, and it can still be read and copied. */
import type { JSX } from 'preact';
import { copyText } from '../outbox/save';
import { f } from '../strings/id_usul_isian';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import type { Field } from './definition';
import { valueIn, type FormDraft } from './form_draft';
import type { Whole } from './view';
import { valueText } from './words';

type Props = { whole: Whole; draft: FormDraft; fields: readonly Field[]; onDiscard: () => void };

export function Stranded({ whole, draft, fields, onDiscard }: Props): JSX.Element {
  const said = fields.map((field): [string, string] => [field.label, valueText(whole.service, field, valueIn(field, draft.typed[field.key]))]);
  return (
    <Banner tone="tunggu">
      <p>{f.tertinggal}</p>
      <dl class="data">
        {said.map(([label, text]) => [<dt key={label}>{label}</dt>, <dd key={`${label}:`}><span class="nilai">{text}</span></dd>])}
      </dl>
      <Buttons>
        <Button icon="salin" onClick={() => void copyText(said.map((line) => line.join(': ')).join('\n'))}>
          {f.salin}
        </Button>
        <Button onClick={onDiscard}>{f.buang}</Button>
      </Buttons>
    </Banner>
  );
}
