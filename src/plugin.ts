import type videojs from 'video.js';
import type Player from 'video.js/dist/types/player';
import type Plugin from 'video.js/dist/types/plugin';
import type { Analytics } from './analytics.js';
import { checkOptions } from './options/check-options.js';
import type { Options } from './options/options.js';
import { createPage } from './page.js';
import { fromVideojs, type PlayerLike } from './player/videojs.js';
import { HEARD } from './recorder.js';
import { type SpelledOut, spelledOut } from './spelled-out.js';
import { createTracker } from './tracker.js';
import { VERSION } from './version.js';

/** The plugin's instance: what `player.learningAnalytics()` gives. */
export interface LearningAnalytics extends Plugin, Analytics {
  on(type: string, listener: (event: { readonly detail: unknown }) => void): void;
  one(type: string, listener: (event: { readonly detail: unknown }) => void): void;
  off(type: string, listener: (event: { readonly detail: unknown }) => void): void;
  dispose(): void;
}

declare module 'video.js/dist/types/player' {
  export default interface Player {
    /**
     * Begins to record what is watched; called again, it gives the instance.
     * @throws {TypeError} that names the option, what was expected and what came
     */
    learningAnalytics(options?: Options<Player>): LearningAnalytics;
  }
}

type Videojs = Pick<typeof videojs, 'getPlugin' | 'registerPlugin' | 'getPlayers'>;

/** Registers `player.learningAnalytics()` with a copy of Video.js; where there is none, the console says so. */
export function register(copy: Videojs): void {
  if (!copy?.registerPlugin) {
    console.warn('videojs-learning-analytics: expected Video.js, loaded before; without it there is no player.learningAnalytics(), until register(videojs) is called');
    return;
  }
  const Base = copy.getPlugin('plugin') as typeof Plugin;

  class LearningAnalytics extends Base {
    static readonly VERSION = VERSION;
    // Video.js's plugin sets it; a field of our own would undo that.
    declare readonly player: Player;
    private analytics?: Analytics;

    constructor(player: Player, given: Options<Player> = {} as Options<Player>) {
      // Called by the player's own constructor, a throw would cost the page its player.
      const isDirect = (copy.getPlayers() as Record<string, Player>)[player.id()] === player;
      // Inert: whatever is recorded is nobody's.
      let options = { actor: null as never, media: { id: 'about:blank' }, destinations: [], queue: { storage: 'memory' } } as SpelledOut<Options<Player>>;
      let wrong: unknown;
      try {
        const all = spelledOut(given) as typeof options;
        checkOptions(all);
        options = all;
      } catch (error) {
        if (isDirect) throw error;
        wrong = error;
      }
      super(player);
      const log = (this as unknown as { log: Player['log'] }).log;
      if (wrong) log.error(String(wrong));
      try {
        this.begin(player, options, (message, error = '') => log.warn(message, error));
        // Inert for good, whoever comes: what the page forbids is not known.
        if (wrong) this.analytics!.dispose();
      } catch (error) {
        if (isDirect) throw error;
        log.error(error);
      }
    }

    private begin(player: Player, options: SpelledOut<Options<Player>>, warn: Parameters<typeof createPage>[0]): void {
      const analytics = createTracker(fromVideojs(player as unknown as PlayerLike, options.skipAds), options, options.destinations, createPage(warn), player);
      const { dispose: _, ...face } = Object.getOwnPropertyDescriptors(analytics);
      Object.defineProperties(this, face);
      this.analytics = analytics;
      for (const name of HEARD) {
        analytics.listen(name, (detail: unknown) => {
          // What is delivered after the player has gone.
          if (!this.player) return;
          (this as unknown as LearningAnalytics).trigger({ type: name, detail } as never);
          player.trigger({ type: `learninganalytics:${name}`, detail });
        });
      }
    }

    override dispose(): void {
      // Video.js's own does not stand being called twice, as pages do that dispose of both player and plugin.
      if (!this.player) return;
      this.analytics?.dispose();
      super.dispose();
    }
  }

  copy.registerPlugin('learningAnalytics', LearningAnalytics as never);
}
