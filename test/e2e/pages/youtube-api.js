// What stands in for YouTube's iframe API: a clock, and state changes in the order and as late as the real one tells them.
window.YT = (() => {
  const PlayerState = { UNSTARTED: -1, ENDED: 0, PLAYING: 1, PAUSED: 2, BUFFERING: 3, CUED: 5 };
  const LENGTHS = { SortingWeek: 12, SearchWeek_: 8 };

  class Player {
    #events;
    #state = PlayerState.UNSTARTED;
    #id;
    #isMet = false;
    #position = 0;
    #since = 0;
    #rate = 1;
    #volume = 100;
    #isMuted = false;
    #end;
    #later;

    constructor(_, { videoId, events }) {
      this.#events = events;
      this.#id = videoId;
      setTimeout(() => {
        events.onReady({ target: this });
        this.#tell(PlayerState.CUED);
      }, 20);
    }

    #tell(...states) {
      clearTimeout(this.#later);
      const [data, ...rest] = states;
      this.#position = this.getCurrentTime();
      this.#since = performance.now();
      this.#state = data;
      clearTimeout(this.#end);
      if (data === PlayerState.PLAYING) {
        this.#isMet = true;
        this.#end = setTimeout(() => this.#finish(), ((this.getDuration() - this.#position) / this.#rate) * 1000);
      }
      this.#events.onStateChange({ data, target: this });
      if (rest.length > 0) this.#later = setTimeout(() => this.#tell(...rest), 30);
    }

    #finish() {
      this.#tell(PlayerState.ENDED);
      this.#position = this.getDuration();
    }

    #load(id, ...states) {
      this.#state = PlayerState.UNSTARTED;
      this.#id = id;
      this.#isMet = false;
      this.#position = 0;
      this.#tell(...states);
    }

    playVideo() {
      if (this.#state === PlayerState.PLAYING) return;
      if (this.#state === PlayerState.ENDED) this.#position = 0;
      if (this.#isMet && this.#state !== PlayerState.ENDED) this.#tell(PlayerState.PLAYING);
      else this.#tell(PlayerState.UNSTARTED, PlayerState.BUFFERING, PlayerState.PLAYING);
    }

    pauseVideo() {
      if (this.#state === PlayerState.PLAYING || this.#state === PlayerState.BUFFERING) this.#tell(PlayerState.PAUSED);
    }

    seekTo(seconds) {
      const state = this.#state;
      this.#state = PlayerState.BUFFERING;
      this.#position = seconds;
      if (state === PlayerState.PLAYING) this.#later = setTimeout(() => this.#tell(PlayerState.BUFFERING, PlayerState.PLAYING), 10);
      // In a pause, nothing is told.
      else this.#state = state;
    }

    getCurrentTime() {
      if (this.#state !== PlayerState.PLAYING) return this.#position;
      return Math.min(this.#position + ((performance.now() - this.#since) / 1000) * this.#rate, this.getDuration());
    }

    /** Unknown before it has played. */
    getDuration = () => (this.#isMet ? LENGTHS[this.#id] : 0);
    getPlayerState = () => this.#state;
    getAvailablePlaybackRates = () => [0.5, 1, 2];
    getPlaybackRate = () => this.#rate;
    getVolume = () => this.#volume;
    isMuted = () => this.#isMuted;
    getVideoLoadedFraction = () => 1;
    cueVideoById = ({ videoId }) => this.#load(videoId, PlayerState.CUED);
    loadVideoById = ({ videoId }) => this.#load(videoId, PlayerState.UNSTARTED, PlayerState.BUFFERING, PlayerState.PLAYING);
    stopVideo = () => clearTimeout(this.#end);

    setPlaybackRate(rate) {
      this.#position = this.getCurrentTime();
      this.#since = performance.now();
      this.#rate = rate;
      if (this.#state === PlayerState.PLAYING) {
        clearTimeout(this.#end);
        this.#end = setTimeout(() => this.#finish(), ((this.getDuration() - this.#position) / rate) * 1000);
      }
      this.#events.onPlaybackRateChange({ data: rate, target: this });
    }

    setVolume(volume) {
      this.#volume = volume;
      this.#events.onVolumeChange({ data: volume, target: this });
    }

    mute() {
      this.#isMuted = true;
      this.#events.onVolumeChange({ target: this });
    }

    unMute() {
      this.#isMuted = false;
      this.#events.onVolumeChange({ target: this });
    }

    destroy() {
      clearTimeout(this.#end);
      clearTimeout(this.#later);
    }
  }

  return { Player, PlayerState };
})();
