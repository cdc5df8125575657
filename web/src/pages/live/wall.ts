/* For a wall: full screen, no bars. Where the browser gives no full screen, the page alone fills the window. */
import { useEffect, useState } from 'react';

export function useWall() {
  const [on, set] = useState(false);
  useEffect(() => {
    const left = () => {
      if (!document.fullscreenElement) set(false);
    };
    document.addEventListener('fullscreenchange', left);
    return () => {
      document.removeEventListener('fullscreenchange', left);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  const toggle = () => {
    const next = !on;
    set(next);
    if (next) document.documentElement.requestFullscreen?.().catch(() => undefined);
    else if (document.fullscreenElement) void document.exitFullscreen();
  };
  return { on, toggle };
}
