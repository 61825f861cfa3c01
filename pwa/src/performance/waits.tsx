/** That a decision of HR waits for the server. */
import type { JSX } from 'preact';
import { h } from '../strings/id_skp_hr';
import { Badge } from '../ui/feedback';

export const Waits = (): JSX.Element => (
  <Badge tone="netral" icon="hp">
    {h.menunggu}
  </Badge>
);
