/** The past and present of one calendar: what it held from each change on. */
import type { Meeting } from "./meeting.js";

export type Meetings = ReadonlyMap<string, Meeting>;

export class Agenda {
  /** Oldest first; each holds until the next. */
  readonly #versions: { readonly from: number; readonly meetings: Meetings }[] = [
    { from: Number.NEGATIVE_INFINITY, meetings: new Map() },
  ];

  get now(): Meetings {
    return this.#versions.at(-1)?.meetings ?? new Map();
  }

  /** How many there have been. */
  get changes(): number {
    return this.#versions.length - 1;
  }

  put(meeting: Meeting, at: number): void {
    this.#versions.push({ from: at, meetings: new Map([...this.now, [meeting.id, meeting]]) });
  }

  remove(id: string, at: number): void {
    this.#versions.push({ from: at, meetings: new Map([...this.now].filter(([other]) => other !== id)) });
  }

  /** What it held at some time between the two, the newest first. */
  between(from: number, until: number): readonly Meetings[] {
    return this.#versions
      .filter((version, index) => version.from <= until && (this.#versions[index + 1]?.from ?? until + 1) > from)
      .map(({ meetings }) => meetings)
      .reverse();
  }
}
