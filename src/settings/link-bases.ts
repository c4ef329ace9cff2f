/** The settings that links are made from. */
import type { LinkBases } from '../model/links.ts';
import type { Settings } from './settings.ts';

export function linkBases(settings: Settings): LinkBases {
  return {
    web: settings['web.url'],
    style: settings['web.style'],
    http: settings['clone.http'],
    ssh: settings['clone.ssh'],
    git: settings['clone.git'],
  };
}
