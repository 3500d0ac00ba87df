/** A language map: text by RFC 5646 tag. */
export type LanguageMap = Record<string, string>;

/** Values by absolute IRI. */
export type Extensions = Record<string, unknown>;

export interface Agent {
  objectType?: 'Agent' | 'Group';
  name?: string;
  account?: { homePage: string; name: string };
  mbox?: string;
  mbox_sha1sum?: string;
  openid?: string;
}

export interface Activity {
  objectType?: 'Activity';
  id: string;
  definition?: { type?: string; name?: LanguageMap; description?: LanguageMap; extensions?: Extensions };
}

/** An xAPI statement as it is sent. */
export interface Statement {
  id: string;
  actor: Agent;
  verb: { id: string; display?: LanguageMap };
  object: Activity;
  result?: { completion?: boolean; duration?: string; response?: string; extensions?: Extensions };
  context?: {
    registration?: string;
    platform?: string;
    language?: string;
    contextActivities?: { [kind in 'category' | 'grouping' | 'parent' | 'other']?: Activity[] };
    extensions?: Extensions;
  };
  timestamp: string;
}
