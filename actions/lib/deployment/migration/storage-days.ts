import { isScalar, isSeq, type YAMLMap } from 'yaml';
import { note, type Work } from './migration-work.ts';
import { addField } from './new-document.ts';

const volumeDays = 'days_till_volume_deletion';
const snapshotDays = 'days_till_snapshot_deletion';
const warnings = 'days_after_server_stop_till_warning_email';
/** Days of 2025, which count back from the deletion. */
const before = 'days_before_deletion';

/** Makes days that upstream took in another sense into those that are meant here. Their notes name the file's own fields. */
export function settleStorageDays(work: Work, storage: YAMLMap): void {
  keepSnapshotsLonger(work, storage);
  countFromStop(work, storage);
  dropLateWarnings(work, storage);
}

/** Upstream let a snapshot go before its volume, which it then never did: it waited for the volume. */
function keepSnapshotsLonger(work: Work, storage: YAMLMap): void {
  const volume = Number(storage.get(volumeDays) ?? 0);
  const snapshot = storage.get(snapshotDays);
  if (typeof snapshot !== 'number' || snapshot >= volume) return;
  storage.set(snapshotDays, volume);
  const message = `${snapshot} is ${volume} now: a snapshot cannot go before its volume.`;
  noteOf(work, snapshotDays, 'decision', message);
}

/** `5,3,1` days before day 7 are days 2, 4 and 6 after the stop. */
function countFromStop(work: Work, storage: YAMLMap): void {
  const days = numbersOf(storage, before);
  if (days === undefined) return;
  storage.delete(before);
  const end = storage.get(snapshotDays);
  if (typeof end !== 'number') {
    noteOf(work, 'SNAPSHOT_WARNING_DAYS', 'decision', 'It was left out: the file does not say when snapshots go.');
    return;
  }
  const counted = [...new Set(days.map((day) => end - day).filter((day) => day > 0))].sort((a, b) => a - b);
  addField(storage, warnings, counted);
  const message = `It is storage.${warnings} [${counted.join(', ')}] now: days count from a server’s stop, and snapshots go on day ${end}. Nothing acts on it yet: no such mail is sent.`;
  noteOf(work, 'SNAPSHOT_WARNING_DAYS', 'changed', message);
}

/** Upstream took days far away, such as 365000, for never; warnings after the end of the data are left out here. */
function dropLateWarnings(work: Work, storage: YAMLMap): void {
  const days = numbersOf(storage, warnings);
  const end = Number(storage.get(snapshotDays) ?? Number.POSITIVE_INFINITY);
  if (days === undefined) return;
  const early = days.filter((day) => day < end);
  if (early.length === days.length) return;
  addField(storage, warnings, early);
  noteOf(work, warnings, 'changed', `Warnings from day ${end} on were left out: the data are gone by then.`);
}

function numbersOf(storage: YAMLMap, field: string): number[] | undefined {
  const days = storage.get(field);
  if (!isSeq(days)) return undefined;
  return days.items.map((day) => (isScalar(day) ? Number(day.value) : Number.NaN));
}

/** The note stands at the field of the file that says the days, in its own words, and takes the place of an earlier one. */
function noteOf(work: Work, name: string, kind: 'changed' | 'decision', message: string): void {
  const names = [name, name.toUpperCase()];
  const field = work.file.parameters.fields.find((candidate) => names.includes(candidate.name));
  const path = field?.path ?? `storage.${name}`;
  if (kind === 'decision' || name === 'SNAPSHOT_WARNING_DAYS') {
    const earlier = work.notes.findIndex((told) => told.field === path);
    if (earlier >= 0) work.notes.splice(earlier, 1);
  }
  note(work, path, field?.line ?? 0, kind, message);
}
