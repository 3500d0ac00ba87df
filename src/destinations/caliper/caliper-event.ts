/** An entity of the information model: its IRI, or described. */
export type CaliperEntity = string | { id: string; type: string; [property: string]: unknown };

/** A Caliper event as it is sent. */
export interface CaliperEvent {
  '@context': string;
  id: string;
  type: string;
  /** In 1.2 only. */
  profile?: string;
  actor: CaliperEntity;
  action: string;
  object: CaliperEntity;
  target?: CaliperEntity;
  generated?: CaliperEntity;
  eventTime: string;
  edApp?: CaliperEntity;
  group?: CaliperEntity;
  membership?: CaliperEntity;
  session?: CaliperEntity;
  federatedSession?: CaliperEntity;
  referrer?: CaliperEntity;
  /** By absolute IRI. */
  extensions?: Record<string, unknown>;
}
