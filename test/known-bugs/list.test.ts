import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/**
 * Bugs that other trackers have, players and record stores invite, and where each is guarded against: by tests as `file: name`,
 * in `test/` without its ending, or in a browser in `test/e2e/scenarios`. What is none of ours has its reason after `none:`.
 */
const JUDGED = "destinations/judge: ${status} ${body.trim().slice(0, 40)} means ${one}${several === one ? '' : `, of several ${several}`}";

type Row = readonly [bug: string, ...guards: [string, ...string[]]];

/** Trackers for xAPI: jhaag75/xapi-videojs, marsha, openedx, Ralph, Xerte, Paella, H5P, adapt, xAPIWrapper, playkit, cmi5. */
const XAPI: Readonly<Record<string, Row>> = {
  T01: ['segments that run backwards after a short seek back', 'playback/seeks: a seek back by less than a second splits the segment where it was left'],
  T02: ['a seek without a pause is not noticed, what it skips counts', 'playback/seeks: a seek by keyboard or API while it plays is one seeked, without pause or resume'],
  T03: ['a seek while paused is never reported', 'playback/seeks: a seek while paused is recorded when it rests, and the resumed after it too'],
  T04: ['seeks below a second are ignored', 'playback/seeks: a seek forward by half a second is a seeked'],
  T05: ['time-to is that of the last timeupdate', 'known-bugs/player: a seek goes where it lands, not where the player last said it was on the way'],
  T06: ['null[.]12 in played-segments', 'playback/segments: holds the stretch that is open, and no half of one', 'destinations/xapi: played-segments are pairs of numbers, in the order watched'],
  T07: ['99.5 % rounded to 1', 'playback/milestones: does not come before all is watched where all is asked for', 'playback/segments: a fraction is rounded down, and the dust of binary fractions forgiven', 'destinations/xapi: progress of 99.5 % is not 1'],
  T08: ['completed only at a pause', 'playback/milestones: comes in mid-play as the threshold is crossed, with the true progress', 'playback/milestones: comes in a loop, where nothing is ever paused'],
  T09: ['a pause after a replay is reported as a seek', 'playback/sessions: what is played again from the end can be paused'],
  T10: ['the end waits for a pause that does not come any more', 'playback/sessions: where the page goes while it plays: paused, leaving, and terminated, at the true position', 'known-bugs/leaving: a learner who is asked whether to leave, and stays, goes on in the same session'],
  T11: ['a stale time at the end, without the open stretch', 'playback/sessions: where the page goes while it plays: paused, leaving, and terminated, at the true position'],
  T12: ['only initialized has an id', 'known-bugs/documents: every document has the id of its event, the same each time and in both standards', 'destinations/xapi: every statement has the id and the time of its event, at every attempt'],
  T13: ['the URL of the source as identity', 'known-bugs/identity: what is watched is what the options name, whatever is loaded from wherever, on whatever page', 'known-bugs/identity: where no option names it, it is the URL less query and fragment', 'known-bugs/identity: where nothing names it, nothing is recorded until something does', 'e2e/08-bad-input: a blob: without media: said once, and nothing is recorded', 'destinations/xapi: what is watched is the media, not the file that plays it or the page around it'],
  T14: ['constants sent as data', 'destinations/xapi: threshold and length are numbers, quality is the digits of the height'],
  T15: ['no rate, no quality, a late volume', 'playback/changes: is one event with the value before and after, and where it was', 'playback/changes: is recorded while paused too, and no later than 250 ms after it rests', 'destinations/xapi: every change says the whole state, as it is after the change'],
  T16: ['a length of NaN, Infinity or many decimals', 'destinations/xapi: length has at most three decimals', 'destinations/xapi: media of length %s does not claim the profile', 'playback/ads-and-live: lengths and positions are seconds of three decimals'],
  T17: ['session and object go on with another source', 'playback/sessions: where the source changes while it plays, at its last true position (%s)', 'known-bugs/identity: another source is another session, about what the option names then', 'e2e/10-source-change: each stays with its own media, to the last statement'],
  T18: ['statements after terminated', 'playback/sessions: with nothing after it'],
  T19: ['media seconds sent as duration', 'playback/clocks: segments are true, and seconds played are those of the real clock', 'destinations/xapi: completed says the time spent, not the length of the video'],
  T20: ['half-open and merged segments', 'playback/segments: holds the stretch that is open, and no half of one', 'playback/segments: is in the order watched, with its repeats'],
  T21: ['completed with a made-up progress of 1', 'playback/milestones: comes in mid-play as the threshold is crossed, with the true progress', 'destinations/xapi: completed says the true share, not 1'],
  T22: ['length in the result', 'destinations/xapi: length stands in context, never in result'],
  T23: ['a play before the length is known is dropped', 'playback/sessions: as soon as the length is known, where it plays before; nothing that was played is lost'],
  T24: ['an exception at a length of 0 or Infinity', 'playback/ads-and-live: has no length, no percent milestones and is never completed', 'playback/sessions: as soon as the length is known, where it plays before; nothing that was played is lost'],
  T25: ['a statement for each tick of a slider', 'playback/changes: is one event for a whole drag, with the last value and the value before the first', 'playback/seeks: a drag is one seeked from where it played to where it was let go, and no pause'],
  T26: ['terminated lost at unload, nothing kept offline', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential', 'known-bugs/dead-page: what was recorded without a network is there after a reload with one', 'e2e/04-closed-tab: the next page sends what was left, to the end of that session'],
  T27: ['the same id with another timestamp', 'outbox/delivery: sends in order of events, and the bytes of every attempt are the same', 'e2e/02-network-away: each attempt sends the same bytes, also after an answer that was lost', 'destinations/xapi: wraps documents without touching their bytes', 'destinations/caliper: carries the bytes of the events as they are', 'destinations/xapi: every statement has the id and the time of its event, at every attempt'],
  T28: ['a request for each statement', 'outbox/delivery: waits for company, but not for more than a batch'],
  T29: ['session-id is not the id of initialized', 'playback/sessions: with the id of its initialized', 'destinations/xapi: the session is named by the id of its initialized'],
  T30: ['completed taken for terminated, paused counted twice', 'playback/sessions: where the page goes while it is paused: terminated alone', 'playback/milestones: comes once per registration', 'playback/sessions: the natural end is no pause', 'destinations/xapi: the end of the media is a pause, leaving is a termination, and neither is a completion'],
  T31: ['no progress and no segments where they must be', 'destinations/xapi: paused, completed and terminated say what was watched'],
  T32: ['no category, the length as duration, 0 taken for missing', 'destinations/xapi: every statement has the category of the profile and of its version, but for milestones', 'destinations/xapi: completed says the time spent, not the length of the video', 'destinations/xapi: a time of 0 is a time', 'destinations/clean: keeps zero and false', 'destinations/xapi: says its version in a header and lets the options add to it'],
  T33: ['a model that takes whole volumes only, and cc-enabled in the result', 'destinations/xapi: a muted player has volume 0, and says that it is muted', 'destinations/xapi: a caption language is said only while captions show', 'destinations/xapi: volume is a fraction'],
  T34: ['seeking back and forth breaks the progress', 'playback/segments: grows by no seek'],
  T35: ['terminated before paused', 'playback/order: leaving: what is pending, paused, terminated'],
  T36: ['the address of the page as identity, completed by position, fullscreen by guess, a random learner', 'known-bugs/identity: what is watched is what the options name, whatever is loaded from wherever, on whatever page', 'playback/milestones: does not come by position', 'known-bugs/player: fullscreen of the player is told by what it is, however often it is said', 'destinations/xapi: a length is not cut to seconds, and a language is a tag', 'destinations/xapi: names things in the language of the options', 'plugin/options: throws a TypeError in the direct call'],
  T37: ['no completed unless something is submitted', 'playback/milestones: comes in mid-play as the threshold is crossed, with the true progress'],
  T38: ['25 statements a second, with properties that are none', 'playback/clocks: ticks that change nothing are no events', 'destinations/xapi: a statement has no member that xAPI does not know'],
  T39: ['completed again at each resume', 'playback/milestones: comes once per registration', 'e2e/03-reload: milestones and completion are not repeated'],
  T40: ['the end is lost at unload', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential', 'known-bugs/dead-page: a session whose page died without a word is closed by the next page, where it was last heard of, and once'],
  T41: ['the last completion does not arrive', 'playback/milestones: is not lost where the last of it was played in the moment before a drag, a source change or the end of the page', 'outbox/leave: spells out what is not stored yet before it sends, all before it returns (F1, F2)'],
  T42: ['set up again, everything comes twice', 'plugin/dispose: disposed and set up again, as React does it, it is another one', 'plugin/dispose: no listener of it stays, on player, tech, tracks, document and window'],
  T43: ['terminated at each hiding, then resumed', 'known-bugs/leaving: a hidden tab sends what there is, ends nothing, and goes on', 'playback/order: a page that is hidden has everything recorded by then, and goes on'],
  T44: ['a promise that never settles stops all sending', 'outbox/delivery: an endpoint that never answers is given thirty seconds (T44)'],
  T45: ['a synchronous XHR, which browsers refuse', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential'],
  T46: ['a batch of which some is stored is refused as a whole', 'outbox/delivery: 409 is settled one by one: what is there already counts as delivered (F24)', JUDGED],
  T47: ['stored, but the answer is lost', 'outbox/tabs: a tab that is killed while it sends costs one identical request', 'e2e/02-network-away: each attempt sends the same bytes, also after an answer that was lost'],
  T48: ['a queue burnt against a server that is down', 'known-bugs/answers: a %d ends the flush with one request, and nothing is given up', 'outbox/delivery: 500 for everything is asked little', JUDGED],
  T49: ['milestones by position', 'playback/milestones: are fired by no seek'],
  T50: ['at seeking the clock is at the target already', 'playback/seeks: is exact at %d× where the element tells what was played'],
  T51: ['a pause at each click on the seek bar', 'playback/seeks: a click on the seek bar with the button down for %d ms is one seeked and no pause'],
  T52: ['no seeked while paused, from YouTube', 'playback/seeks: a seek whose seeked is missing is recorded before the page goes', 'e2e/34-youtube: seeks in a pause and in play tell from where to where'],
  T53: ['scrubbing that stays on', 'playback/seeks: scrubbing that stays on loses neither what is played nor a pause'],
  T54: ['almost no terminated in the wild, completed only at the end', 'known-bugs/dead-page: a session whose page died without a word is closed by the next page, where it was last heard of, and once', 'known-bugs/leaving: completed goes out at the next flush, while the media plays on'],
};

/** Sensors for Caliper: edX, UCSD, Terracotta, leccap, Kaltura's, Blackboard's, marsha, caliper-js. */
const CALIPER: Readonly<Record<string, Row>> = {
  'Caliper 1': ['no time at 0', 'destinations/caliper: one at the start says PT0S', 'destinations/duration: start is PT0S, not nothing'],
  'Caliper 2': ['an unknown duration as P0D', 'destinations/caliper: a duration of %s is left out'],
  'Caliper 3': ['an event lost for lack of metadata', 'destinations/caliper: missing metadata never loses an event', 'destinations/xapi: missing metadata never loses an event'],
  'Caliper 4': ['every play Started, or every play Resumed', 'playback/sessions: at the first play, and started comes once', 'destinations/caliper: the first play is Started, later ones Resumed, one after the end Restarted'],
  'Caliper 5': ['the captions menu taken for captions', 'playback/changes: on, another language, off', 'known-bugs/player: a track of %s that is switched on is no captions', 'known-bugs/player: a menu that is opened switches no captions on', 'destinations/caliper: another language of captions is neither an enabling nor a disabling', 'e2e/38-controls: captions: by the track that shows, whatever its kind; chapters and data are none'],
  'Caliper 6': ['one blank node for all places, no profile', 'destinations/caliper: each place in the media has an id of its own, and is part of the media', 'destinations/caliper: profile is a term of 1.2 alone'],
  'Caliper 7': ['arrays of envelopes, another id at each attempt, events given up', 'destinations/caliper: is one object, however many events', 'known-bugs/documents: every document has the id of its event, the same each time and in both standards', 'outbox/outbox: the same event twice is one row', 'outbox/delivery: doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)'],
  'Caliper 8': ['two videos in a page are one object, names and answers ignored', 'known-bugs/identity: two players in a page are about two things', 'destinations/caliper: never sends an address', 'destinations/caliper: scheme %s: %s', 'e2e/12-several: each player has its own session, and one that nobody plays has none', 'destinations/caliper: two videos of one page are two objects, whatever the page'],
  'Caliper 9': ['a pause before the end, the old place after a seek', 'playback/sessions: the natural end is no pause', 'playback/seeks: play right after a seek while paused says where it plays on', 'destinations/caliper: at the end it is Ended, at the end of the media, and no pause goes before'],
  'Caliper 10': ['durations that are none', 'destinations/duration: of anything at all: a duration or nothing', 'destinations/duration: %s is no length of time', 'destinations/caliper: times are exact durations'],
  'Caliper 11': ['a seek while paused reported late, buffering as a resume, timers that stay', 'playback/seeks: a seek while paused is recorded when it rests, and the resumed after it too', 'playback/sessions: lack of data is neither a pause nor a resume', 'plugin/dispose: no timer runs on'],
  'Caliper 12': ['Ended where somebody left', 'destinations/caliper: leaving is a pause with a reason, never an end', 'playback/segments: does not reach an end that the media did not play to, and the ended says where it was'],
  'Caliper 13': ['numbers for times, nulls, ids that are rewritten', 'destinations/caliper: times are exact durations', 'destinations/caliper: the id is the URN of the event, and nothing is empty', 'known-bugs/documents: %s stays as it is in both standards', 'destinations/caliper: ids are valid IRIs wherever they stand', 'destinations/caliper: there are all 19 actions of the MediaEvent, and no other'],
  'Caliper 14': ['bare UUIDs as ids and sensor, empty lists', 'destinations/caliper: sensor falls back to an IRI', 'destinations/caliper: the id is the URN of the event, and nothing is empty'],
  'Caliper 15 FEC-8317': ['a position of NaN', 'player/media-reader: a position that is no number is the start'],
  'Caliper 15 FEC-8305': ['progress in live', 'playback/ads-and-live: has no length, no percent milestones and is never completed', 'e2e/33-live: live is said to be live: no length, no share, no percent'],
  'Caliper 15 FEC-8606': ['100 % never sent, or at 99 %', 'playback/milestones: reach 100 at the natural end, once', 'playback/milestones: are fired by no seek', 'known-bugs/length: media that ends a moment short of its length was watched to its end, which is told once'],
  'Caliper 15 FEC-11621': ['position 0 though it starts elsewhere', 'playback/seeks: what happens before the first play: the start tells'],
  'Caliper 15 FEC-8309': ['time played that does not add up', 'playback/milestones: go on where an earlier session left off', 'playback/clocks: segments are true, and seconds played are those of the real clock'],
  'Caliper 15 SUP-42252': ['time played of a clip', 'known-bugs/player: a clip that a middleware cuts out of something longer has places of its own'],
  'Caliper 15 FEC-11971': ['who watches in a picture-in-picture counts as gone', 'known-bugs/player: a picture-in-picture is opened and closed, and what plays there is watched, though the page is hidden'],
  'Caliper 15 FEC-13478': ['timers that are throttled in the background', 'playback/clocks: no milestone is missed, in the foreground or behind', 'playback/clocks: is watched where timers come once a minute but the sound goes on'],
  'Caliper 15 FEC-10635': ['an unhandled rejection', 'outbox/outbox: no promise is left rejected, whatever fails'],
  'Caliper 15 FEC-13039': ['rates outside of the list', 'playback/changes: may be any rate'],
  'Caliper 15 FEC-8452': ['a playlist or another source', 'known-bugs/identity: another source is another session, about what the option names then', 'e2e/30-playlist: each item has a session of its own, and of its own media'],
  'Caliper 15 FEC-8320': ['the bitrate logic taken for the learner', 'known-bugs/player: another rendition is the learner\'s only where the learner left no other', 'destinations/caliper: leaves out by default what no learner does', 'e2e/32-renditions: HLS: the learner chooses a rendition, then leaves it to the bitrate logic'],
  'Caliper 16': ['an exception at a duration of NaN, no threshold', 'playback/sessions: as soon as the length is known, where it plays before; nothing that was played is lost', 'playback/milestones: is the lower of share and seconds from the end, within 0 and 1, rounded down'],
  'Caliper 17': ['the last events lost at unload, without a credential', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential', 'outbox/leave: spells out what is not stored yet before it sends, all before it returns (F1, F2)'],
  'Caliper 18': ['names, courses and actors left blank', 'destinations/caliper: a name is there or not, never blank; ids are always there', 'plugin/options: throws a TypeError in the direct call'],
  'Caliper 19': ['the wrong class of event for an action', 'destinations/caliper: the action is that of the table, and a type without one has no event', 'e2e/13-npm: the README’s lines compile in strict mode, and wrong ones do not', 'destinations/caliper: there are all 19 actions of the MediaEvent, and no other'],
};

/** Measuring: what SDKs of media and page analytics get wrong. */
const MEASURING: Readonly<Record<string, Row>> = {
  V1: ['a seek forward counts as watched', 'playback/segments: grows by no seek'],
  V2: ['sleep counts as played', 'playback/clocks: is not watched: the computer sleeps'],
  V3: ['a seek fires the milestones below it', 'playback/milestones: are fired by no seek', 'playback/milestones: may tell the furthest position, which a seek moves'],
  V4: ['100 % not sent, since the pause comes first', 'playback/milestones: reach 100 at the natural end, once', 'known-bugs/length: media that ends a moment short of its length was watched to its end, which is told once'],
  V5: ['milestones missed at high rates and slow ticks', 'playback/clocks: no milestone is missed, in the foreground or behind'],
  V6: ['fired again where the duration changes', 'playback/milestones: do not come again where the duration changes', 'playback/ads-and-live: is so where the media option says it, though the player tells a length'],
  V7: ['milestones missed in a short clip', 'playback/milestones: all come in a clip of three seconds', 'playback/sessions: in a clip that is over before its first tick'],
  V8: ['a replay taken for nothing, or for the first play', 'playback/sessions: any play after the end is a restart, also from the middle'],
  V9: ['a drag as many seeks and pauses', 'playback/seeks: a drag is one seeked from where it played to where it was let go, and no pause'],
  V10: ['seeks while paused, to the same place, while it waits', 'playback/seeks: a seek while paused is recorded when it rests, and the resumed after it too', 'playback/seeks: a seek to the same position is no event, but splits', 'playback/seeks: is where it stood when the data ran out'],
  V11: ['a seek by API is not noticed', 'playback/seeks: a seek by keyboard or API while it plays is one seeked, without pause or resume', 'playback/seeks: a seek says which control asked for it'],
  V12: ['a second loadstart of the same source is another session', 'playback/sessions: once, however many signs of it there are, and not at a loadstart of the same source'],
  V13: ['a play that never moves counts', 'playback/clocks: is not watched: it says that it plays and never moves', 'playback/sessions: not by a play that only waits'],
  V14: ['advertisements count, and the way back is a seek', 'playback/ads-and-live: nothing of a preroll counts, and the start is the start of the media', 'playback/ads-and-live: the way back to where the media was is no seek', 'e2e/31-ads: gone in the midst of one: the session is closed where the lecture stood'],
  V15: ['another tech, or none, amid a seek', 'playback/seeks: a seek that the source change cuts off is recorded with where it was to go', 'known-bugs/player: a player that is disposed of amid a seek says where the learner wanted to go, and how far it was watched'],
  V16: ['fullscreen of a container', 'known-bugs/player: a media element within a container in fullscreen is in fullscreen, and none beside it', 'known-bugs/player: a player that fills the window is in fullscreen'],
  V17: ['one player that stops takes the others along', 'known-bugs/leaving: a player that is disposed of leaves the others of the page as they are'],
  V18: ['the same error again and again', 'plugin/instance: a listener that throws stops nobody', 'e2e/09-bad-endpoints: it warns, and at most once per endpoint and trouble'],
  V19: ['the time to the first frame of a tab in the background', 'none: no time to the first frame is measured'],
  V20: ['listeners that stay', 'plugin/dispose: no listener of it stays, on player, tech, tracks, document and window', 'e2e/39-leaves-nothing: ${name}, round ${round + 1}: no listener and no observer is left'],
};

/** Delivering: faults of networks, endpoints, browsers and their databases. */
const DELIVERING: Readonly<Record<string, Row>> = {
  F1: ['sent before it is stored', 'outbox/leave: spells out what is not stored yet before it sends, all before it returns (F1, F2)', 'outbox/tabs: a reload during a request loses nothing (F9)', 'e2e/04-closed-tab: a browser that was killed loses nothing of what had been recorded'],
  F2: ['a write that a page does not commit as it goes', 'known-bugs/storing: every transaction that writes is committed explicitly, before anything is waited for', 'outbox/store: begins the transaction before it returns, and waits for nothing while the page goes'],
  F3: ['small keepalive requests that are too much together', 'outbox/leave: keeps within the budget in UTF-8 bytes that all destinations share (F3)'],
  F4: ['an exit that fails, and the events are gone', 'outbox/leave: a failed exit leaves everything where it was (F4)'],
  F5: ['a beacon that is missing or blocked', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential'],
  F6: ['a blocked host asked without end', 'outbox/delivery: doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)'],
  F7: ['asked whether to leave, the learner stays', 'known-bugs/leaving: a learner who is asked whether to leave, and stays, goes on in the same session'],
  F8: ['sent at the exit, and again after the reload', 'outbox/leave: spells out what is not stored yet before it sends, all before it returns (F1, F2)', 'outbox/leave: hidden and then gone sends once (F38), and what came between'],
  F9: ['closed while a request is on its way', 'outbox/tabs: a reload during a request loses nothing (F9)', 'outbox/leave: does not send what is on its way, and small live requests survive the page by keepalive (F9)'],
  F10: ['several tabs on one queue', 'outbox/tabs: five tabs: each event once, in order per tab'],
  F11: ['two flushes side by side', 'outbox/tabs: only one sends at a time, and flush() in the other says so'],
  F12: ['a lock that a frozen page holds', 'outbox/tabs: holds nothing between flushes', 'outbox/tabs: a tab that stands still amid a request keeps no other waiting, and sends nothing beside it once it goes on: with %s'],
  F13: ['a transaction that a frozen page holds', 'known-bugs/storing: a page that stands still breaks off what would keep others waiting, and does it once it goes on', 'known-bugs/storing: so is each that removes what was delivered, changes a row or takes a lease', 'known-bugs/storing: a transaction that never ends is given five seconds, then memory takes what comes and sends it', 'known-bugs/storing: every transaction that writes is committed explicitly, before anything is waited for'],
  F14: ['two instances read each other\'s rows', 'outbox/outbox: two destinations never read each other’s rows (F14)'],
  F15: ['one event that breaks the server blocks the rest, and 401 destroys them', 'outbox/delivery: a 500 for one event alone (number %i) does not block the others, and it stays', 'outbox/outbox: 401 for ever: asked once more, then held at the longest backoff; nothing is rejected', JUDGED],
  F16: ['413', 'outbox/delivery: 413 for a batch makes the next ones smaller', 'outbox/delivery: 413 for one that is larger than what was accepted is its own size: rejected', JUDGED],
  F17: ['Retry-After in all its forms', 'outbox/backoff: %s asks for %i ms', 'outbox/backoff: is never negative, never more than an hour, whatever a header says', 'outbox/delivery: Retry-After: %s is waited for, whatever wakes the page (F17)', 'outbox/delivery: a 429 whose Retry-After is %s, or out of sight, is not asked again at once (F17)'],
  F18: ['all come back at once', 'outbox/delivery: waking ends a backoff, a little later and not in step with others (F18)', 'outbox/backoff: is full jitter: proportional to the random number'],
  F19: ['the page of a captive portal taken for success', 'outbox/delivery: a 200 with a page in it is a hotel, not an endpoint (F19)', JUDGED],
  F20: ['redirects', 'outbox/delivery: redirects are not followed: a POST may arrive as a GET whose 200 means nothing (F20)', JUDGED],
  F21: ['what was given up comes back', 'known-bugs/answers: what was rejected is not sent again by itself, by no wake, no event and no new page'],
  F22: ['switched off by itself for good', 'outbox/delivery: doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)'],
  F23: ['the event of the reconnection does not come', 'known-bugs/leaving: what waits goes out within two seconds of the %s being back', 'outbox/delivery: doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)'],
  F24: ['one duplicate refuses the batch', 'outbox/delivery: 409 is settled one by one: what is there already counts as delivered (F24)', JUDGED],
  F25: ['a statement that is built anew for each attempt', 'outbox/delivery: sends in order of events, and the bytes of every attempt are the same', 'destinations/xapi: wraps documents without touching their bytes', 'destinations/caliper: carries the bytes of the events as they are'],
  F26: ['connection to the database lost', 'outbox/store: a lost connection is opened again, once and in silence (F26, F27)'],
  F27: ['connection to the database closing', 'outbox/store: a lost connection is opened again, once and in silence (F26, F27)', 'outbox/store: a connection that is closed from outside is opened again'],
  F28: ['an open that never settles', 'outbox/store: an open that never settles is given five seconds, and what was to be written is not lost (F28)'],
  F29: ['no database in a private window', 'outbox/store: an open that %s: memory, and back when it works again'],
  F30: ['over quota, truly or not', 'outbox/store: over quota: what is stored can still be read and removed, the rest waits in memory and moves over later (F30)', 'outbox/store: an open that %s: memory, and back when it works again'],
  F31: ['no transaction in progress', 'outbox/store: a lost connection is opened again, once and in silence (F26, F27)'],
  F32: ['the database is deleted while it is open', 'outbox/store: lets go when somebody deletes or upgrades the database, and opens it again (F32)', 'outbox/outbox: the database is deleted under it: what waited and what comes after is kept and sent (F32)'],
  F33: ['Safari removes what was not looked at for seven days', 'none: no page is told, and the next begins with an empty database as a first one does'],
  F34: ['localStorage filled up under the host', 'outbox/leave: takes no more than a tenth of what browsers allow (F34)', 'outbox/leave: many pages together take no more than a tenth either (F34)'],
  F35: ['one learner\'s events on another\'s computer', 'outbox/outbox: a personal credential carries only the rows of who is here; the others wait', 'outbox/outbox: denied: nothing is kept or sent, and what was kept is cleared, journals included'],
  F36: ['an unload listener', 'known-bugs/leaving: nobody listens to unload or beforeunload'],
  F37: ['flushed once, never again after the cache', 'known-bugs/leaving: a page back from the cache has a new session of the same registration, and sends its end as well'],
  F38: ['hidden, then gone: sent twice', 'outbox/leave: hidden and then gone sends once (F38), and what came between'],
  F39: ['frozen without a flush', 'known-bugs/leaving: a hidden tab sends what there is, ends nothing, and goes on', 'track: a page that is frozen is told of as one that is hidden'],
  F40: ['bookkeeping that grows for ever', 'known-bugs/storing: what the exit remembers stays within what an exit can send', 'known-bugs/storing: a session is no larger after hours of play than after minutes', 'outbox/outbox: an idle outbox sets no timer'],
  F41: ['a fetch that the host has patched throws at once', 'outbox/delivery: a patched fetch that throws at once is no more than no answer (F41)'],
  F42: ['clocks that jump', 'outbox/delivery: a date is one by the endpoint’s clock, where the learner’s is %i ms off (F42)', 'outbox/delivery: a clock that jumps by %i ms stops nothing (F42)', 'playback/order: go on by the monotonic clock where the wall clock is set back by a day', 'outbox/tabs: a clock that is set back does not make a lease last for ever'],
};

/** What was measured in browsers, and what was read in the code of eleven SDKs. */
const FINDINGS: Readonly<Record<string, Row>> = {
  'Finding 1': ['no commit, no open database', 'known-bugs/storing: every transaction that writes is committed explicitly, before anything is waited for', 'known-bugs/storing: the database is open, and has completed a write, before there is anything to store'],
  'Finding 2': ['setMany leaves the first of a batch that fails', 'outbox/store: all or nothing: a row that cannot be put takes the others with it (F: setMany left the first)'],
  'Finding 3': ['two tabs lose half, or deliver twice', 'outbox/tabs: five tabs: each event once, in order per tab'],
  'Finding 4': ['a body that nobody reads occupies the budget', 'known-bugs/answers: the body of a %d is read to its end, and its share of the budget comes back'],
  'Finding 5': ['the budget is of UTF-8 bytes', 'outbox/leave: keeps within the budget in UTF-8 bytes that all destinations share (F3)'],
  'Finding 6': ['only what is stored survives the browser', 'e2e/04-closed-tab: a browser that was killed loses nothing of what had been recorded'],
  'Finding 7': ['what keeps a page out of the cache', 'known-bugs/leaving: nobody listens to unload or beforeunload', 'outbox/tabs: holds nothing between flushes'],
  'Finding 8': ['a frozen tab blocks the writes of others', 'known-bugs/storing: a transaction that never ends is given five seconds, then memory takes what comes and sends it'],
  'Finding 9': ['pagehide on document never comes', 'known-bugs/leaving: a page that goes has sent the end of its session before its pagehide is over, by keepalive and with its credential'],
  'Finding 10': ['rows removed one by one, and counted', 'known-bugs/storing: what is delivered is removed by ranges, and nothing more than such a range is ever counted in the database', 'outbox/outbox: all of an event goes in with one transaction'],
  'Finding 11': ['seeks and sleep counted, latches that stay', 'playback/segments: grows by no seek', 'playback/clocks: is not watched: the computer sleeps', 'known-bugs/leaving: a page back from the cache has a new session of the same registration, and sends its end as well'],
  'Finding 12': ['Video.js 10 has no plugins', 'e2e/36-video-js-10: an extension records from when it is attached until it is removed'],
  'Segment': ['stored only at the exit, sent again after it, chunks over the budget', 'outbox/tabs: a reload during a request loses nothing (F9)', 'outbox/leave: hidden and then gone sends once (F38), and what came between', 'outbox/delivery: cuts batches by count and by UTF-8 bytes; one that is larger goes alone', 'outbox/leave: sends with keepalive, without waiting and without a lock; what is acknowledged is removed'],
  'Snowplow': ['no timer after a failure, batches over their limit, large events lost', 'outbox/delivery: doubles its bound with each failure, up to five minutes, and goes on for ever (F6, F22)', 'outbox/delivery: cuts batches by count and by UTF-8 bytes; one that is larger goes alone'],
  'Sentry': ['removed before it is sent, gone over quota', 'outbox/tabs: a reload during a request loses nothing (F9)', 'outbox/store: over quota: what is stored can still be read and removed, the rest waits in memory and moves over later (F30)', 'outbox/delivery: sends in order of events, and the bytes of every attempt are the same'],
  'Workbox': ['a 500 taken for delivered', 'outbox/delivery: 500 for everything is asked little', JUDGED],
  'Glean': ['removed before it is sent, lost where it is throttled', 'outbox/leave: a failed exit leaves everything where it was (F4)', 'outbox/delivery: Retry-After: %s is waited for, whatever wakes the page (F17)', 'outbox/delivery: sends in order of events, and the bytes of every attempt are the same'],
  'RudderStack': ['the queue of a slow tab taken for a dead one\'s', 'known-bugs/dead-page: a session in a tab that is only slow is nobody else\'s to close', 'outbox/tabs: only one sends at a time, and flush() in the other says so'],
  'Amplitude': ['no lock, attempts forgotten at a reload, the newest dropped', 'outbox/tabs: five tabs: each event once, in order per tab', 'outbox/delivery: a reload does not begin the backoff anew', 'outbox/outbox: when full, the least valuable go first, the oldest of them first; what was dropped is reported'],
  'PostHog': ['memory only', 'known-bugs/dead-page: what was recorded without a network is there after a reload with one'],
  'Datadog': ['an exit without an answer is lost, the first is retried for ever', 'outbox/leave: a failed exit leaves everything where it was (F4)', 'outbox/delivery: one in a batch is found in at most 2·log2(n)+2 requests, the last of which asks once more, rejected with its reason, and the rest arrives in order'],
  'Matomo': ['no bound, and everything sent at once again', 'outbox/outbox: when full, the least valuable go first, the oldest of them first; what was dropped is reported', 'outbox/tabs: only one sends at a time, and flush() in the other says so'],
  'New Relic': ['the last harvest only once', 'known-bugs/leaving: a page back from the cache has a new session of the same registration, and sends its end as well'],
};

/** What Video.js and the browsers behind it do, and the rules that follow. */
const PLAYER: Readonly<Record<string, Row>> = {
  'Fact 1': ['no pause at a source change', 'playback/sessions: where the source changes while it plays, at its last true position (%s)', 'playback/sessions: where load() or reset() empties the player'],
  'Fact 2': ['pause and play at a click on the seek bar', 'playback/seeks: a click on the seek bar with the button down for %d ms is one seeked and no pause'],
  'Fact 3': ['at seeking the clock is at the target, the last sample is old', 'playback/seeks: is exact at %d× where the element tells what was played', 'playback/seeks: counts on the clock where the element says nothing'],
  'Fact 4': ['seeks of a drag', 'playback/seeks: a drag is one seeked from where it played to where it was let go, and no pause', 'playback/seeks: a drag that rests for seconds with the button down is still one'],
  'Fact 5': ['pause before ended, a playing at the end', 'playback/sessions: the natural end is no pause', 'playback/segments: does not reach the end by a seek to it', 'playback/sessions: a seek to the end while paused is no end, and playing on is a restart'],
  'Fact 6': ['a loop never ends', 'playback/seeks: a loop that goes round'],
  'Fact 7': ['a duration that grows', 'playback/segments: reaches the end where it ended, also where the duration grows at the end', 'playback/milestones: do not come again where the duration changes', 'known-bugs/length: a length that grows or shrinks is the length from then on: of share, milestones and completion'],
  'Fact 8': ['ratechange and volumechange without a change', 'playback/changes: the rate that a source change sets back', 'playback/changes: the same value again'],
  'Fact 9': ['texttrackchange at each cue', 'playback/changes: a cue that shows is no change', 'known-bugs/player: a track of %s that is switched on is no captions'],
  'Fact 10': ['played() that is not kept', 'playback/seeks: counts on the clock where the element says nothing'],
  'Fact 11': ['what survives a page', 'known-bugs/storing: every transaction that writes is committed explicitly, before anything is waited for', 'outbox/leave: keeps within the budget in UTF-8 bytes that all destinations share (F3)'],
  'Fact 12': ['types that only one setting resolves', 'e2e/13-npm: the README’s lines compile in strict mode, and wrong ones do not'],
  N1: ['samples amid seeks, drags, pauses and advertisements', 'playback/seeks: a drag is one seeked from where it played to where it was let go, and no pause', 'playback/ads-and-live: nothing of a midroll counts, and the stretch goes on after it'],
  N2: ['the pause of the end', 'playback/sessions: the natural end is no pause', 'playback/sessions: ended may come before the pause'],
  N3: ['a seek is one transaction', 'playback/seeks: what happens before the first play: the start tells', 'playback/seeks: a gap that the streaming engine skips, which splits all the same', 'playback/seeks: a seek to the same position is no event, but splits'],
  N4: ['a loop taken for a seek', 'playback/seeks: a loop that goes round'],
  N5: ['a boundary told several times', 'playback/sessions: once, however many signs of it there are, and not at a loadstart of the same source'],
  N6: ['events counted instead of values', 'playback/changes: the same value again'],
  N7: ['no baseline', 'playback/changes: what was so when the session opened'],
  N8: ['ended and completed again and again', 'playback/milestones: do not come again in another pass'],
  N9: ['milestones by equality of positions', 'playback/milestones: are fired by no seek', 'playback/clocks: no milestone is missed, in the foreground or behind'],
  'Event ready': ['before or after loadstart, and again', 'playback/traces: %s', 'known-bugs/player: what is not the learner\'s doing with the media is no event'],
  'Event loadstart': ['at each first play of YouTube', 'playback/sessions: once, however many signs of it there are, and not at a loadstart of the same source', 'e2e/34-youtube: what the learner does is there, each thing once, in order'],
  'Event sourceset': ['two for one source, and late', 'playback/traces: %s'],
  'Event emptied': ['missing at reset and on YouTube', 'playback/sessions: where load() or reset() empties the player', 'e2e/34-youtube: another video, which the tech does not tell of, is another session of that media'],
  'Event durationchange': ['at the end, and at each growth', 'playback/milestones: do not come again where the duration changes', 'known-bugs/length: a length that grows or shrinks is the length from then on: of share, milestones and completion'],
  'Event play': ['an intent, and after each click on the seek bar', 'playback/sessions: not by a play that only waits', 'playback/seeks: a click on the seek bar with the button down for %d ms is one seeked and no pause'],
  'Event playing': ['after each stall and seek, also at the end', 'playback/sessions: lack of data is neither a pause nor a resume', 'playback/segments: does not reach the end by a seek to it'],
  'Event pause': ['at the end and at the seek bar', 'playback/sessions: the natural end is no pause', 'playback/seeks: a drag is one seeked from where it played to where it was let go, and no pause'],
  'Event timeupdate': ['while seeking, while paused, made by hand', 'known-bugs/player: a seek goes where it lands, not where the player last said it was on the way'],
  'Event seeking': ['also of the engine', 'playback/seeks: a gap that the streaming engine skips, which splits all the same', 'e2e/32-renditions: HLS: a hole in the stream that the engine leaps over is no seek, and was not watched'],
  'Event waiting': ['at each seek', 'playback/sessions: lack of data is neither a pause nor a resume'],
  'Event ended': ['before the pause, after it, or not at all', 'playback/sessions: ended may come before the pause', 'playback/sessions: a pause a moment before the end waits for the end'],
  'Event ratechange': ['without a change', 'playback/changes: the rate that a source change sets back'],
  'Event volumechange': ['of volume or muting', 'playback/changes: muting is not a volume of 0'],
  'Event fullscreenchange': ['missing where the window is filled', 'known-bugs/player: a player that fills the window is in fullscreen'],
  'Event enterpictureinpicture': ['while the page is hidden', 'known-bugs/player: a picture-in-picture is opened and closed, and what plays there is watched, though the page is hidden'],
  'Event texttrackchange': ['at each cue', 'playback/changes: a cue that shows is no change'],
  'Event useractive': ['noise', 'known-bugs/player: what is not the learner\'s doing with the media is no event'],
  'Event playerreset': ['after changes that are none', 'playback/changes: the rate that a source change sets back', 'playback/sessions: where load() or reset() empties the player'],
  'Event dispose': ['while it plays', 'plugin/dispose: the session ends with the player, where it was'],
  'Event error': ['in mid-play', 'known-bugs/player: media that breaks off was watched up to there, and not a second longer'],
  'Event autoplay': ['asked for, and not begun', 'playback/sessions: not by a play that only waits', 'playback/traces: %s'],
  'Event live': ['no length, and a seek to the edge by itself', 'playback/ads-and-live: has no length, no percent milestones and is never completed', 'e2e/33-live: without: one session, no seek, and milestones of what was really played'],
  'Event ads': ['cancelled for some listeners only', 'e2e/31-ads: skipAds: false: each advertisement counts like anything else, and for itself (${name})', 'playback/ads-and-live: nothing of a midroll counts, and the stretch goes on after it'],
  'Event playlist': ['a source change, announced', 'e2e/30-playlist: the next item by itself: first the end, then the close, then the next session'],
  'Event YouTube': ['an order of its own', 'e2e/34-youtube: what the learner does is there, each thing once, in order'],
  'Event player API': ['the tech asked past its middleware', 'known-bugs/player: a clip that a middleware cuts out of something longer has places of its own'],
  'Trap 1': ['a field of the class undoes the player', 'plugin/instance: called again, it gives the instance that is there, whatever it is given'],
  'Trap 2': ['listeners on the player that stay', 'plugin/dispose: no listener of it stays, on player, tech, tracks, document and window'],
  'Trap 3': ['listeners on window', 'plugin/dispose: no listener of it stays, on player, tech, tracks, document and window'],
  'Trap 4': ['one() of several types ends all', 'none: one() is not used'],
  'Trap 5': ['the player is gone when dispose is heard', 'plugin/dispose: the session ends with the player, where it was'],
  'Trap 6': ['a timer asks a player that is gone', 'plugin/dispose: no timer runs on'],
  'Trap 7': ['exceptions that Video.js swallows', 'known-bugs/list: a test with a real player fails where Video.js swallowed an exception'],
  'Trap 8': ['listening to paused, which is no event', 'plugin/registration: a player that plays is recorded'],
  'Trap 9': ['what trigger() adds to an event', 'plugin/instance: what is recorded is triggered on plugin and player'],
};

/** Bugs of plugins and packages that go by the number of an issue, and by the name of who has them. */
const OTHERS: Readonly<Record<string, Row>> = {
  'video.js#5339, #7081': ['listeners on document, window and track lists that stay', 'plugin/dispose: no listener of it stays, on player, tech, tracks, document and window'],
  'video.js#7746': ['React mounts, unmounts and mounts again', 'plugin/dispose: disposed and set up again, as React does it, it is another one'],
  'video.js#7730, #7828': ['the position is asked for after the player is gone', 'plugin/dispose: no timer runs on'],
  'quality-levels#90, contrib-ads#480': ['registered with another copy of Video.js', 'plugin/registration: register() does, with the copy of Video.js that it is given'],
  'next.js#4683, #61740': ['window is not defined on the server', 'known-bugs/server: %s can be imported where there is no window'],
  'hotkeys#88': ['no entry for bundlers, or one that a bundler drops', 'e2e/13-npm: bundled and played, it records'],
  'contrib-ads#108': ['shielded only where it listens after the advertisements', 'playback/ads-and-live: nothing of a preroll counts, and the start is the start of the media', 'e2e/31-ads: gone in the midst of one: the session is closed where the lecture stood'],
  'per-source-behaviors': ['the same source loaded again is not noticed', 'playback/sessions: where load() or reset() empties the player'],
  'event-tracking': ['milestones by equality, watched by rounded seconds', 'playback/clocks: no milestone is missed, in the foreground or behind', 'playback/milestones: all come in a clip of three seconds'],
  'Articulate': ['cmi5 progress of 1 for all, or as text', 'destinations/xapi: cmi5 progress is a whole number of percent, and only where percent were asked for'],
  'Persephone': ['the profile\'s own example of completed lacks its duration', 'destinations/xapi: completed says the time spent, not the length of the video'],
};

const LISTS = { XAPI, CALIPER, MEASURING, DELIVERING, FINDINGS, PLAYER, OTHERS };
const ALL = Object.entries(Object.assign({}, ...Object.values(LISTS)) as Record<string, Row>);

const tests = new URL('../', import.meta.url);
const read = (file: string): string => {
  const url = new URL(/^e2e\//.test(file) ? `${file.replace('/', '/scenarios/')}.mjs` : `${file}.test.ts`, tests);
  expect(existsSync(url), url.pathname).toBe(true);
  return readFileSync(url, 'utf8').replaceAll("\\'", "'");
};

/** Whether a test of that name is there, and runs. */
const holds = (text: string, name: string): boolean =>
  ["'", '`', '"'].some((quote) => {
    const at = text.indexOf(`(${quote}${name}${quote}`);
    return at > 0 && /(test|check|\))$/.test(text.slice(0, at)) && !/\.(skip|todo|fails|only)$/.test(text.slice(0, at));
  });

const numbered = (name: string, last: number, digits = 1): string[] => Array.from({ length: last }, (_, i) => name + `${i + 1}`.padStart(digits, '0'));

test('no known bug is missing from the list', () => {
  const without = (ids: string[], prefix: string) => ids.filter((id) => !id.startsWith(prefix));
  expect(Object.keys(XAPI)).toEqual(numbered('T', 54, 2));
  expect(without(Object.keys(CALIPER), 'Caliper 15 ')).toEqual(numbered('Caliper ', 19).filter((id) => id !== 'Caliper 15'));
  expect(Object.keys(MEASURING)).toEqual(numbered('V', 20));
  expect(Object.keys(DELIVERING)).toEqual(numbered('F', 42));
  expect(Object.keys(FINDINGS)).toEqual(expect.arrayContaining(numbered('Finding ', 12)));
  expect(Object.keys(PLAYER)).toEqual(expect.arrayContaining([...numbered('Fact ', 12), ...numbered('N', 9), ...numbered('Trap ', 9)]));
});

describe('is guarded against', () => {
  test.each(ALL)('%s', (_, [bug, ...guards]) => {
    expect(bug.length).toBeGreaterThan(2);
    for (const guard of guards) {
      const [, file, name] = /^(.*?): (.*)$/.exec(guard)!;
      if (file === 'none') expect(guards).toHaveLength(1);
      else expect(holds(read(file!), name!), `${file} has no test "${name}"`).toBe(true);
    }
  });
});

// Trap 7: Video.js logs what a listener throws, and goes on: a test would pass although everything is broken.
test('a test with a real player fails where Video.js swallowed an exception', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const played = files.map((file) => readFileSync(new URL(file, tests), 'utf8')).filter((text) => /from '[./a-z]*real-player\.js'/.test(text));
  expect(played.length).toBeGreaterThan(5);
  for (const text of played) expect(text).toMatch(/^setUp\(\);$/m);
  expect(readFileSync(new URL('plugin/real-player.ts', tests), 'utf8')).toMatch(/afterEach\([^]*expect\(errors\)\.not\.toHaveBeenCalled\(\)/);
});
