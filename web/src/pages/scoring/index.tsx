/* The scoring model: the workshop, or the report of a replay. */
import { useParams } from 'wouter';
import { lazy } from '../../load/piece';
import Workshop from './workshop';
import '../../css/form.css';
import './scoring.css';

const ReplayPage = lazy(() => import('./replay'));

export default function Scoring() {
  const p = useParams<{ id?: string; part?: string; rid?: string }>();
  return p.part === 'replays' && p.rid ? <ReplayPage id={p.rid} model={p.id ?? ''} /> : <Workshop />;
}
